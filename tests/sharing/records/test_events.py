"""Which officers' open pages hear of a step: those who may read the record, and nobody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.events.models import Event
from sharing.records import actions
from tests.conftest import Cast, alert_body, alert_handling, released


def hearers(record: Any, party: str) -> list[list[UUID] | None]:
    """For each event of the record that `party`'s pages may hear, its named officers."""
    with acting_as(Identity.of_node(party)):
        found = Event.objects.filter(party=party, topic="record", thing=str(record.pk))
        return list(found.order_by("id").values_list("named", flat=True))


def red(cast: Cast, *named: Any) -> Any:
    me = cast.identity("originator")
    handling = alert_handling("MX", tlp="RED", named=[str(one.pk) for one in named])
    with acting_as(me):
        return actions.draft(kind="offence_alert", by=me, body=alert_body(), handling=handling)


def test_a_supervisor_who_is_not_named_hears_of_what_he_may_decide(cast: Cast) -> None:
    record = red(cast, cast.recipient)
    with acting_as(cast.identity("originator")):
        actions.submit(record=record, by=cast.identity("originator"))
    last = hearers(record, "US")[-1]
    assert last is not None
    assert set(last) == {cast.originator.pk, cast.colleague.pk, cast.recipient.pk}
    assert hearers(record, "MX") == []
    assert hearers(record, "CA") == []


def test_a_red_record_is_heard_of_by_no_other_officer(cast: Cast, parties: Any) -> None:
    record = released(cast, red(cast, cast.recipient))
    for named in hearers(record, "US"):
        assert named is not None
        assert not {cast.admin.pk, cast.analyst.pk, cast.outsider.pk} & set(named)


def test_an_answer_to_a_red_record_is_heard_of_by_the_named_alone(cast: Cast) -> None:
    record = released(cast, red(cast, cast.recipient))
    cast.auditor.roles = ["officer", "supervisor"]
    cast.auditor.save()
    me = cast.identity("recipient")
    with acting_as(me):
        record.refresh_from_db()
        answer = actions.answer(about=record, kind="comment", by=me, body=COMMENT)
    for named in hearers(answer, "MX"):
        assert named is not None
        assert cast.auditor.pk not in named


def test_every_officer_of_the_party_hears_of_another_label(cast: Cast, alert: Any) -> None:
    assert set(hearers(alert, "US")) == {None}


COMMENT = {"nature": "comment", "summary": "Seen at the bridge.", "original_language": "en"}
