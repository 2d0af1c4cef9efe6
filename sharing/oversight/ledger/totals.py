"""What passed with each Party, kept as sums, so that nobody goes through the whole ledger to see it.

A row holds the sums of all lines whose transactions had ended when it was last brought up to date; the
few that came since are added when it is read, so that what is told is exact at every moment. Whoever
writes a line does nothing for it: the clock brings the sums up to date.

A line knows its transaction's number, since ids become visible out of order. Where a database was put
back from a dump, numbers begin anew below those of the lines that came with it: `base` is the last of
these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from cordillera import bulk
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as

from ..models import Disclosure, LedgerTotal

#: given, received, opened there, opened here; by Party.
Sums = dict[str, list[int]]

OLD = "(d.id <= %(base)s OR d.xid < %(upto)s)"
FRESH = "(d.id > %(base)s AND d.xid >= %(upto)s)"
#: What a supervisor does not see of the own Party's ledger; as its policy says.
OPEN = "NOT (d.red AND d.direction = 'received')"
#: The last tally of each record holds the ones before it, and a record counts once.
_SUMS = """
    WITH records AS MATERIALIZED (
        SELECT d.other, d.direction, d.record_id,
            bool_or(d.event = ANY(%(disclosing)s)) AS passed,
            count(*) FILTER (WHERE d.event = ANY(%(opened)s)) AS opened,
            coalesce(max(d.times) FILTER (WHERE d.event = 'read'), 0) AS told
        FROM oversight_disclosure d WHERE d.party = %(party)s AND {seen} AND {lines}
        GROUP BY d.other, d.direction, d.record_id
    )
    SELECT r.other,
        count(*) FILTER (WHERE r.direction = 'given' AND r.passed AND NOT b.passed),
        count(*) FILTER (WHERE r.direction = 'received' AND r.passed AND NOT b.passed),
        coalesce(sum(greatest(r.told - b.told, 0)) FILTER (WHERE r.direction = 'given'), 0)::bigint,
        coalesce(sum(r.opened) FILTER (WHERE r.direction = 'received'), 0)::bigint
    FROM records r CROSS JOIN LATERAL ({before}) b GROUP BY r.other
"""
_BEFORE = """
    SELECT coalesce(bool_or(d.event = ANY(%(disclosing)s)), false) AS passed,
        coalesce(max(d.times) FILTER (WHERE d.event = 'read'), 0) AS told
    FROM oversight_disclosure d WHERE d.party = %(party)s AND d.record_id = r.record_id
    AND d.other = r.other AND d.direction = r.direction AND {seen} AND {old}
"""
_NOTHING_BEFORE = "SELECT false AS passed, 0 AS told"
_XMIN = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
#: Of what this statement sees, what numbers at or above its own end can only have come with a dump.
#: `+ 0` keeps PostgreSQL from going through all lines from the last id down until one is such.
_NOW = """
    SELECT pg_snapshot_xmin(now.it)::text::bigint, (SELECT coalesce(max(d.id + 0), 0)
        FROM oversight_disclosure d WHERE d.party = %s AND d.xid >= pg_snapshot_xmax(now.it)::text::bigint)
    FROM (SELECT pg_current_snapshot() AS it) now
"""
OPENED = [Disclosure.READ, Disclosure.PRINTED, Disclosure.DOWNLOADED]


@dataclass(frozen=True, slots=True)
class _Span:
    """The lines up to which a row has summed."""

    base: int = 0
    upto: int = 0


def now(party: str, whole: bool) -> Sums:
    """As of this moment, for the present identity: `whole`, or without what supervisors do not see."""
    # A row that ends behind this very moment was put back from a dump and knows nothing of ours.
    valid = LedgerTotal.objects.filter(upto__lte=RawSQL(_XMIN, []))  # noqa: S611 - our own words
    row = valid.filter(party=party, whole=whole).first()
    span = _Span(row.base, row.upto) if row else _Span()
    fresh = _sums(party, whole, FRESH, _BEFORE if row else _NOTHING_BEFORE, span)
    return _added(row.sums if row else {}, fresh)


def keep_up(party: str) -> int:
    """Bring the Party's sums up to date; how many rows changed."""
    with acting_as(Identity.of_node(party)):
        rows: list[dict[str, Any]] = [
            {"party": party, "whole": w, "base": 0, "upto": 0, "sums": {}} for w in (True, False)
        ]
        names = list(rows[0])
        bulk.insert_rows("oversight_ledgertotal", names, rows, "ON CONFLICT DO NOTHING")
        held = LedgerTotal.objects.select_for_update().filter(party=party).order_by("whole")
        return sum(_advance(row) for row in held)


def forget(party: str) -> None:
    """Lines were deleted: the sums are made anew. Within the node's transaction."""
    LedgerTotal.objects.filter(party=party).delete()


def _advance(row: LedgerTotal) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_NOW, [row.party])
        until, base = cursor.fetchone()
    before = (row.base, row.upto, row.sums)
    if base > row.base or row.upto > until:
        row.base, row.upto = base, until
        row.sums = _added({}, _sums(row.party, row.whole, OLD, _NOTHING_BEFORE, _span(row)))
    else:
        lines = f"{FRESH} AND d.xid < {int(until)}"
        earlier = _BEFORE if row.upto else _NOTHING_BEFORE
        row.sums = _added(row.sums, _sums(row.party, row.whole, lines, earlier, _span(row)))
        row.upto = until
    if (row.base, row.sums) == (before[0], before[2]) and 0 <= row.upto - before[1] < MOST_BEHIND:
        return False
    row.save(update_fields=["base", "upto", "sums"])
    return True


#: A row without news is written all the same once so many transactions have gone by.
MOST_BEHIND = 100_000


def _span(row: LedgerTotal) -> _Span:
    return _Span(row.base, row.upto)


def _sums(party: str, whole: bool, lines: str, before: str, span: _Span) -> Sums:
    seen = "true" if whole else OPEN
    query = _SUMS.format(seen=seen, lines=lines, before=before.format(seen=seen, old=OLD))
    values: dict[str, Any] = {
        "party": party,
        "base": span.base,
        "upto": span.upto,
        "disclosing": list(Disclosure.DISCLOSING),
        "opened": OPENED,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return {other: list(numbers) for other, *numbers in cursor.fetchall()}


def _added(one: Sums, other: Sums) -> Sums:
    zero = [0, 0, 0, 0]
    return {
        party: [a + b for a, b in zip(one.get(party, zero), other.get(party, zero), strict=True)]
        for party in sorted(one.keys() | other.keys())
    }
