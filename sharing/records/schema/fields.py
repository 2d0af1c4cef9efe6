"""The plain fields: text, numbers, yes or no, dates."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal as Number
from decimal import InvalidOperation
from typing import Any, ClassVar

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .problems import Run, came
from .text import refusal, tidy


class _Empty:
    """Nothing was given, or nothing usable: the field is left out of the body."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "EMPTY"


EMPTY: Any = _Empty()


@dataclass(frozen=True)
class Field(ABC):
    """One named value of a record. `required` holds at release; drafts may leave it out."""

    name: str
    label: str | Promise
    _: KW_ONLY
    help: str | Promise = ""
    required: bool = False
    personal: bool = False
    featured: bool = False
    term: str = ""
    example: Any = None
    widget: ClassVar[str] = "text"
    #: What it holds: one value, "fields" or "items". Asked for every value of every record that
    #: comes, where isinstance of an abstract class is slow.
    holds: ClassVar[str] = "value"
    #: Whether its values are identifiers, or references of other records: asked as often.
    is_identifier: ClassVar[bool] = False
    is_link: ClassVar[bool] = False

    @abstractmethod
    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        """The value to store, or EMPTY; what is wrong goes to `run`."""

    def shown(self, value: Any) -> str:
        """The value in the reader's (active) language."""
        return str(value)

    def brief(self, value: Any) -> str:
        """The value where there is room for a word only."""
        return self.shown(value)

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """JSON Schema 2020-12 of one value."""

    def words(self, value: Any) -> str:
        """What full text search should find this value by."""
        return ""


@dataclass(frozen=True)
class Text(Field):
    max_length: int = 200
    multiline: bool = False

    @property
    def widget(self) -> str:  # type: ignore[override]
        return "textarea" if self.multiline else "text"

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        if not isinstance(raw, str):
            run.add(path, "wrong_type", _("Text was expected; {came} came."), came=came(raw))
            return EMPTY
        if len(raw) > 4 * self.max_length + 1000:
            return self._too_long(len(raw), path, run)
        text = tidy(raw, self.multiline)
        refused = refusal(text, self.multiline)
        if refused:
            code, message, which = refused
            run.add(path, code, message, which=which)
            return EMPTY
        if len(text) > self.max_length:
            return self._too_long(len(text), path, run)
        return text or EMPTY

    def _too_long(self, length: int, path: str, run: Run) -> Any:
        message = _("This text has {length} characters; at most {most} are accepted.")
        run.add(path, "too_long", message, length=length, most=self.max_length)
        return EMPTY

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.max_length}

    def words(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class Integer(Field):
    least: int = 0
    most: int = 10**12
    widget: ClassVar[str] = "number"

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        if isinstance(raw, str) and re.fullmatch(r"\s*-?[0-9]{1,18}\s*", raw):
            raw = int(raw)
        if isinstance(raw, str) and not raw.strip():
            return EMPTY
        if isinstance(raw, bool) or not isinstance(raw, int):
            message = _("A whole number was expected; {came} came.")
            run.add(path, "wrong_type", message, came=came(raw))
            return EMPTY
        if not self.least <= raw <= self.most:
            message = _("A number from {least} to {most} was expected; {came} came.")
            run.add(path, "out_of_range", message, least=self.least, most=self.most, came=came(raw))
            return EMPTY
        return raw

    def shown(self, value: Any) -> str:
        return formats.number_format(value, use_l10n=True, force_grouping=True)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Decimal(Field):
    """Kept as text in plain notation ("22.4"): exact, and the same bytes everywhere."""

    places: int = 6
    least: int = 0
    most: int = 10**15
    widget: ClassVar[str] = "decimal"

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        if isinstance(raw, str) and not raw.strip():
            return EMPTY
        number = _number(raw)
        if number is None:
            message = _(
                "A number was expected, with nothing between thousands, like {example}; {came} came."
            )
            example = formats.localize_input(Number("22400.5"))
            run.add(path, "wrong_type", message, example=example, came=came(raw))
            return EMPTY
        if not self.least <= number <= self.most:
            message = _("A number from {least} to {most} was expected; {came} came.")
            run.add(path, "out_of_range", message, least=self.least, most=self.most, came=came(raw))
            return EMPTY
        if -int(number.as_tuple().exponent) > self.places:
            message = _("At most {places} decimals are accepted; {came} came.")
            run.add(path, "too_precise", message, places=self.places, came=came(raw))
            return EMPTY
        return plain(number)

    def shown(self, value: Any) -> str:
        return formats.number_format(Number(str(value)), use_l10n=True, force_grouping=True)

    def json_schema(self) -> dict[str, Any]:
        sign = "-?" if self.least < 0 else ""
        text = rf"^{sign}[0-9]{{1,{len(str(self.most)) - 1}}}(\.[0-9]{{1,{self.places}}})?$"
        limits = {"type": "number", "minimum": self.least, "maximum": self.most}
        return {"anyOf": [{"type": "string", "pattern": text}, limits]}


def _number(raw: Any) -> Number | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    if isinstance(raw, float) and not math.isfinite(raw):
        return None
    text = str(raw).strip()
    if isinstance(raw, str) and not re.fullmatch(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", text):
        return None
    if len(text) > 40:
        return None
    try:
        return Number(text).normalize()
    except InvalidOperation:
        return None


def plain(number: Number) -> str:
    """`number` without exponent and without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Boolean(Field):
    widget: ClassVar[str] = "checkbox"

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        if isinstance(raw, bool):
            return raw
        run.add(
            path,
            "wrong_type",
            _("Yes or no (true or false) was expected; {came} came."),
            came=came(raw),
        )
        return EMPTY

    def shown(self, value: Any) -> str:
        return str(_("Yes") if value else _("No"))

    def json_schema(self) -> dict[str, Any]:
        return {"type": "boolean"}
