"""From draft to release: four eyes, numbers, signatures, the outbox; by the actions and underneath."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Entry
from cordillera import clock
from cordillera.access.decide import Refused
from cordillera.access.session import acting_as
from sharing.records import actions, queries
from sharing.records.lifecycle import NotNow
from sharing.records.models import Decision, OutboxRow, Record, Version
from sharing.records.problems import Invalid, Stale
from tests.conftest import Cast, alert_body, alert_handling, released


def test_a_release_is_seen_by_its_audience_and_by_nobody_else(cast: Cast, alert: Record) -> None:
    seen = {}
    for part in ("originator", "colleague", "recipient", "outsider", "auditor", "admin"):
        with acting_as(cast.identity(part)):
            seen[part] = queries.visible(cast.identity(part)).filter(pk=alert.pk).exists()
    assert seen == {
        "originator": True,
        "colleague": True,
        "recipient": True,
        "outsider": False,
        "auditor": False,
        "admin": False,
    }


def test_row_level_security_hides_it_even_from_a_query_without_a_filter(
    cast: Cast, alert: Record
) -> None:
    with acting_as(cast.identity("outsider")):
        assert not Record.objects.filter(pk=alert.pk).exists()
        assert not Version.objects.filter(record_id=alert.pk).exists()
        assert not OutboxRow.objects.filter(record_id=alert.pk).exists()
        assert not Decision.objects.filter(record_id=alert.pk).exists()
    assert not Record.objects.exists()


def test_a_released_record_is_numbered_signed_and_posted(cast: Cast, alert: Record) -> None:
    with acting_as(cast.identity("originator")):
        assert alert.reference == f"US-OA-{alert.released_at:%Y}-00001"
        assert queries.signature(alert.current)["verified"] is True
        rows = OutboxRow.objects.filter(record_id=alert.pk)
        assert [(r.verb, r.sender, r.recipient) for r in rows] == [("released", "US", "MX")]


def test_nobody_approves_what_he_wrote(cast: Cast, draft_alert: Record) -> None:
    me = cast.identity("colleague")
    with acting_as(me):
        actions.save_draft(
            record=draft_alert,
            by=me,
            body=alert_body(priority="low"),
            handling=alert_handling("MX"),
        )
    with acting_as(cast.identity("originator")):
        actions.submit(record=draft_alert, by=cast.identity("originator"))
    with acting_as(me), pytest.raises(Refused):
        actions.approve(record=draft_alert, by=me)


def test_an_officer_without_the_role_does_not_approve(cast: Cast, draft_alert: Record) -> None:
    with acting_as(cast.identity("originator")):
        actions.submit(record=draft_alert, by=cast.identity("originator"))
        with pytest.raises(Refused):
            actions.approve(record=draft_alert, by=cast.identity("originator"))


def test_the_database_refuses_a_release_that_no_second_officer_approved(
    cast: Cast, draft_alert: Record
) -> None:
    me = cast.identity("originator")
    with acting_as(me):
        version = draft_alert.pending
        for change in (
            "state = 'released', approved_by = NULL",
            f"state = 'released', approved_by = '{me.account}'",
            f"approved_by = '{cast.colleague.pk}'",
            "authors = '{}'",
            "single_handed = true",
        ):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE records_version SET jws = 'x', released_at = now(), key_id ="
                    f" (SELECT kid FROM parties_partykey WHERE party_id = 'US' AND use = 'signing'), {change}"
                    " WHERE id = %s",
                    [version.pk],
                )


def test_the_database_keeps_a_draft_from_being_called_released(
    cast: Cast, draft_alert: Record
) -> None:
    with pytest.raises(IntegrityError), acting_as(cast.identity("originator")):
        Record.objects.filter(pk=draft_alert.pk).update(
            state="released",
            reference="US-OA-2026-99999",
            released_at="2026-01-01T00:00Z",
            current=draft_alert.pending,
            pending=None,
        )


def test_a_released_version_is_immutable_even_for_its_originator(cast: Cast, alert: Record) -> None:
    with acting_as(cast.identity("originator")):
        for change in ({"body": {"title": {"en": "Another"}}}, {"jws": "x"}, {"audience": ["CA"]}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Version.objects.filter(pk=alert.current_id).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            Record.objects.filter(pk=alert.pk).update(audience=["US", "CA"])


def test_a_recipient_cannot_change_what_he_received(cast: Cast, alert: Record) -> None:
    with acting_as(cast.identity("recipient")):
        assert Record.objects.filter(pk=alert.pk).update(priority="low") == 0
        with pytest.raises(Refused):
            actions.amend(record=alert, by=cast.identity("recipient"))


def test_a_stale_save_loses_nothing(cast: Cast, draft_alert: Record) -> None:
    me, other = cast.identity("originator"), cast.identity("colleague")
    seen = draft_alert.pending.etag
    with acting_as(other):
        actions.save_draft(
            record=draft_alert,
            by=other,
            body=alert_body(priority="low"),
            handling=alert_handling("MX"),
            if_revision=seen,
        )
    with acting_as(me):
        with pytest.raises(Stale) as caught:
            actions.save_draft(
                record=draft_alert,
                by=me,
                body=alert_body(),
                handling=alert_handling("MX"),
                if_revision=seen,
            )
        assert caught.value.version.body["priority"] == "low"


def test_an_incomplete_draft_is_saved_but_not_submitted(cast: Cast) -> None:
    me = cast.identity("originator")
    with acting_as(me):
        record = actions.draft(kind="offence_alert", by=me, body={"title": {"en": "Begun"}})
        with pytest.raises(Invalid) as caught:
            actions.submit(record=record, by=me)
        assert {"goods", "audience"} & {p.path.split(".")[0] for p in caught.value.problems}
        record.refresh_from_db()
        assert record.state == "draft"


def test_a_replayed_approval_changes_nothing(cast: Cast, alert: Record) -> None:
    with acting_as(cast.identity("colleague")):
        with pytest.raises(NotNow):
            actions.approve(record=alert, by=cast.identity("colleague"))
        assert alert.versions.count() == 1


def test_returned_with_a_reason_it_is_a_draft_again(cast: Cast, draft_alert: Record) -> None:
    with acting_as(cast.identity("originator")):
        actions.submit(record=draft_alert, by=cast.identity("originator"))
    with acting_as(cast.identity("colleague")):
        actions.send_back(record=draft_alert, by=cast.identity("colleague"), remark="Which heat?")
        draft_alert.refresh_from_db()
        assert draft_alert.state == "draft"
        assert draft_alert.decisions.get().note == "Which heat?"


def test_an_amendment_leaves_the_last_version_in_force_until_it_is_approved(
    cast: Cast, alert: Record
) -> None:
    me = cast.identity("originator")
    with acting_as(me):
        actions.amend(record=alert, by=me)
        actions.save_draft(
            record=alert, by=me, body=alert_body(priority="urgent"), handling=alert_handling("MX")
        )
    with acting_as(cast.identity("recipient")):
        assert queries.get(cast.identity("recipient"), alert.pk).priority == "high"
        assert Version.objects.filter(record=alert).count() == 1
    released(cast, alert)
    with acting_as(cast.identity("recipient")):
        assert queries.get(cast.identity("recipient"), alert.pk).priority == "urgent"
        numbers = [v.number for v in queries.versions(cast.identity("recipient"), alert)]
        assert numbers == [2, 1]


def test_narrowing_the_audience_withdraws_it_from_who_leaves(cast: Cast, alert: Record) -> None:
    me = cast.identity("originator")
    with acting_as(me):
        actions.amend(record=alert, by=me)
        actions.save_draft(record=alert, by=me, body=alert_body(), handling=alert_handling("CA"))
    released(cast, alert)
    with acting_as(cast.identity("recipient")):
        assert not Record.objects.filter(pk=alert.pk).exists()
        assert not Version.objects.filter(record_id=alert.pk).exists()
        assert OutboxRow.objects.filter(record_id=alert.pk).latest("id").verb == "recalled"
    with acting_as(cast.identity("outsider")):
        assert [v.number for v in queries.versions(cast.identity("outsider"), alert)] == [2]


def test_a_recall_takes_a_second_officer_and_hides_it_from_recipients(
    cast: Cast, alert: Record
) -> None:
    me, second = cast.identity("originator"), cast.identity("colleague")
    with acting_as(me):
        with pytest.raises(Invalid):
            actions.propose_recall(record=alert, by=me, reason=" ")
        actions.propose_recall(record=alert, by=me, reason="Wrong container")
    with acting_as(cast.identity("recipient")):
        assert Record.objects.filter(pk=alert.pk).exists()
    with acting_as(second):
        actions.approve(record=alert, by=second)
    with acting_as(cast.identity("recipient")):
        assert not Record.objects.filter(pk=alert.pk).exists()
        assert not Version.objects.filter(record_id=alert.pk).exists()


def test_the_database_refuses_a_recall_that_nobody_approved(cast: Cast, alert: Record) -> None:
    with pytest.raises(IntegrityError), acting_as(cast.identity("originator")):
        Record.objects.filter(pk=alert.pk).update(state="recalled")


def test_when_the_log_cannot_be_written_nothing_is_released(
    cast: Cast, draft_alert: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_as(cast.identity("originator")):
        actions.submit(record=draft_alert, by=cast.identity("originator"))

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("sharing.records.actions.steps.log.write", broken)
    with acting_as(cast.identity("colleague")), pytest.raises(RuntimeError), transaction.atomic():
        actions.approve(record=draft_alert, by=cast.identity("colleague"))
    with acting_as(cast.identity("colleague")):
        draft_alert.refresh_from_db()
        assert (draft_alert.state, draft_alert.reference) == ("in_review", None)
        assert not OutboxRow.objects.exists()


def test_every_step_is_in_the_log(cast: Cast, alert: Record) -> None:
    with acting_as(cast.identity("originator")):
        tags = set(Entry.objects.filter(about=str(alert.pk)).values_list("tag", flat=True))
    assert tags >= {"record:draft", "record:submit", "record:release"}


def test_nobody_answers_on_the_day_after_its_last(cast: Cast, alert: Record) -> None:
    recipient = cast.identity("recipient")
    after = datetime.combine(alert.expires_on + timedelta(days=1), time(6), UTC)
    with acting_as(recipient), clock.at(after), pytest.raises(NotNow) as refused:
        actions.answer(
            about=alert, kind="acknowledgement", by=recipient, body={"result": "assigned"}
        )
    assert refused.value.state == "expired"


@pytest.mark.parametrize("whose", ["another", "own"])
def test_a_record_in_force_has_a_released_version_of_its_own(
    cast: Cast, alert: Record, whose: str
) -> None:
    by = cast.identity("originator")
    with acting_as(by):
        other = actions.draft(
            kind="offence_alert", by=by, body=alert_body(), handling=alert_handling()
        )
        version = alert.current_id if whose == "another" else other.pending_id
        in_force = {"state": "released", "current": version, "released_at": clock.now()}
        with pytest.raises(IntegrityError, match="has a released"), transaction.atomic():
            Record.objects.filter(pk=other.pk).update(reference="US-OA-2026-99999", **in_force)
