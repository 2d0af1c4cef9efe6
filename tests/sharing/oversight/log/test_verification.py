"""Verifying the log in the background: steps, what came of them, and workers that die."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from audit import cosigning, findings, keys, log, merkle, sequencer, stepwise
from audit.checkpoint import Checkpoint
from audit.models import Entry
from cordillera import clock
from cordillera.access.decide import Refused
from cordillera.access.session import acting_as
from sharing.oversight.log import outcome, verifying
from sharing.oversight.models import Verification
from tests.audit import trees
from tests.conftest import Cast

from .conftest import tamper
from .test_proofs import ask

PAGE = "/oversight/log/verification/"


@pytest.fixture
def auditor(cast: Cast, client: Client) -> Client:
    cast.auditor.language = "en"
    cast.auditor.save()
    client.force_login(cast.auditor)
    return client


@pytest.fixture
def begun(cast: Cast, logged: list[UUID]) -> Verification:
    with acting_as(cast.identity("auditor")):
        return verifying.start(by=cast.identity("auditor"))


def now(row: Verification, cast: Cast) -> Verification:
    with acting_as(cast.identity("auditor")):
        row.refresh_from_db()
    return row


def tone(cast: Cast) -> str:
    with acting_as(cast.identity("auditor")):
        return outcome.summary(cast.identity("auditor")).tone


def test_a_log_that_holds_is_told_so(cast: Cast, begun: Verification) -> None:
    verifying.run("MX")
    row = now(begun, cast)
    assert row.is_good
    assert (row.checked, row.outcome["entries"]) == (row.total, row.total)
    told = outcome.told(row)
    assert len(told.proved) == 3
    assert told.faults == []


def test_it_is_read_in_steps_and_shows_how_far_it_is(
    cast: Cast, begun: Verification, auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "STEP", 4)
    monkeypatch.setattr(verifying, "TURN", timedelta())
    verifying.run("MX")
    assert now(begun, cast).steps == 0
    with acting_as(cast.identity("auditor")):
        assert verifying._step("MX")
        assert verifying._step("MX")
    row = now(begun, cast)
    assert (row.checked, row.steps) == (4, 2)
    page = auditor.get(PAGE).content.decode()
    assert f"4 of {row.total} entries" in page
    assert 'hx-trigger="load delay:1s"' in page
    monkeypatch.setattr(verifying, "TURN", timedelta(minutes=1))
    verifying.run("MX")
    assert now(begun, cast).is_good
    assert "The log holds." in auditor.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("UPDATE audit_entry SET purpose = 'nothing' WHERE id = %s", "edited"),
        ("DELETE FROM audit_entry WHERE id = %s", "deleted"),
        ("DELETE FROM audit_leaf WHERE entry_id = %s", "inserted"),
        (
            "INSERT INTO audit_entry (id, at, tag, party, actor, actor_name, about, purpose, detail,"
            " salt, erased_because) SELECT gen_random_uuid(), at, tag, party, actor, actor_name,"
            " about, purpose, detail, salt, '' FROM audit_entry WHERE id = %s",
            "inserted",
        ),
        (
            "UPDATE audit_tile SET hashes = substring(hashes FOR 64) || hashes WHERE %s IS NOT NULL",
            "tree",
        ),
        (
            "UPDATE audit_checkpoint SET note = replace(note, 'a', 'b') WHERE %s IS NOT NULL",
            "signature",
        ),
    ],
)
def test_what_was_altered_is_found(
    cast: Cast, logged: list[UUID], auditor: Client, sql: str, kind: str
) -> None:
    tamper(sql, str(logged[2]))
    auditor.post(f"{PAGE}start/")
    verifying.run("MX")
    row = auditor.get(PAGE).context["row"]
    assert row.state == Verification.DONE
    assert not row.is_good
    assert kind in {one["kind"] for one in row.faults}
    assert "does NOT hold" in auditor.get(PAGE).content.decode()
    assert tone(cast) == "red"


def test_hashes_altered_between_two_steps_are_found(
    cast: Cast, begun: Verification, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_as(cast.identity("auditor")):
        verifying._step("MX")
    tamper("UPDATE audit_tile SET hashes = overlay(hashes PLACING '\\x00' FROM 1) WHERE level = 0")
    verifying.run("MX")
    assert "tree" in {one["kind"] for one in now(begun, cast).faults}


def test_what_witnesses_hold_against_it_shows(cast: Cast, begun: Verification) -> None:
    _, private = keys.log_key()
    other = merkle.root(trees.Store(trees.leaves(2, "other")).reader, 2)
    shown = str(Checkpoint(keys.origin(), 2, other).signed(private))
    findings.report(keys.origin(), findings.REFUSED, "another tree", [shown])
    findings.report("us.example/audit/witness", findings.CLAIMS, "says so")
    verifying.run("MX")
    row = now(begun, cast)
    assert ([one["kind"] for one in row.faults], row.is_good) == (["forked"], False)
    told = [text for text in outcome.told(row).not_proved if "us.example/audit/witness" in text]
    assert len(told) == 1


def test_one_runs_at_a_time_on_a_node(cast: Cast, begun: Verification, auditor: Client) -> None:
    page = auditor.post(f"{PAGE}start/", follow=True)
    assert "running on this node already" in page.content.decode()
    with acting_as(cast.identity("auditor")):
        assert Verification.objects.count() == 1


def test_it_can_be_cancelled(cast: Cast, begun: Verification, auditor: Client) -> None:
    auditor.post(f"{PAGE}{begun.pk}/cancel/")
    verifying.run("MX")
    row = now(begun, cast)
    assert (row.state, row.steps) == (Verification.CANCELLED, 0)
    assert "Cancelled." in auditor.get(PAGE).content.decode()


def test_another_worker_goes_on_where_one_was_killed(
    cast: Cast, begun: Verification, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(verifying, "ring", lambda *args: rung.append(args))
    verifying.recover("MX")
    assert rung == []
    with clock.at(begun.touched_at + timedelta(seconds=31)):
        verifying.recover("MX")
    assert rung == [(verifying.TASK, "MX")]
    verifying.run("MX")
    assert now(begun, cast).is_good


def test_one_that_gets_nowhere_has_failed(cast: Cast, begun: Verification) -> None:
    with clock.at(begun.touched_at + timedelta(minutes=11)):
        verifying.recover("MX")
    row = now(begun, cast)
    assert row.state == Verification.FAILED
    assert tone(cast) == "amber"


def test_a_step_that_breaks_leaves_the_last_one(
    cast: Cast, begun: Verification, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **more: Any) -> None:
        raise OSError("the disk")

    monkeypatch.setattr(stepwise, "step", broken)
    with pytest.raises(OSError, match="the disk"):
        verifying.run("MX")
    row = now(begun, cast)
    assert (row.is_running, row.steps, row.checked) == (True, 1, 0)


def test_asking_and_the_result_are_entries(cast: Cast, begun: Verification) -> None:
    verifying.run("MX")
    with acting_as(cast.identity("auditor")):
        found = Entry.objects.filter(about=str(begun.pk)).order_by("at")
        assert list(found.values_list("tag", "detail__faults")) == [
            ("log:verify", None),
            ("log:verified", 0),
        ]


def test_the_result_tells_of_witnesses_and_of_what_came_later(
    cast: Cast, logged: list[UUID], witness: str
) -> None:
    cosigning.collect(ask)
    log.write("record:read", actor=cast.identity("recipient"))
    sequencer.sequence()
    with acting_as(cast.identity("auditor")):
        row = verifying.start(by=cast.identity("auditor"))
    verifying.run("MX")
    told = outcome.told(now(row, cast))
    assert any("Canada" in text or "Canadá" in text for text in told.proved)


def test_an_empty_log_is_no_fault(db: None, parties: Any, cast: Cast) -> None:
    tamper("DELETE FROM audit_pending")
    tamper("DELETE FROM audit_entry")
    with acting_as(cast.identity("auditor")):
        row = verifying.start(by=cast.identity("auditor"))
    verifying.run("MX")
    assert outcome.told(now(row, cast)).proved == []


@pytest.mark.parametrize("part", ["originator", "colleague", "admin", "analyst"])
def test_only_an_auditor_verifies(cast: Cast, client: Client, part: str) -> None:
    client.force_login(getattr(cast, part))
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}start/").status_code == 403
    with transaction.atomic(), pytest.raises(Refused):
        verifying.start(by=cast.identity(part))


def test_another_party_s_verification_is_not_shown(cast: Cast, begun: Verification) -> None:
    with acting_as(cast.identity("originator")):
        assert Verification.objects.count() == 0


def test_the_page_asks_the_database_little(
    cast: Cast, begun: Verification, auditor: Client, django_assert_max_num_queries: Any
) -> None:
    verifying.run("MX")
    auditor.get(PAGE)
    with django_assert_max_num_queries(16):
        auditor.get(PAGE)
