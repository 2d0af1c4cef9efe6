"""The leak tests can fail: each row-level policy and each condition, taken away, is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from audit import findings, log, sequencer
from audit import models as audit
from audit.database import whole_log
from cordillera import clock
from cordillera.access import policy
from cordillera.access.decide import permits
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.api.models import KeptAnswer
from cordillera.crypto import ids
from cordillera.parties.models import Officer, Unit
from sharing.desk.actions.outcomes import no_action
from sharing.desk.arrival import arrive
from sharing.desk.models import InboxItem, Reach
from sharing.exchange.models import Channel, Item, Receipt, Report
from sharing.oversight import models as oversight
from sharing.records import actions
from sharing.records.attachments.models import Attachment, Chunk
from sharing.records.models import Counter, Link, Readership, Reading, Record
from sharing.search import saved
from sharing.search.models import Match
from sharing.search.queries import Search
from tests.conftest import Cast
from tests.cordillera.access.test_policy_grid import grid, identities, may_see  # noqa: F401


def reading_policies() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"
            " AND cmd IN ('SELECT', 'ALL') ORDER BY 1, 2"
        )
        return [(table, name) for table, name in cursor.fetchall()]


@pytest.fixture
def scene(cast: Cast, alert: Record) -> None:
    """US and MX have something in every protected table; CA has at most its own."""
    us, mx = cast.identity("originator"), cast.identity("recipient")
    for party in ("US", "MX"):
        arrive(party)
    with acting_as(us):
        Link.objects.create(record=alert, reference="US-SE-2026-00001")
        Chunk.objects.create(attachment=attached(alert), number=0, digest="d")
        actions.amend(record=alert, by=us)
        actions.submit(record=alert, by=us)
        Counter.objects.get_or_create(party_id="US", kind="comment", year=2026)
    with acting_as(mx):
        kept = saved.keep(by=mx, name="Steel", asked=Search("coil"), notify="daily")
        Match.objects.create(search=kept, party_id="MX", record=alert)
        no_action(item=InboxItem.objects.get(), by=mx, reason="Known")
        Reach.objects.create(party_id="MX", officer_id=mx.own)
        KeptAnswer.objects.create(account=mx.own, key="k", digest="d")
    exchanged(alert, mx)
    logged()
    overseen(mx, cast.auditor)
    with acting_as(mx):
        log.write("test:entry", actor=mx)
    as_owner(
        "SET session_replication_role = replica;"
        ' INSERT INTO records_behind SELECT (jsonb_populate_record(r, \'{"behind": "MX"}\')).*'
        f" FROM ONLY records_record r WHERE id = '{alert.pk}';"
        " SET session_replication_role = origin"
    )


def attached(record: Record) -> Attachment:
    return Attachment.objects.create(
        id=ids.new(record.originator_id),
        record=record,
        since=1,
        size=1,
        state="ready",
        added_at=clock.now(),
    )


def logged() -> None:
    """The log has sequenced, and written to the tables that it keeps for other nodes."""
    sequencer.sequence(at_once=True)
    note = {"origin": "ca.example/audit", "size": 1, "root": b"r", "note": "n"}
    with whole_log():
        audit.Cosignature.objects.create(size=1, witness="w", key="k", line="l", moment=clock.now())
        audit.TrustedKey.objects.create(vkey="v", name="n", kind=1, party="CA")
        audit.Witnessed.objects.create(**note)
        audit.Seen.objects.create(**note)
        audit.CosignedBefore.objects.create(**note)
        audit.Asking.objects.create(witness="w", state="refused", asked_at=clock.now())
        now = clock.now()
        audit.Block.objects.create(number=0, party="MX", since=now, until=now, tags={}, marks="m")
    findings.report("ca.example/audit", "forked", "Two trees.")
    findings.resolve("ca.example/audit", "forked", "One tree.")


def exchanged(alert: Record, mx: Identity) -> None:
    """MX has opened the record, and a channel with everything in it."""
    now = clock.now()
    counted = {"record": alert, "party": "MX", "number": 1, "first_at": now, "last_at": now}
    with acting_as(Identity.of_node("MX")):
        Reading.objects.create(**counted, officer=mx.own)
        Readership.objects.create(**counted, times=1, officers=1)
        channel = Channel.objects.create(party="MX", sender="US", recipient="MX")
        ours = {"channel": channel, "party": "MX", "epoch": 1}
        Item.objects.create(**ours, seq=1, type=Item.VERSION, created_at=now)
        Receipt.objects.create(**ours, first=1, last=1, manifest="m", jws="j")
        Report.objects.create(
            party="MX", originator="US", record_id=alert.pk, number=1, event=Report.READ, at=now
        )


def overseen(mx: Identity, auditor: Officer) -> None:
    """What MX's auditors see: rows of its node's, and of theirs."""
    now, ours, record = clock.now(), {"party_id": "MX"}, ids.new("MX")
    about = {"record_id": record, "reference": "MX-OA-2026-00001", "kind": "offence_alert"}
    with acting_as(Identity.of_node("MX")):
        oversight.Deletion.objects.create(
            **ours, **about, rule="expired", deleted_at=now, days_locked=1, entry=record
        )
        oversight.Notice.objects.create(
            **ours,
            rule="hour",
            officer=mx.own,
            begins_at=now,
            ends_at=now,
            count=2,
            limit=1,
            raised_at=now,
            officer_name=mx.name,
            entries=[],
        )
        oversight.Watched.objects.create(**ours)
        oversight.SearchCount.objects.create(party="MX", month=now.date(), searches=1)
        oversight.LedgerExport.objects.create(
            party="MX", account=mx.own, format="csv", upto=1, total=1, asked_at=now
        )
        oversight.LedgerTotal.objects.create(party="MX", whole=True, base=0, upto=1, sums={})
        oversight.Bundle.objects.create(
            party="MX", account=mx.own, first=0, end=1, own=1, asked_at=now
        )
        oversight.Verification.objects.create(**ours, asked_by=mx.own, asked_at=now, touched_at=now)
    as_owner("SET session_replication_role = replica")  # no record of the scene is locked
    with acting_as(me := Identity.of(auditor)):
        oversight.Hold.objects.create(
            **ours, **about, reason="Court", review_on=now.date(), held_at=now, held_by=me.own
        )
        oversight.Thresholds.objects.create(**ours)
        unit, _ = Unit.objects.get_or_create(**ours, name="Port")
        oversight.UnitHours.objects.create(**ours, unit=unit, time_zone="UTC")
    as_owner("SET session_replication_role = origin")


def rows_of(table: str, identity: Identity) -> int:
    with acting_as(identity), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def as_owner(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"RESET ROLE; {sql}; SET ROLE cordillera_runtime")


@pytest.mark.usefixtures("scene")
def test_each_row_level_policy_is_what_keeps_its_rows_from_the_outsider(cast: Cast) -> None:
    outsider = cast.identity("outsider")
    for table, name in reading_policies():
        before = rows_of(table, outsider)
        as_owner(f"SAVEPOINT s; ALTER POLICY {name} ON {table} USING (true)")
        noticed = rows_of(table, outsider) > before
        as_owner("ROLLBACK TO s")
        assert noticed, f"without {name} on {table} nothing changes: no test would notice"


@pytest.fixture
def table() -> Iterator[dict[str, Any]]:
    before = dict(policy.TABLE)
    yield policy.TABLE
    policy.TABLE.clear()
    policy.TABLE.update(before)


def differs(grid: list[Record]) -> bool:  # noqa: F811
    return any(
        bool(permits(identity, "record.read", record)) != may_see(identity, record)
        for identity in identities()
        for record in grid
    )


def test_each_condition_for_reading_is_noticed_when_it_is_gone(
    grid: list[Record],  # noqa: F811
    table: dict[str, Any],
) -> None:
    assert not differs(grid)
    alternatives = table["record.read"]
    for at, alternative in enumerate(alternatives):
        others = alternatives[:at] + alternatives[at + 1 :]
        table["record.read"] = others
        assert differs(grid) or "node" in alternative[0].name, f"alternative {at} is not noticed"
        for condition in alternative:
            if condition.name.startswith(("token has scope", "what it answers")):
                continue  # asked by tests of their own: the grid has no tokens and no answers
            rest = tuple(c for c in alternative if c is not condition)
            table["record.read"] = (*others, rest)
            assert differs(grid), f"without “{condition.name}” nothing changes"
