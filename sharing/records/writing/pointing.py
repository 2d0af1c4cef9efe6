"""The form of a dispute: its points name fields of the disputed record, chosen from those it has."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from cordillera.punctuation import labelled

from ..kinds.dispute import WHOLE
from ..models import Record
from ..reading import disputing
from ..schema import Node, Option

BRIEF = 60


def offer_fields(form: Node, about: Record) -> None:
    """Turn each point's field into a choice of the record's own, with what each says now, or the
    record as a whole. What it says is not asked: it is taken from the record when the dispute is
    sent."""
    whole = Option(WHOLE, _("The record as a whole"))
    options = [whole, *(Option(place.path, _words(place)) for place in disputing.places(about))]
    many = form.by["points"]
    for row in [*many.children, *([many.blank] if many.blank else [])]:
        # Its options are this record's: a drawing of it is never kept for another one.
        row.origin = None
        row.children = [child for child in row.children if not child.path.endswith(".says")]
        for child in row.children:
            if child.path.endswith(".field"):
                _choice(child, options)


def mark(form: Node, points: Iterable[disputing.Point]) -> None:
    """Say at each field what was rightly disputed there."""
    said = {point.path: remark(point) for point in points}
    _mark(form, said)


def _mark(node: Node, said: dict[str, str]) -> None:
    node.remark = said.get(node.path, "") if node.path else ""
    for child in node.children:
        _mark(child, said)


def remark(point: disputing.Point) -> str:
    if point.should:
        return _("Disputed rightly: it should say “%(should)s”.") % {"should": point.should}
    return _("Disputed rightly: what it says is wrong.")


def _choice(node: Node, options: Iterable[Option]) -> None:
    node.widget, node.width, node.example, node.help = "select", "w12", "", ""
    node.options = [Option(o.value, o.label, o.value == node.value) for o in options]


def _words(place: disputing.Place) -> str:
    text = " ".join(place.text.split())
    text = text if len(text) <= BRIEF else f"{text[: BRIEF - 1]}…"
    return labelled(place.label, text or "–")
