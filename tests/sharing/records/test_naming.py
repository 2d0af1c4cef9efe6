"""A TLP:RED record names officers of the own Party and published contacts of its audience alone."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from cordillera.access.session import acting_as
from sharing.records import actions
from sharing.records.problems import Invalid
from tests.conftest import Cast, alert_body, alert_handling, released
from tests.cordillera.api.caller import Caller


def drafted(cast: Cast, *named: Any, audience: str = "MX") -> Any:
    me = cast.identity("originator")
    handling = alert_handling(audience, tlp="RED", named=[str(one) for one in named])
    with acting_as(me):
        return actions.draft(kind="offence_alert", by=me, body=alert_body(), handling=handling)


def submitted(cast: Cast, record: Any) -> None:
    with acting_as(cast.identity("originator")):
        actions.submit(record=record, by=cast.identity("originator"))


def places(invalid: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in invalid.value.problems]


def test_own_officers_and_published_contacts_of_the_audience_are_named(cast: Cast) -> None:
    cast.colleague.listed = False
    cast.colleague.save()
    submitted(cast, drafted(cast, cast.colleague.pk, cast.recipient.pk, cast.analyst.pk))


@pytest.mark.parametrize("part", ["unpublished", "closed", "auditor", "admin", "nobody"])
def test_nobody_else_is(cast: Cast, part: str) -> None:
    chosen = getattr(cast, part, cast.recipient)
    cast.recipient.listed, cast.recipient.is_active = part != "unpublished", part != "closed"
    cast.recipient.save()
    pk = uuid4() if part == "nobody" else chosen.pk
    with pytest.raises(Invalid) as invalid:
        drafted(cast, cast.originator.pk, pk)
    assert places(invalid) == [("handling.named.1", "unknown_officer")]


def test_a_contact_of_a_party_outside_the_audience_is_refused_before_release(cast: Cast) -> None:
    record = drafted(cast, cast.recipient.pk, cast.outsider.pk)
    with pytest.raises(Invalid) as invalid:
        submitted(cast, record)
    assert places(invalid) == [("handling.named.1", "unknown_officer")]


def test_who_was_named_already_stays_when_he_is_published_no_more(cast: Cast) -> None:
    record = released(cast, drafted(cast, cast.recipient.pk))
    cast.recipient.listed = False
    cast.recipient.save()
    me = cast.identity("originator")
    with acting_as(me):
        record.refresh_from_db()
        actions.amend(record=record, by=me)
        record.refresh_from_db()
        actions.submit(record=record, by=me)


def test_an_answer_names_whom_the_answered_record_names(cast: Cast) -> None:
    cast.originator.listed = False
    cast.originator.save()
    record = released(cast, drafted(cast, cast.recipient.pk))
    me = cast.identity("recipient")
    body = {"nature": "comment", "summary": "Seen.", "original_language": "en"}
    with acting_as(me):
        record.refresh_from_db()
        answer = actions.answer(about=record, kind="comment", by=me, body=body)
    assert cast.originator.pk in answer.named


def test_the_api_says_at_which_field_it_is(cast: Cast) -> None:
    handling = alert_handling("MX", tlp="RED", named=[str(cast.auditor.pk)])
    content = {"kind": "offence_alert", "body": alert_body(), "handling": handling}
    answer = Caller(cast.originator).post("records", content)
    assert answer.status_code == 422
    problem = answer.json()["problems"][0]
    assert (problem["path"], problem["code"]) == ("handling.named.0", "unknown_officer")
