"""A dispute and the decision on it reach a Party that joined the disputed record's audience."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties import agreements
from sharing.desk import answered
from sharing.desk.arrival import arrive
from sharing.desk.models import Notification
from sharing.records import actions, disputes, queries
from sharing.records.actions import reaching
from sharing.records.models import OutboxRow, Record, Version
from tests.conftest import Cast, alert_handling, released
from tests.sharing.exchange.outgoing.sent import amended, an_alert
from tests.sharing.records.test_disputes import dispute, marked, ruled, withdrawn
from tests.sharing.records.test_receiving import Remote, reasons, receive


def sent(party: str, found: Record) -> dict[str, str]:
    """The last thing that each other Party was told of it."""
    with acting_as(Identity.of_node(party)):
        rows = OutboxRow.objects.filter(record_id=found.pk, sender=party).order_by("id")
        return dict(rows.values_list("recipient", "verb"))


def test_who_joins_the_audience_of_a_disputed_record_gets_the_mark(cast: Cast, alert: Any) -> None:
    dispute(cast, alert)
    amended(cast, alert, "MX", "CA")
    arrive("MX")
    assert marked(cast, alert, "outsider", "recipient", "originator") == [True] * 3
    with acting_as(cast.identity("outsider")):
        [told] = disputes.of([alert.pk])[alert.pk]
        assert told.record.current.body["points"][0]["should"] == "721041"


def test_the_one_who_joined_hears_how_it_ended(cast: Cast, alert: Any) -> None:
    found = dispute(cast, alert)
    waiting = ruled(cast, found, approved=False)
    amended(cast, alert, "MX", "CA")
    arrive("MX")
    second = cast.identity("colleague")
    with acting_as(second):
        actions.approve(record=queries.get(second, waiting.pk), by=second)
    assert marked(cast, alert, "outsider") == [False]
    with acting_as(cast.identity("outsider")):
        assert disputes.of([alert.pk])[alert.pk][0].outcome == "rejected"


def test_the_one_who_joined_hears_that_it_was_withdrawn(cast: Cast, alert: Any) -> None:
    found = dispute(cast, alert)
    amended(cast, alert, "MX", "CA")
    arrive("MX")
    withdrawn(cast, found)
    assert marked(cast, alert, "outsider", "recipient") == [False, False]


def test_what_has_ended_is_not_told_to_who_joins(cast: Cast, alert: Any) -> None:
    found = dispute(cast, alert)
    ruled(cast, found)
    amended(cast, alert, "MX", "CA")
    arrive("MX")
    assert "CA" not in sent("MX", found)


def test_who_left_and_joins_again_gets_the_mark_again(cast: Cast, alert: Any) -> None:
    amended(cast, alert, "MX", "CA")
    found = dispute(cast, alert)
    amended(cast, alert, "MX")
    arrive("MX")
    assert sent("MX", found)["CA"] == OutboxRow.RECALLED
    amended(cast, alert, "MX", "CA")
    arrive("MX")
    assert sent("MX", found)["CA"] == OutboxRow.RELEASED


def test_named_officers_of_who_joined_read_it(cast: Cast, draft_alert: Any) -> None:
    me = cast.identity("originator")
    red = {"tlp": "RED", "named": [str(cast.recipient.pk), str(cast.colleague.pk)]}
    with acting_as(me):
        version = draft_alert.pending
        actions.save_draft(
            record=draft_alert, by=me, body=version.body, handling=alert_handling("MX", **red)
        )
    released(cast, draft_alert)
    dispute(cast, draft_alert)
    with acting_as(me):
        record = queries.get(me, draft_alert.pk)
        version = actions.amend(record=record, by=me)
        record.refresh_from_db()
        named = [*red["named"], str(cast.outsider.pk)]
        wider = {**version.handling, "audience": ["CA", "MX", "US"], "named": named}
        actions.save_draft(record=record, by=me, body=version.body, handling=wider)
    released(cast, record)
    arrive("MX")
    assert marked(cast, record, "outsider", "recipient") == [True, True]


def test_it_goes_to_nobody_whom_an_agreement_bars(cast: Cast, alert: Any) -> None:
    found = dispute(cast, alert)
    agreements.change("MX", "CA", highest_tlp="CLEAR", kinds=None, personal_data=True)
    amended(cast, alert, "MX", "CA")
    arrive("MX")
    assert "CA" not in sent("MX", found)


def test_who_had_it_hears_of_it_once(cast: Cast, alert: Any) -> None:
    dispute(cast, alert)
    arrive("US")
    amended(cast, alert, "MX", "CA")
    arrive("MX")
    arrive("US")
    with acting_as(cast.identity("colleague")):
        assert Notification.objects.filter(topic="disputed", officer=cast.colleague).count() == 1


def test_nothing_is_sent_again_where_the_audience_stays(cast: Cast, alert: Any) -> None:
    found = dispute(cast, alert)
    amended(cast, alert, "MX", summary="Twice.")
    arrive("MX")
    with acting_as(cast.identity("recipient")):
        assert Version.objects.filter(record=found.pk).count() == 1


def forged(found: Record, **changes: Any) -> Version:
    held = found.current
    assert held is not None
    values = {
        name: getattr(held, name)
        for name in ("kind", "originator_id", "body", "handling", "authors", "single_handed")
    }
    signed = {name: getattr(held, name) for name in ("jws", "key_id", "tlp", "released_at")}
    return Version(
        record=found,
        number=2,
        state=Version.RELEASED,
        created_at=held.created_at,
        saved_at=held.saved_at,
        **{**values, **signed, "audience": ["MX", "US"], **changes},
    )


@pytest.mark.parametrize(
    "changes",
    [{"body": {"summary": "Other words."}}, {"audience": ["CA", "MX", "US"]}, {"tlp": "CLEAR"}],
    ids=["words", "audience", "label"],
)
def test_the_database_takes_no_other_version_that_no_officer_wrote(
    cast: Cast, alert: Any, changes: dict[str, Any]
) -> None:
    found = dispute(cast, alert)
    with acting_as(Identity.of_node("MX")):
        here = Record.objects.select_related("current").get(pk=found.pk)
        with transaction.atomic():
            forged(here).save(force_insert=True)
            transaction.set_rollback(True)
        with pytest.raises(DatabaseError, match="among its authors"), transaction.atomic():
            forged(here, **changes).save(force_insert=True)


@pytest.fixture
def us(cast: Cast, settings: Any) -> Remote:
    settings.HOSTED_PARTIES = ["MX"]
    return Remote()


def test_a_dispute_follows_what_a_remote_originator_widened(us: Remote, cast: Cast) -> None:
    came = us.version()
    receive(came)
    arrive("MX")
    with acting_as(cast.identity("recipient")):
        about = Record.objects.get(pk=came.record)
    found = dispute(cast, about)
    wider = us.version(record=came.record, number=2, handling=alert_handling("US", "MX", "CA"))
    assert reasons(receive(wider)) == ["applied"]
    arrive("MX")
    assert sent("MX", found) == {"US": OutboxRow.AMENDED, "CA": OutboxRow.RELEASED}
    with acting_as(cast.identity("recipient")):
        version = Version.objects.get(record=found.pk, state=Version.RELEASED)
        assert (version.number, version.audience) == (2, ["CA", "MX", "US"])


def widened(us: Remote, cast: Cast, tlp: str, began: str = "AMBER", also: str = "CA") -> Record:
    """MX's dispute of a record of US's, which US then labels so and releases to `also` as well."""
    begun = alert_handling("US", "MX", "CA" if also != "CA" else "MX", tlp=began)
    came = us.version(handling=begun)
    receive(came)
    arrive("MX")
    with acting_as(cast.identity("recipient")):
        about = Record.objects.get(pk=came.record)
    found = dispute(cast, about)
    handling = alert_handling("US", "MX", also, tlp=tlp)
    if tlp == "CLEAR":
        del handling["codes"]
    wider = us.version(record=came.record, number=2, handling=handling)
    assert reasons(receive(wider)) == ["applied"]
    arrive("MX")
    return found


def in_force(cast: Cast, found: Record) -> Version:
    with acting_as(cast.identity("recipient")):
        return Version.objects.get(record=found.pk, state=Version.RELEASED)


@pytest.mark.parametrize("tlp", ["GREEN", "CLEAR"])
@pytest.mark.parametrize("ceiling", ["GREEN", "RED"])
def test_its_originator_sets_free_nobody_elses_words(
    us: Remote, cast: Cast, tlp: str, ceiling: str
) -> None:
    agreements.change("MX", "CA", highest_tlp=ceiling, kinds=None, personal_data=True)
    found = widened(us, cast, tlp)
    assert set(sent("MX", found)) == {"US"}
    held = in_force(cast, found)
    assert (held.number, held.tlp, held.audience) == (1, "AMBER", ["MX", "US"])


def test_who_left_a_record_of_a_looser_label_has_the_dispute_no_more(
    us: Remote, cast: Cast
) -> None:
    found = widened(us, cast, "CLEAR", also="MX")
    assert sent("MX", found)["CA"] == OutboxRow.RECALLED
    held = in_force(cast, found)
    assert (held.number, held.tlp, held.audience) == (2, "AMBER", ["MX", "US"])


@pytest.mark.parametrize(("ceiling", "goes"), [("AMBER", True), ("GREEN", False)])
def test_a_stricter_label_is_taken_over_and_the_ceiling_measured_by_it(
    us: Remote, cast: Cast, ceiling: str, goes: bool
) -> None:
    agreements.change("MX", "CA", highest_tlp=ceiling, kinds=None, personal_data=True)
    found = widened(us, cast, "AMBER", began="GREEN")
    assert ("CA" in sent("MX", found)) is goes
    assert in_force(cast, found).tlp == ("AMBER" if goes else "GREEN")


def test_the_database_lets_nobody_new_have_it_under_a_looser_label(us: Remote, cast: Cast) -> None:
    found = widened(us, cast, "GREEN")
    with acting_as(Identity.of_node("MX")):
        here = Record.objects.select_related("current").get(pk=found.pk)
        for tlp in ("AMBER", "GREEN"):
            with pytest.raises(DatabaseError, match="among its authors"), transaction.atomic():
                forged(here, tlp=tlp, audience=["CA", "MX", "US"]).save(force_insert=True)


def test_who_is_concerned_by_disputes_is_read_once_for_all(cast: Cast) -> None:
    counts = []
    for number in (1, 3):
        found = [ruled(cast, dispute(cast, _alert(cast))) for _ in range(number)]
        node = Identity.of_node("MX")
        with acting_as(node):
            ids = [one.pk for one in found]
            rows = list(OutboxRow.objects.filter(recipient="MX", record_id__in=ids))
            with CaptureQueriesContext(connection) as asked:
                news = answered.put(node, rows)
            counts.append(len(asked))
            assert [cast.recipient.pk in one.working for one in news] == [True] * number
    assert counts[0] == counts[1]


def _alert(cast: Cast) -> Record:
    found = an_alert(cast, "MX")
    arrive("MX")
    return found


def test_the_node_sends_only_its_own(cast: Cast, alert: Any) -> None:
    dispute(cast, alert)
    amended(cast, alert, "MX", "CA")
    for party in ("US", "CA"):
        node = Identity.of_node(party)
        with acting_as(node):
            assert reaching.follow(node, [alert.pk]) == []
