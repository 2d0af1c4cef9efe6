"""The ledger as a table of words: what the CSV and the PDF have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.spreadsheet import as_csv

from ..models import Disclosure
from . import words


def columns() -> list[str]:
    return [
        _("Time (UTC)"),
        pgettext("direction", "Direction"),
        _("Party"),
        _("What happened"),
        _("Reference"),
        _("Kind"),
        _("Version"),
        _("Purpose"),
        _("Legal basis"),
        _("Proposed by"),
        _("Approved by"),
        _("Read by"),
        _("Times"),
        _("Officers"),
        _("Reason"),
        "TLP:RED",
    ]


def cells(line: Disclosure) -> list[Any]:
    return [
        line.at.astimezone(UTC).isoformat(timespec="seconds"),
        words.DIRECTIONS[line.direction],
        line.other,
        words.event(line),
        line.reference,
        words.kind(line.kind),
        line.number or "",
        words.purpose(line.purpose),
        words.articles(line.basis),
        line.proposed_by,
        line.approved_by,
        line.reader,
        line.times if line.times is not None else "",
        line.officers if line.officers is not None else "",
        words.refusal(line),
        _("yes") if line.red else "",
    ]


def csv(lines: Iterable[Disclosure]) -> str:
    """With a byte order mark, or spreadsheets misread the accents."""
    return "\ufeff" + as_csv(columns(), (cells(line) for line in lines))


def sheet_columns() -> list[tuple[str, float]]:
    """(head, share of the width) of the PDF's table."""
    return [
        (_("Time"), 2.7),
        (pgettext("direction", "Direction"), 1.9),
        (_("Party"), 1.2),
        (_("What happened"), 2.8),
        (_("Reference"), 3.1),
        (_("Kind"), 3.0),
        (_("Purpose and legal basis"), 5.0),
        (_("Officers"), 4.3),
    ]


def sheet_cells(line: Disclosure, zone: ZoneInfo) -> Sequence[str]:
    event = words.event(line)
    if line.number:
        event += " · " + _("version %(number)s") % {"number": line.number}
    why = " · ".join(
        part for part in (words.purpose(line.purpose), words.articles(line.basis)) if part
    )
    return [
        _moment(line.at, zone),
        str(words.DIRECTIONS[line.direction]),
        line.other,
        event,
        line.reference or "–",
        words.kind(line.kind),
        "TLP:RED" if line.red else why,
        _who(line),
    ]


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _who(line: Disclosure) -> str:
    if line.event == Disclosure.READ and line.times is not None:
        return words.opened(line)
    if line.reason:
        return words.refusal(line)
    names = [line.reader or line.proposed_by, line.approved_by]
    return " / ".join(name for name in names if name)
