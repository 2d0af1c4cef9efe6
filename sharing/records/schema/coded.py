"""Fields whose values come from a code list, an identifier scheme, or another record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sharing.records import codes, identifiers
from sharing.records.codes import CodeList

from .fields import EMPTY, Field
from .problems import Run, came, inside
from .text import refusal, tidy

# Longer lists are searched for while typing; shorter ones are offered whole.
SHORT = 60


@dataclass(frozen=True)
class Code(Field):
    """One code of the list named `codes`."""

    codes: str = ""

    @property
    def list(self) -> CodeList:
        return codes.get(self.codes)

    @property
    def widget(self) -> str:  # type: ignore[override]
        return "select" if len(self.list) <= SHORT else "combobox"

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        if not isinstance(raw, str):
            run.add(path, "wrong_type", _("A code was expected; {came} came."), came=came(raw))
            return EMPTY
        known = self.list
        code = known.normalise(raw)
        if not code:
            return EMPTY
        if code not in known:
            message = _("{came} is not in the list “{name}”.")
            run.add(path, "unknown_code", message, came=came(raw), name=known.title)
            return EMPTY
        return code

    def shown(self, value: Any) -> str:
        return self.list.label(value, get_language() or "en")

    def brief(self, value: Any) -> str:
        return self.list.brief(value, get_language() or "en")

    def json_schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "string"}
        if len(self.list) <= SHORT:
            found["enum"] = list(self.list)
        else:
            found["description"] = f"Code list: {self.codes}"
        return found

    def words(self, value: Any) -> str:
        return _in_all_languages(self.codes, value)


@lru_cache(maxsize=20_000)
def _in_all_languages(code_list: str, value: str) -> str:
    """A code with its labels: the same few hundred stand in nearly all records."""
    known = codes.get(code_list)
    labels = (known.label(value, language) for language in ("en", "es", "fr"))
    return " ".join(dict.fromkeys((value, *labels)))


@dataclass(frozen=True)
class Codes(Code):
    """Several codes of one list, each once, in the order given."""

    max_items: int = 20

    @property
    def widget(self) -> str:  # type: ignore[override]
        return "checkboxes" if len(self.list) <= SHORT else "comboboxes"

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        if not isinstance(raw, list):
            run.add(
                path, "wrong_type", _("A list of codes was expected; {came} came."), came=came(raw)
            )
            return EMPTY
        if len(raw) > self.max_items:
            message = _("At most {most} are accepted; {count} came.")
            run.add(path, "too_many", message, most=self.max_items, count=len(raw))
            return EMPTY
        kept = [
            super(Codes, self).clean(item, inside(path, at), run, siblings)
            for at, item in enumerate(raw)
        ]
        return list(dict.fromkeys(code for code in kept if code is not EMPTY)) or EMPTY

    def shown(self, value: Any) -> str:
        return ", ".join(super(Codes, self).shown(code) for code in value)

    def brief(self, value: Any) -> str:
        return ", ".join(super(Codes, self).brief(code) for code in value)

    def json_schema(self) -> dict[str, Any]:
        return {
            "type": "array",
            "items": super().json_schema(),
            "maxItems": self.max_items,
            "uniqueItems": True,
        }

    def words(self, value: Any) -> str:
        return " ".join(super(Codes, self).words(code) for code in value)


@dataclass(frozen=True)
class Identifier(Field):
    """A number with a scheme: `scheme`, or what the sibling `scheme_from` says.

    Where the sibling holds something else than a scheme (a type of conveyance), `schemes`
    translates. A wrong check digit is a problem unless the sibling `as_found` is true.
    """

    scheme: str = ""
    scheme_from: str = ""
    schemes: tuple[tuple[str, str], ...] = ()
    max_length: int = 120
    is_identifier: ClassVar[bool] = True

    def scheme_of(self, siblings: dict[str, Any]) -> str:
        if not self.scheme_from:
            return self.scheme
        said = siblings.get(self.scheme_from)
        said = said if isinstance(said, str) else ""
        return dict(self.schemes).get(said, "OTHER") if self.schemes else said or "OTHER"

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        if not isinstance(raw, str):
            run.add(path, "wrong_type", _("Text was expected; {came} came."), came=came(raw))
            return EMPTY
        text = tidy(raw[:1000], multiline=False)
        refused = refusal(text, multiline=False)
        if refused:
            run.add(path, refused[0], refused[1], which=refused[2])
            return EMPTY
        if len(raw) > self.max_length:
            message = _("This text has {length} characters; at most {most} are accepted.")
            run.add(path, "too_long", message, length=len(raw), most=self.max_length)
            return EMPTY
        if not text or siblings.get("as_found") is True:
            return text or EMPTY
        checked = identifiers.check(self.scheme_of(siblings), text)
        if checked.problem:
            run.add(path, checked.code, checked.problem)
            return EMPTY
        return checked.value

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.max_length}

    def words(self, value: Any) -> str:
        bare = identifiers.normalise("", value)
        return value if bare == value else f"{value} {bare}"


_REFERENCE = re.compile(r"[A-Z]{2,3}-[A-Z]{2}-[0-9]{4}-[0-9]{3,8}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Link(Field):
    """Another record: its reference (US-OA-2026-00412) or, before it has one, its UUID."""

    kinds: tuple[str, ...] = ()
    widget: ClassVar[str] = "link"
    is_link: ClassVar[bool] = True

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        text = raw.strip() if isinstance(raw, str) else raw
        if text == "":
            return EMPTY
        if isinstance(text, str) and len(text) <= 40:
            if _REFERENCE.fullmatch(text.upper()):
                return text.upper()
            if _UUID.fullmatch(text.lower()):
                return text.lower()
        message = _("A record's reference, like US-OA-2026-00412, was expected; {came} came.")
        run.add(path, "not_a_reference", message, came=came(raw))
        return EMPTY

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 40}

    def words(self, value: Any) -> str:
        return str(value)
