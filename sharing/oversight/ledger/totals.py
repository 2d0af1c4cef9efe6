"""What passed with each Party, kept as sums, so that nobody goes through the whole ledger to see it.

A row holds the sums of all lines whose transactions had ended when it was last brought up to date; the
few that came since are added when it is read, so that what is told is exact at every moment. Whoever
writes a line does nothing for it: the clock brings the sums up to date.

A line knows its transaction's number, since ids become visible out of order. Where a database was put
back from a dump, numbers begin anew below those of the lines that came with it: `base` is the last of
these. A row that another cluster of databases has summed is passed over, and made anew: by its numbers
alone it would be taken for ours as soon as these had come so far.
"""

from __future__ import annotations

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
_CLUSTER = "(SELECT system_identifier FROM pg_control_system())"
#: Of what this statement sees, what numbers at or above its own end can only have come with a dump.
#: `+ 0` keeps PostgreSQL from going through all lines from the last id down until one is such.
_NOW = f"""
    SELECT {_CLUSTER}, pg_snapshot_xmin(now.it)::text::bigint, (SELECT coalesce(max(d.id + 0), 0)
        FROM oversight_disclosure d WHERE d.party = %s AND d.xid >= pg_snapshot_xmax(now.it)::text::bigint)
    FROM (SELECT pg_current_snapshot() AS it) now
"""  # noqa: S608 - our own words
OPENED = [Disclosure.READ, Disclosure.PRINTED, Disclosure.DOWNLOADED]
#: A row without news is written all the same once so many transactions have gone by.
MOST_BEHIND = 100_000


def now(party: str, whole: bool) -> Sums:
    """As of this moment, for the present identity: `whole`, or without what supervisors do not see."""
    # A row that ends behind this very moment, or in another cluster, came with a dump and knows nothing
    # of ours.
    valid = LedgerTotal.objects.filter(
        cluster=RawSQL(_CLUSTER, []),  # noqa: S611 - our own words
        upto__lte=RawSQL(_XMIN, []),  # noqa: S611
    )
    row = valid.filter(party=party, whole=whole).first() or _none(party, whole)
    return _added(row.sums, _sums(row, FRESH, _before(row)))


def keep_up(party: str) -> int:
    """Bring the Party's sums up to date; how many rows changed."""
    with acting_as(Identity.of_node(party)):
        rows: list[dict[str, Any]] = [
            {"party": party, "whole": w, "cluster": 0, "base": 0, "upto": 0, "sums": {}}
            for w in (True, False)
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
        cluster, until, base = cursor.fetchone()
    if base > row.base or row.upto > until or row.cluster != cluster:
        row.cluster, row.base, row.upto = cluster, base, until
        row.sums = _sums(row, OLD, _NOTHING_BEFORE)
        row.save()
        return True
    fresh = _sums(row, f"{FRESH} AND d.xid < {int(until)}", _before(row))
    if not fresh and until - row.upto < MOST_BEHIND:
        return False
    row.sums, row.upto = _added(row.sums, fresh), until
    row.save(update_fields=["upto", "sums"])
    return True


def _none(party: str, whole: bool) -> LedgerTotal:
    """A row, not kept, that has summed nothing yet."""
    return LedgerTotal(party=party, whole=whole, base=0, upto=0, sums={})


def _before(row: LedgerTotal) -> str:
    return _BEFORE if row.base or row.upto else _NOTHING_BEFORE


def _sums(row: LedgerTotal, lines: str, before: str) -> Sums:
    """Of these lines, on top of what the row has summed."""
    seen = "true" if row.whole else OPEN
    query = _SUMS.format(seen=seen, lines=lines, before=before.format(seen=seen, old=OLD))
    values: dict[str, Any] = {
        "party": row.party,
        "base": row.base,
        "upto": row.upto,
        "disclosing": list(Disclosure.DISCLOSING),
        "opened": OPENED,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return {other: list(numbers) for other, *numbers in sorted(cursor.fetchall())}


def _added(one: Sums, other: Sums) -> Sums:
    zero = [0, 0, 0, 0]
    return {
        party: [a + b for a, b in zip(one.get(party, zero), other.get(party, zero), strict=True)]
        for party in sorted(one.keys() | other.keys())
    }
