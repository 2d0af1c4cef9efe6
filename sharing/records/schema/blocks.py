"""Fields that hold fields: a block, many of something, an amount, a text in three languages."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal as Number
from functools import cached_property
from typing import Any, ClassVar

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .coded import Code
from .fields import EMPTY, Decimal, Field, Text
from .problems import Problem, Run, came, inside

# A rule sees a cleaned block and yields what does not fit together; paths start at the block.
Rule = Callable[[dict[str, Any]], Iterable[Problem]]
LANGUAGES = (("en", _("English")), ("es", _("Spanish")), ("fr", _("French")))


@dataclass(frozen=True)
class Block(Field):
    fields: tuple[Field, ...] = ()
    rules: tuple[Rule, ...] = ()
    widget: ClassVar[str] = "block"
    holds: ClassVar[str] = "fields"

    @cached_property
    def names(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        if not isinstance(raw, dict):
            run.add(
                path,
                "wrong_type",
                _("A group of fields was expected; {came} came."),
                came=came(raw),
            )
            return EMPTY
        before = len(run.problems)
        self._refuse_unknown(raw, path, run)
        value: dict[str, Any] = {}
        stem = f"{path}." if path else ""
        for field in self.fields:
            given = raw.get(field.name)
            found = EMPTY
            sofar = len(run.problems)
            if not (given is None or given == "" or given == [] or given == {}):
                found = field.clean(given, stem + field.name, run, raw)
            if found is not EMPTY:
                value[field.name] = found
            elif field.required and run.complete and len(run.problems) == sofar:
                run.add(
                    stem + field.name,
                    "required",
                    _("“{label}” is needed before release."),
                    label=field.label,
                )
        if len(run.problems) == before:
            self._apply_rules(value, path, run)
        return value or EMPTY

    def _refuse_unknown(self, raw: dict[str, Any], path: str, run: Run) -> None:
        unknown = [name for name in raw if name not in self.names]
        if unknown:
            message = _("There is no field {came} here.")
            names = ", ".join(came(name) for name in unknown[:5])
            run.add(path, "unknown_field", message, came=names)

    def _apply_rules(self, value: dict[str, Any], path: str, run: Run) -> None:
        for rule in self.rules:
            for problem in rule(value):
                at = inside(path, problem.path) if problem.path else path
                run.problems.append(replace(problem, path=at))

    def shown(self, value: Any) -> str:
        return ", ".join(
            field.shown(value[field.name])
            for field in self.fields
            if field.name in value and not isinstance(field, Block | Many)
        )

    def json_schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "type": "object",
            "additionalProperties": False,
            "properties": {field.name: described(field) for field in self.fields},
        }
        required = [field.name for field in self.fields if field.required]
        if required:
            found["required"] = required
        return found


@dataclass(frozen=True)
class Many(Field):
    """A list of `item`, at most `max_items` long."""

    item: Field = dataclasses.field(default_factory=lambda: Text("", ""))
    max_items: int = 50
    item_label: Any = ""
    rules: tuple[Callable[[list[Any]], Iterable[Problem]], ...] = ()
    widget: ClassVar[str] = "many"
    holds: ClassVar[str] = "items"

    def clean(self, raw: Any, path: str, run: Run, siblings: dict[str, Any]) -> Any:
        if not isinstance(raw, list):
            run.add(path, "wrong_type", _("A list was expected; {came} came."), came=came(raw))
            return EMPTY
        if len(raw) > self.max_items:
            message = _("“{label}” has {count} entries; at most {most} are accepted.")
            run.add(
                path, "too_many", message, label=self.label, count=len(raw), most=self.max_items
            )
            return EMPTY
        before = len(run.problems)
        kept = []
        for at, item in enumerate(raw):
            if item is None or item == "" or item == {}:
                continue
            value = self.item.clean(item, f"{path}.{at}", run, {})
            if value is not EMPTY:
                kept.append(value)
        if len(run.problems) == before:
            for rule in self.rules:
                for problem in rule(kept):
                    run.problems.append(replace(problem, path=inside(path, problem.path)))
        return kept or EMPTY

    def shown(self, value: Any) -> str:
        return "; ".join(self.item.shown(item) for item in value)

    def json_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": described(self.item), "maxItems": self.max_items}


@dataclass(frozen=True)
class Translated(Block):
    """One text in one to three languages: {"en": …, "es": …, "fr": …}."""

    max_length: int = 200
    multiline: bool = False
    widget: ClassVar[str] = "translated"

    def __post_init__(self) -> None:
        fields = tuple(
            Text(code, label, max_length=self.max_length, multiline=self.multiline)
            for code, label in LANGUAGES
        )
        object.__setattr__(self, "fields", fields)

    def shown(self, value: Any) -> str:
        return str(value.get(get_language() or "en") or next(iter(value.values()), ""))


@dataclass(frozen=True)
class Money(Block):
    """An amount in a currency: {"amount": "75200", "currency": "USD"}."""

    widget: ClassVar[str] = "money"

    def __post_init__(self) -> None:
        fields = (
            Decimal("amount", _("Amount"), required=True, places=4, example="75200"),
            Code("currency", _("Currency"), required=True, codes="currency", example="USD"),
        )
        object.__setattr__(self, "fields", fields)

    def shown(self, value: Any) -> str:
        return f"{_grouped(value.get('amount'))} {value.get('currency', '')}".strip()


@dataclass(frozen=True)
class Quantity(Block):
    """A value in a unit of UN/ECE Recommendation 20: {"value": "78400", "unit": "KGM"}."""

    widget: ClassVar[str] = "quantity"

    def __post_init__(self) -> None:
        fields = (
            Decimal("value", _("Quantity"), required=True, example="78400"),
            Code("unit", _("Unit"), required=True, codes="unit", example="KGM"),
        )
        object.__setattr__(self, "fields", fields)

    def shown(self, value: Any) -> str:
        unit = self.names["unit"].shown(value["unit"]) if "unit" in value else ""
        return f"{_grouped(value.get('value'))} {unit}".strip()


def described(field: Field) -> dict[str, Any]:
    """A field's JSON Schema with its label, help and example."""
    found: dict[str, Any] = {"title": str(field.label)} if field.label else {}
    found |= field.json_schema()
    if field.help:
        found["description"] = " ".join(filter(None, (str(field.help), found.get("description"))))
    if field.example is not None:
        found["examples"] = [field.example]
    return found


def _grouped(number: str | None) -> str:
    if number is None:
        return ""
    return formats.number_format(Number(number), use_l10n=True, force_grouping=True)
