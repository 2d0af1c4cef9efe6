"""Disputes: the mark at every Party, who decides and how, in whatever order things arrive."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from cordillera.access.decide import Refused
from cordillera.access.session import acting_as
from sharing.desk.arrival import arrive
from sharing.desk.models import InboxItem, Notification
from sharing.records import actions, disputes, queries
from sharing.records.models import Record, Version
from sharing.records.problems import Invalid, NotNow
from sharing.records.reading.disputing import places
from tests.conftest import Cast, alert_body, alert_handling, released
from tests.sharing.records.test_receiving import Remote, reasons, receive

POINTS = [{"field": "goods.0.hs", "should": "7210.41"}]
GROUNDS = {"points": POINTS, "summary": "The mill sells other coils."}


def dispute(cast: Cast, record: Any, part: str = "recipient", **body: Any) -> Record:
    by = cast.identity(part)
    with acting_as(by):
        found: Record = actions.answer(
            about=queries.get(by, record.pk), kind="dispute", by=by, body={**GROUNDS, **body}
        )
    return found


def ruled(cast: Cast, found: Record, outcome: str = "rejected", approved: bool = True) -> Record:
    me, second = cast.identity("originator"), cast.identity("colleague")
    with acting_as(me):
        here = queries.get(me, found.pk)
        body = {"outcome": outcome, "summary": "The mill certificate says so."}
        decision = actions.rule(dispute=here, by=me, body=body)
    ruling: Record = decision.record
    if approved:
        with acting_as(second):
            actions.approve(record=queries.get(second, ruling.pk), by=second)
    return ruling


def marked(cast: Cast, record: Any, *parts: str) -> list[bool]:
    found = []
    for part in parts or ("originator", "colleague", "recipient"):
        by = cast.identity(part)
        with acting_as(by):
            found.append(queries.get(by, record.pk).is_disputed)
    return found


def withdrawn(cast: Cast, found: Record, part: str = "recipient") -> Record:
    by = cast.identity(part)
    with acting_as(by):
        here = queries.get(by, found.pk)
        body = {"dispute": here.reference, "summary": "We misread the stencil."}
        done: Record = actions.answer(about=here.about, kind="dispute_withdrawal", by=by, body=body)
    return done


def test_a_disputed_record_is_marked_at_every_party_that_has_it(cast: Cast, alert: Any) -> None:
    assert marked(cast, alert) == [False, False, False]
    found = dispute(cast, alert)
    assert found.reference.startswith("MX-DP-")
    assert marked(cast, alert) == [True, True, True]
    with acting_as(cast.identity("outsider")):
        assert not disputes.disputed_among([alert.pk])
        assert disputes.of([alert.pk]) == {}


def test_a_dispute_says_which_version_and_what_it_says_there(cast: Cast, alert: Any) -> None:
    body = dispute(cast, alert).current.body
    assert body["version"] == 1
    assert "7210" in body["points"][0]["says"]


def test_what_the_record_says_is_not_the_disputers_to_write(cast: Cast, alert: Any) -> None:
    """Neither of the record as a whole nor of a field without a value, as a caller of the API may."""
    by = cast.identity("recipient")
    with acting_as(by):
        empty = next(one.path for one in places(queries.get(by, alert.pk)) if not one.text)
    points = [{"field": path, "says": "I am a liar."} for path in ("*", empty, "goods.0.hs")]
    kept = dispute(cast, alert, points=points).current.body["points"]
    assert [point["field"] for point in kept] == ["*", empty, "goods.0.hs"]
    assert ["says" in point for point in kept] == [False, False, True]
    assert "7210" in kept[2]["says"]


def test_a_point_names_a_field_of_the_record(cast: Cast, alert: Any) -> None:
    with pytest.raises(Invalid) as wrong:
        dispute(cast, alert, points=[{"field": "goods.7.hs", "should": "1"}])
    assert wrong.value.problems[0].path == "points.0.field"


def test_nobody_disputes_his_own_record_or_what_he_does_not_see(cast: Cast, alert: Any) -> None:
    with pytest.raises(Refused):
        dispute(cast, alert, "originator")
    from django.http import Http404

    with pytest.raises(Http404):
        dispute(cast, alert, "outsider")


def test_a_dispute_is_not_kept_from_a_party_that_has_the_record(
    cast: Cast, draft_alert: Any
) -> None:
    me, by = cast.identity("originator"), cast.identity("recipient")
    with acting_as(me):
        record = actions.draft(
            kind="offence_alert", by=me, body=alert_body(), handling=alert_handling("MX", "CA")
        )
    released(cast, record)
    with acting_as(by):
        about = queries.get(by, record.pk)
        with pytest.raises(Invalid) as wrong:
            actions.answer(about=about, kind="dispute", by=by, body=GROUNDS, audience=["US", "MX"])
    assert wrong.value.problems[0].path == "audience"
    dispute(cast, record)
    assert marked(cast, record, "outsider") == [True]


def test_the_mark_goes_when_every_dispute_is_decided(cast: Cast, alert: Any) -> None:
    one, other = dispute(cast, alert), dispute(cast, alert, summary="The date is wrong too.")
    ruled(cast, one, "upheld")
    assert marked(cast, alert) == [True, True, True]
    ruled(cast, other)
    assert marked(cast, alert) == [False, False, False]
    with acting_as(cast.identity("recipient")):
        found = disputes.of([alert.pk])[alert.pk]
        assert [one.outcome for one in found] == ["upheld", "rejected"]


def test_a_new_version_alone_does_not_end_a_dispute(cast: Cast, alert: Any) -> None:
    dispute(cast, alert)
    me, second = cast.identity("originator"), cast.identity("colleague")
    with acting_as(me):
        record = queries.get(me, alert.pk)
        actions.amend(record=record, by=me)
        record.refresh_from_db()
        actions.submit(record=record, by=me)
    with acting_as(second):
        actions.approve(record=queries.get(second, alert.pk), by=second)
    assert marked(cast, alert) == [True, True, True]


def test_a_decision_takes_a_second_officer(cast: Cast, alert: Any) -> None:
    ruling = ruled(cast, dispute(cast, alert), approved=False)
    assert marked(cast, alert) == [True, True, True]
    me = cast.identity("originator")
    with acting_as(me), pytest.raises(Refused):
        actions.approve(record=queries.get(me, ruling.pk), by=me)
    with acting_as(me):
        version = Version.objects.get(record=ruling)
        version.single_handed = True
        with pytest.raises(IntegrityError), transaction.atomic():
            version.save()


def test_a_decision_is_never_sent_as_a_plain_answer(cast: Cast, alert: Any) -> None:
    found, me = dispute(cast, alert), cast.identity("originator")
    body = {"outcome": "rejected", "summary": "No.", "dispute": found.reference}
    with acting_as(me), pytest.raises(Invalid):
        actions.answer(about=queries.get(me, alert.pk), kind="ruling", by=me, body=body)


def test_only_the_originator_decides_and_only_who_disputed_withdraws(
    cast: Cast, alert: Any
) -> None:
    found, by = dispute(cast, alert), cast.identity("recipient")
    with acting_as(by):
        here = queries.get(by, found.pk)
        with pytest.raises(Refused):
            actions.rule(dispute=here, by=by, body={"outcome": "upheld", "summary": "Yes."})
    with pytest.raises(Refused):
        withdrawn(cast, found, "originator")


def test_a_withdrawal_ends_it_and_a_decision_comes_too_late(cast: Cast, alert: Any) -> None:
    found = dispute(cast, alert)
    ruling = ruled(cast, found, approved=False)
    withdrawn(cast, found)
    assert marked(cast, alert) == [False, False, False]
    second = cast.identity("colleague")
    with acting_as(second), pytest.raises(NotNow):
        actions.approve(record=queries.get(second, ruling.pk), by=second)


def test_a_decision_that_was_sent_back_is_taken_up_again(cast: Cast, alert: Any) -> None:
    found = dispute(cast, alert)
    ruling = ruled(cast, found, approved=False)
    second = cast.identity("colleague")
    with acting_as(second):
        actions.send_back(record=queries.get(second, ruling.pk), by=second, remark="Cite it.")
    assert ruled(cast, found, "upheld").pk == ruling.pk


def corrected(cast: Cast, record: Any, **change: Any) -> None:
    me, second = cast.identity("originator"), cast.identity("colleague")
    correction = {"reason": "The mill wrote to us.", **change.pop("correction", {})}
    with acting_as(me):
        here = queries.get(me, record.pk)
        version = actions.amend(record=here, by=me, correction=correction)
        here.refresh_from_db()
        body = {**version.body, **change}
        actions.save_draft(record=here, by=me, body=body, handling=version.handling)
        actions.submit(record=here, by=me)
    with acting_as(second):
        actions.approve(record=queries.get(second, record.pk), by=second)


def test_a_correction_is_announced_to_who_had_dealt_with_it(cast: Cast, alert: Any) -> None:
    by = cast.identity("recipient")
    arrive("MX")
    with acting_as(by):
        actions.answer(
            about=queries.get(by, alert.pk), kind="acknowledgement", by=by, body={"result": "noted"}
        )
    corrected(cast, alert, goods=[{"hs": "721041", "description_declared": "Steel coil"}])
    arrive("MX")
    with acting_as(by):
        item = InboxItem.objects.get(record=alert.pk)
        assert (item.verb, item.outcome) == (InboxItem.CORRECTED, "")
        told = Notification.objects.get(topic="corrected")
        assert (told.officer_id, told.detail) == (by.account, "goods.0.hs")


def test_many_corrections_are_taken_in_by_as_many_statements_as_one(cast: Cast) -> None:
    counts = []
    for number in (1, 3):
        records = [_sent(cast) for _ in range(number)]
        arrive("MX")
        for record in records:
            corrected(cast, record, goods=[{"hs": "721041", "description_declared": "Coil"}])
        with CaptureQueriesContext(connection) as asked:
            arrive("MX")
        counts.append(sum('FROM "records_version"' in query["sql"] for query in asked))
    assert counts[0] == counts[1]


def _sent(cast: Cast) -> Record:
    me = cast.identity("originator")
    with acting_as(me):
        found = actions.draft(
            kind="offence_alert", by=me, body=alert_body(), handling=alert_handling("MX")
        )
    sent: Record = released(cast, found)
    return sent


def test_the_next_amendment_is_no_correction_unless_it_says_so(cast: Cast, alert: Any) -> None:
    corrected(cast, alert)
    me = cast.identity("originator")
    with acting_as(me):
        version = actions.amend(record=queries.get(me, alert.pk), by=me)
        assert "correction" not in version.body


def test_a_first_release_corrects_nothing(cast: Cast, draft_alert: Any) -> None:
    me = cast.identity("originator")
    with acting_as(me):
        record = queries.get(me, draft_alert.pk)
        version = record.pending
        body = {**version.body, "correction": {"reason": "None."}}
        actions.save_draft(record=record, by=me, body=body, handling=version.handling)
        with pytest.raises(Invalid) as wrong:
            actions.submit(record=record, by=me)
    assert wrong.value.problems[0].path == "correction"


def test_the_originator_hears_of_it_and_the_disputing_officer_how_it_ended(
    cast: Cast, alert: Any
) -> None:
    found = dispute(cast, alert)
    arrive("US")
    with acting_as(cast.identity("colleague")):
        assert Notification.objects.filter(topic="disputed", officer=cast.colleague).exists()
    ruled(cast, found)
    arrive("MX")
    with acting_as(cast.identity("recipient")):
        assert Notification.objects.filter(topic="ruled", officer=cast.recipient).exists()


def test_the_auditor_sees_in_the_log_that_it_was_disputed(cast: Cast, alert: Any) -> None:
    found = dispute(cast, alert)
    with acting_as(cast.identity("auditor")):
        entries = Entry.objects.filter(tag="record:release", about=str(found.pk))
        assert entries.get().detail["kind"] == "dispute"
        assert not Record.objects.exists()


@pytest.fixture
def us(cast: Cast, settings: Any) -> Remote:
    settings.HOSTED_PARTIES = ["MX", "CA"]
    return Remote()


def test_a_decision_waits_for_its_dispute(us: Remote, cast: Cast) -> None:
    came = us.version(handling=alert_handling("US", "MX", "CA"))
    ruling = us.version(
        reference="US-DD-2026-00001",
        kind="ruling",
        about=came.record,
        body={"outcome": "rejected", "dispute": "MX-DP-2026-00001", "summary": "It is right."},
        handling=alert_handling("US", "MX", "CA"),
    )
    assert reasons(receive(came, ruling)) == ["applied", "unknown-about"]
    found = dispute(cast, came_record(cast, came.record))
    assert found.reference.endswith("-00001")
    again = us.version(**{**fields(ruling), "body": {**ruling.body, "dispute": found.reference}})
    assert reasons(receive(again)) == ["applied"]
    assert marked(cast, found.about, "recipient") == [False]


def test_another_party_s_withdrawal_or_own_dispute_is_refused(us: Remote, cast: Cast) -> None:
    came = us.version()
    receive(came)
    found = dispute(cast, came_record(cast, came.record))
    forged = us.version(
        reference="US-DW-2026-00001",
        kind="dispute_withdrawal",
        about=came.record,
        body={"dispute": found.reference, "summary": "Never mind."},
    )
    own = us.version(
        reference="US-DP-2026-00001",
        kind="dispute",
        about=came.record,
        body={"points": [{"field": "observed"}], "summary": "Our own."},
    )
    assert reasons(receive(forged, own)) == ["record-mismatch", "record-mismatch"]
    assert marked(cast, found.about, "recipient") == [True]


def came_record(cast: Cast, pk: Any) -> Record:
    with acting_as(cast.identity("recipient")):
        return Record.objects.get(pk=pk)


def fields(came: Any) -> dict[str, Any]:
    names = ("reference", "kind", "about", "body", "handling")
    return {name: getattr(came, name) for name in names}


def test_nobody_else_decides_on_a_dispute_meanwhile(cast: Cast, alert: Any) -> None:
    found = dispute(cast, alert)
    me, other = cast.identity("originator"), connection.copy()
    with acting_as(me):
        body = {"outcome": "rejected", "summary": "The mill certificate says so."}
        actions.rule(dispute=queries.get(me, found.pk), by=me, body=body)
        with closing(other), other.cursor() as cursor:
            words = f"dispute {found.pk}"
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [words])
            assert cursor.fetchone() == (False,)
