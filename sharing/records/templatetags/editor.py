"""What the editor's templates need beside the schema's forms: `{% load editor %}`."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from ..schema import Node, Option

register = template.Library()


@register.filter
def meaning(label: str) -> str:
    """The words after the name: "TLP:RED: only …" gives "only …"."""
    return label.partition(": ")[2] or label


_OUTCOMES = ("hit_confirmed", "no_hit", "hit_pending", "sighted_no_action", "false_positive")
_OUTCOME_ICONS = {
    "hit_confirmed": "circle-check-big",
    "no_hit": "circle-x",
    "hit_pending": "search-check",
    "sighted_no_action": "eye",
    "false_positive": "circle-off",
}


@register.filter
def outcomes(options: Iterable[Option]) -> list[Option]:
    """Results of a sighting, found and not found first: these two get the big buttons."""
    known = list(options)
    return sorted(known, key=lambda option: _place(option.value))


def _place(code: str) -> int:
    return _OUTCOMES.index(code) if code in _OUTCOMES else len(_OUTCOMES)


@register.filter
def outcome_icon(code: str) -> str:
    return _OUTCOME_ICONS.get(code, "circle")


@register.filter
def is_near(code: str, nearby: Iterable[tuple[str, str]]) -> bool:
    """Whether the place is one of those offered for one touch."""
    return any(code == offered for offered, _label in nearby)


@register.filter
def any_filled(form: Node, names: Iterable[str]) -> bool:
    """Whether one of these fields holds something, or something wrong."""
    wanted = set(names)
    return any(child.filled or child.any_problem for child in form.children if child.path in wanted)
