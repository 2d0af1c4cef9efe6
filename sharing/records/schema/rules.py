"""Rules across fields, to be declared on a block or a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .blocks import Rule
from .problems import Problem

_BEFORE = _("Out of order: {later_name} ({later}) is before {earlier_name} ({earlier}).")


def in_order(
    earlier: str, later: str, earlier_name: str | Promise, later_name: str | Promise
) -> Rule:
    """The date at `earlier` must not come after the one at `later`; a missing one is no fault."""

    def rule(value: dict[str, Any]) -> Iterable[Problem]:
        first, second = value.get(earlier), value.get(later)
        if first and second and second[: len(first)] < first[: len(second)]:
            message = format_lazy(
                _BEFORE,
                later_name=later_name,
                later=second,
                earlier_name=earlier_name,
                earlier=first,
            )
            yield Problem(later, "out_of_order", message)

    return rule


def ascending(name: str) -> Callable[[list[Any]], Iterable[Problem]]:
    """In a list of blocks, each date at `name` must not be before the last one given."""

    def rule(items: list[Any]) -> Iterable[Problem]:
        last = ""
        for at, item in enumerate(items):
            date = item.get(name, "")
            if date and date < last:
                message = format_lazy(
                    _("Steps are written in order: {date} is before {last} of an earlier step."),
                    date=date,
                    last=last,
                )
                yield Problem(f"{at}.{name}", "out_of_order", message)
            last = max(last, date)

    return rule


def only_when(name: str, field: str, values: tuple[str, ...], message: str | Promise) -> Rule:
    """The part `name` may be filled in only where `field` is one of `values`."""

    def rule(value: dict[str, Any]) -> Iterable[Problem]:
        if name in value and value.get(field) not in values and value.get(field):
            yield Problem(name, "out_of_place", message)

    return rule
