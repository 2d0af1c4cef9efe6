"""What of a record can be disputed, and a dispute's points in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cordillera.access.identity import Identity

from .. import disputes, kinds, lifecycle, queries
from ..disputes import Dispute
from ..kinds import Kind
from ..kinds.dispute import WHOLE
from ..models import Record, Version
from ..problems import Invalid
from ..schema import Block, Many, Problem, Shown
from ..schema.problems import Run
from . import proposed
from .languages import reader_language
from .renewal import same_but_for_dates

#: Said of the version, not by it.
NOT_ITS_CONTENT = ("original_language", "summary_translations", "correction")
LONGEST = 2000
#: So many fields can be chosen from; a record of hundreds of goods lines has more.
MOST = 600


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a record: its path, its name from the outermost inwards, and what it says."""

    path: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a dispute as the reader sees it."""

    label: str
    says: str
    should: str
    path: str = ""

    @property
    def whole(self) -> bool:
        """Whether it is about no field, but about the record as a whole."""
        return self.path == WHOLE


def places(record: Record, language: str = "") -> list[Place]:
    """Every field of the version in force that can be disputed, and what has no value there."""
    assert record.current is not None  # noqa: S101 - what is disputed is in force
    kind, body = kinds.get(record.kind), record.current.body
    shown = kind.display(body, language or reader_language())
    found = [place for child in shown.children for place in _places(child, "")]
    with override(language or reader_language()):
        missing = [
            Place(one.name, str(one.label), "")
            for one in kind.schema.fields
            if one.name not in body and one.name not in NOT_ITS_CONTENT
        ]
    return [*found[:MOST], *missing]


def _places(shown: Shown, stem: str) -> Iterator[Place]:
    if shown.path in NOT_ITS_CONTENT:
        return
    label = f"{stem} › {shown.label}" if stem else shown.label
    if shown.is_list:
        for number, child in enumerate(shown.children, 1):
            yield from _places_of_row(child, f"{label} {number}")
    elif shown.is_group:
        for child in shown.children:
            yield from _places(child, label)
    else:
        yield Place(shown.path, label, _said(shown))


def _said(shown: Shown) -> str:
    if shown.is_code and isinstance(shown.raw, str):
        return proposed.said(shown.codes, shown.raw, shown.text)
    return shown.text


def _places_of_row(row: Shown, label: str) -> Iterator[Place]:
    if not row.is_group:
        yield Place(row.path, label, row.text)
        return
    for child in row.children:
        yield from _places(child, label)


def completed(about: Record, body: dict[str, Any]) -> dict[str, Any]:
    """`body` with the version that is disputed and what each field says there, whatever the writer
    of the dispute had it say. Raises Invalid where a point names no field of the record, or has a
    choice say what is none."""
    assert about.current is not None  # noqa: S101 - it is in force
    points, problems = _completed(about, body)
    if problems:
        raise Invalid(problems)
    return {**body, "points": points, "version": about.current.number}


def wrong(about: Record, body: dict[str, Any]) -> list[Problem]:
    """What does not fit the record that is disputed."""
    return _completed(about, body)[1]


def _completed(about: Record, body: dict[str, Any]) -> tuple[list[Any], list[Problem]]:
    said = {place.path: place.text for place in places(about)}
    points, run = [], Run(complete=True)
    given = body.get("points")
    for at, point in enumerate(given if isinstance(given, list) else ()):
        path = point.get("field") if isinstance(point, dict) else None
        if path and path != WHOLE and path not in said:
            words = gettext_lazy("The record has no such field: choose one of its own.")
            run.add(f"points.{at}.field", "unknown_field", words)
        elif path:
            point = {name: value for name, value in point.items() if name != "says"}
            if text := said.get(path):
                point["says"] = text[:LONGEST]
            if "should" in point:
                should, there = point["should"], f"points.{at}.should"
                kind = kinds.get(about.kind)
                point["should"] = proposed.taken(kind, path, should, there, run)
        points.append(point)
    return points, run.problems


def label(kind: Kind, path: str, language: str = "") -> str:
    """The name of the field at `path`, from the outermost inwards, as "Goods 2 › HS code"; the
    path itself where this node's schema has no such field."""
    with override(language or reader_language()):
        if path == WHOLE:
            return _("The record as a whole")
        found: Any = kind.schema.block
        words: list[str] = []
        for step in path.split("."):
            if isinstance(found, Many) and step.isdigit():
                found = found.item
                words[-1] = f"{words[-1]} {int(step) + 1}"
            elif isinstance(found, Block) and step in found.names:
                found = found.names[step]
                words.append(str(found.label))
            else:
                return path
        return " › ".join(words)


def points(dispute: Record) -> list[Point]:
    """A dispute's points in the reader's language, as are the record's words: what a point quotes is
    in the language of who wrote it, where this reader has another version."""
    body = dispute.current.body if dispute.current else {}
    kind = kinds.get(dispute.about.kind) if dispute.about else None
    here = _said_here(dispute.about, body)
    return [
        Point(
            label(kind, point.get("field", "")) if kind else point.get("field", ""),
            point.get("says", "") and here.get(point.get("field", ""), point["says"]),
            _should(kind, point),
            point.get("field", ""),
        )
        for point in body.get("points") or ()
    ]


def _should(kind: Kind | None, point: dict[str, Any]) -> str:
    text = point.get("should", "")
    return proposed.words(kind, point.get("field", ""), text, reader_language()) if kind else text


def _said_here(about: Record | None, body: dict[str, Any]) -> dict[str, str]:
    """What the disputed fields say, by path, where the disputed version is the one in force."""
    if about is None or about.current is None or about.current.number != body.get("version"):
        return {}
    return {place.path: place.text[:LONGEST] for place in places(about)}


@dataclass(frozen=True, slots=True)
class Told:
    """A dispute on the page of the record: what is wrong in it, and how it ended. `uncorrected`: it
    was upheld, and no version has come since that could have mended it."""

    dispute: Dispute
    points: list[Point]
    grounds: str
    reason: str
    uncorrected: bool

    @property
    def whole(self) -> bool:
        """Whether the record is disputed as a whole."""
        return any(point.whole for point in self.points)


def told(record: Record, found: list[Dispute]) -> list[Told]:
    rows = []
    for one in found:
        one.record.about = record
        body = one.record.current.body if one.record.current else {}
        closed = one.closed_by
        reason = closed.current.body.get("summary", "") if closed and closed.current else ""
        waits = _is_uncorrected(record, one)
        rows.append(Told(one, points(one.record), body.get("summary", ""), reason, waits))
    return rows


def to_correct(identity: Identity, record: Record, version: Version) -> list[Point]:
    """What the disputes say that `version` corrects, where the reader sees them."""
    named = (correction(version) or {}).get("disputes") or ()
    found = queries.by_reference(identity, [str(one) for one in named]) if named else {}
    mine = [one for one in found.values() if one.about_id == record.pk]
    for one in mine:
        one.about = record
    return [point for one in mine if one.kind == disputes.DISPUTE for point in points(one)]


def _is_uncorrected(record: Record, dispute: Dispute) -> bool:
    ended, current = dispute.closed_by, record.current
    if dispute.outcome not in disputes.UPHELD or ended is None or current is None:
        return False
    if record.state == lifecycle.RECALLED:
        return False
    if current.released_at is None or ended.released_at is None:
        return False
    return current.released_at < ended.released_at or _is_only_renewed(record, ended.released_at)


def _is_only_renewed(record: Record, since: datetime) -> bool:
    """Whether what came after `since` changed the record's dates and nothing of what it says."""
    assert record.current is not None  # noqa: S101 - it is in force
    if correction(record.current):
        return False
    before = record.versions.filter(released_at__lt=since).order_by("-number").first()
    return before is not None and same_but_for_dates(before, record.current)


def correction(version: Version) -> dict[str, Any] | None:
    """What `version` says it corrects."""
    found = version.body.get("correction")
    return found if isinstance(found, dict) else None


@dataclass(frozen=True, slots=True)
class Closing:
    """On the page of a dispute, or of what ends one: the dispute, its points, and how it stands."""

    dispute: Dispute
    points: list[Point]
    proposed: Record | None = None


def closing(identity: Identity, record: Record) -> Closing | None:
    """None where `record` is no part of a dispute, or the reader does not see the dispute."""
    if record.about is None or record.kind not in (disputes.DISPUTE, *disputes.CLOSING):
        return None
    dispute: Record | None = record
    if record.kind != disputes.DISPUTE:
        version = record.current or record.pending
        reference = version.body.get("dispute", "") if version else ""
        dispute = disputes.by_reference(record.about, str(reference))
    if dispute is None:
        return None
    dispute.about = record.about
    own = record.about.originator_id == identity.party
    proposed = disputes.proposed(dispute, identity.party) if own else None
    return Closing(disputes.one(dispute), points(dispute), proposed)
