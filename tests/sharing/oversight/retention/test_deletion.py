"""Deleted with its proof; held back by an auditor's word, in the database too."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.http import Http404

from audit import proving, sequencer
from audit.models import Entry
from cordillera import clock
from cordillera.access.decide import Refused
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.desk.models import Notification
from sharing.oversight.models import Deletion, Falling, Hold
from sharing.oversight.retention import actions, certificate, queries, warning
from sharing.records.actions import endings
from sharing.records.lifecycle import NotNow
from sharing.records.models import Record
from tests.sharing.oversight.retention.conftest import REVIEW, day

pytestmark = pytest.mark.django_db
SOON = timedelta(days=60)


def hold(officer: Any, record: Any, **changes: Any) -> Hold:
    by = Identity.of(officer)
    given = {"reason": "Court file 12/2027.", "review_on": clock.today() + SOON, **changes}
    with acting_as(by):
        return actions.hold(by=by, record=record.pk, **given)


def test_a_deletion_says_by_which_rule_and_how_much_went(
    us_auditor: Any, locked: Any, at_the_end: Any, seen_by: Any
) -> None:
    assert at_the_end()["deleted"] == 1
    [found] = seen_by(us_auditor, lambda me: list(queries.deletions(me)))
    assert (found.reference, found.rule, found.days_locked) == (locked.reference, "unreviewed", 365)
    assert found.removed["versions"] == 1
    assert found.removed["terms"] > 1
    assert found.removed["documents"] == 1


def test_the_entry_carries_the_same_and_its_proof_is_made_from_the_log(
    us_auditor: Any, at_the_end: Any, seen_by: Any
) -> None:
    at_the_end()
    [found] = seen_by(us_auditor, lambda me: list(queries.deletions(me)))
    entry = seen_by(us_auditor, lambda me: Entry.objects.get(pk=found.entry))
    assert (entry.tag, entry.detail["rule"], entry.detail["removed"]) == (
        "record:delete",
        "unreviewed",
        found.removed,
    )
    assert certificate.standing(found).index is None
    sequencer.sequence(at_once=True)
    stands = certificate.standing(found)
    assert stands.index is not None
    assert proving.prove(found.entry).index == stands.index


def test_the_gravestone_stays(locked: Any, at_the_end: Any) -> None:
    at_the_end()
    with acting_as(Identity.of_node("US")):
        kept = Record.objects.get(pk=locked.pk)
    assert (kept.state, kept.reference, kept.title) == ("deleted", locked.reference, {})


def test_what_is_held_back_is_not_deleted_until_it_is_let_go(
    us_auditor: Any, locked: Any, at_the_end: Any
) -> None:
    hold(us_auditor, locked)
    assert at_the_end()["deleted"] == 0
    by = Identity.of(us_auditor)
    with acting_as(by):
        actions.let_go(by=by, record=locked.pk, reason="The case is closed.")
    assert at_the_end()["deleted"] == 1


def test_neither_the_action_nor_the_database_deletes_what_is_held_back(
    us_auditor: Any, locked: Any
) -> None:
    hold(us_auditor, locked)
    node = Identity.of_node("US")
    with acting_as(node), pytest.raises(NotNow):
        endings.purge(record=Record.objects.get(pk=locked.pk), by=node)
    with acting_as(node), pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.filter(pk=locked.pk).update(state="deleted")


def test_a_hold_is_an_entry_of_the_log_with_its_reason(us_auditor: Any, locked: Any) -> None:
    hold(us_auditor, locked)
    with acting_as(Identity.of(us_auditor)):
        entry = Entry.objects.get(tag="retention:hold")
    assert (entry.about, entry.purpose) == (str(locked.pk), "Court file 12/2027.")


@pytest.mark.parametrize("part", ["originator", "colleague", "admin"])
def test_only_an_auditor_holds_back(cast: Any, locked: Any, part: str) -> None:
    with pytest.raises(Refused):
        hold(getattr(cast, part), locked)


def test_another_party_s_auditor_does_not_find_it(cast: Any, locked: Any) -> None:
    with pytest.raises(Http404):
        hold(cast.auditor, locked)


def test_a_record_in_force_cannot_be_held_back(us_auditor: Any, alert: Any) -> None:
    with pytest.raises(Http404):
        hold(us_auditor, alert)


def test_what_was_deleted_meanwhile_is_not_held_back(
    us_auditor: Any, locked: Any, at_the_end: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = queries.locked_one
    answers = [found, lambda *asked: [found(*asked), at_the_end()][0]]
    monkeypatch.setattr(queries, "locked_one", lambda *asked: answers.pop()(*asked))
    with pytest.raises(Http404):
        hold(us_auditor, locked)
    with acting_as(Identity.of(us_auditor)):
        assert not Hold.objects.exists()


def test_a_hold_needs_a_reason_and_a_day_within_the_year(us_auditor: Any, locked: Any) -> None:
    with pytest.raises(ValidationError) as wrong:
        hold(us_auditor, locked, reason=" ", review_on=date(2020, 1, 1))
    assert set(wrong.value.message_dict) == {"reason", "review_on"}
    hold(us_auditor, locked)
    with pytest.raises(actions.NotNow):
        hold(us_auditor, locked)


def test_the_view_says_nothing_of_content_and_cannot_be_written(
    us_auditor: Any, alert: Any
) -> None:
    columns = {field.column for field in Falling._meta.fields}
    assert not columns & {"title", "summary", "featured", "named", "audience", "typology"}
    with acting_as(Identity.of(us_auditor)):
        assert Falling.objects.get(pk=alert.pk).reference == alert.reference
        with pytest.raises(OperationalError), transaction.atomic():
            Falling.objects.filter(pk=alert.pk).update(state="locked")
        with pytest.raises(OperationalError), transaction.atomic():
            Falling.objects.filter(pk=alert.pk)._raw_delete("default")


def test_the_view_is_for_auditors_and_of_their_party(cast: Any, alert: Any) -> None:
    for part in ("originator", "colleague", "recipient", "analyst", "admin", "outsider"):
        with acting_as(cast.identity(part)):
            assert not Falling.objects.exists(), part
    with acting_as(cast.identity("auditor")):
        assert [one.originator for one in Falling.objects.all()] == ["US"]


def test_auditors_are_warned_once_a_week_and_of_a_hold_s_day(us_auditor: Any, locked: Any) -> None:
    deleted_on = REVIEW + timedelta(days=366)
    with day(deleted_on - timedelta(days=40)):
        assert warning.run("US") == 0
    with day(deleted_on - timedelta(days=20)):
        assert (warning.run("US"), warning.run("US")) == (1, 0)
    hold(us_auditor, locked)
    with day(deleted_on - timedelta(days=10)):
        assert warning.run("US") == 1
    with acting_as(Identity.of_node("US")):
        told = Notification.objects.filter(officer=us_auditor)
        topics = sorted(told.values_list("topic", flat=True))
    assert topics == ["deletion_due", "hold_due"]


def test_nobody_but_the_node_writes_a_certificate(us_auditor: Any, alert: Any) -> None:
    with acting_as(Identity.of(us_auditor)), pytest.raises(ProgrammingError), transaction.atomic():
        Deletion.objects.create(
            party_id="US",
            record_id=alert.pk,
            reference="x",
            kind="offence_alert",
            rule="expired",
            deleted_at=clock.now(),
            days_locked=1,
            entry=alert.pk,
        )
    assert connection.connection is not None
