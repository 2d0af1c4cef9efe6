"""What an agreement forbids is refused at the audience, when proposed and when decided."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cordillera.access.session import acting_as
from cordillera.parties import agreements
from sharing.records import actions, queries
from sharing.records.models import Record
from sharing.records.problems import Invalid
from tests.conftest import Cast, alert_handling


def cap(party: str, other: str, **changes: Any) -> None:
    values: dict[str, Any] = {"highest_tlp": "RED", "kinds": None, "personal_data": True}
    agreements.change(party, other, **values | changes)


def submit(cast: Cast, record: Record) -> None:
    with acting_as(cast.identity("originator")):
        actions.submit(record=record, by=cast.identity("originator"))


def test_a_release_above_the_ceiling_is_refused_at_the_audience(
    cast: Cast, draft_alert: Record
) -> None:
    cap("US", "MX", highest_tlp="GREEN")
    with pytest.raises(Invalid) as caught:
        submit(cast, draft_alert)
    problem = caught.value.problems[0]
    assert (problem.path, problem.code) == ("handling.audience", "agreement_tlp")
    assert "MX" in str(problem.message)
    assert "GREEN" in str(problem.message)


def test_on_one_node_nothing_is_released_to_a_suspended_party(
    cast: Cast, draft_alert: Record
) -> None:
    agreements.suspend("US", "MX", reason="A breach.")
    with pytest.raises(Invalid, match="suspended"):
        submit(cast, draft_alert)


def test_to_a_party_on_another_node_it_queues(
    cast: Cast, draft_alert: Record, settings: Any
) -> None:
    settings.HOSTED_PARTIES = ["US"]
    agreements.suspend("US", "MX", reason="A breach.")
    submit(cast, draft_alert)


def test_what_was_suspended_meanwhile_is_not_approved(
    cast: Cast, draft_alert: Record, client: Client
) -> None:
    submit(cast, draft_alert)
    agreements.suspend("US", "MX", reason="A breach.")
    client.force_login(cast.colleague)
    page = client.post(f"/records/{draft_alert.pk}/approve/")
    assert page.status_code in (412, 422)
    with acting_as(cast.identity("colleague")), pytest.raises(Invalid):
        actions.approve(record=draft_alert, by=cast.identity("colleague"))


def test_an_answer_goes_to_those_to_whom_it_may(cast: Cast, alert: Record) -> None:
    cap("MX", "US", kinds=["offence_alert"])
    by = cast.identity("recipient")
    with acting_as(by):
        made = actions.answer(
            about=queries.get(by, alert.pk),
            kind="acknowledgement",
            by=by,
            body={"result": "noted"},
        )
    assert made.audience == ["MX", "US"]


def test_an_answer_leaves_out_a_party_with_a_lower_ceiling(cast: Cast) -> None:
    from tests.conftest import alert_body, released

    by = cast.identity("originator")
    with acting_as(by):
        record = actions.draft(
            kind="offence_alert", by=by, body=alert_body(), handling=alert_handling("MX", "CA")
        )
    record = released(cast, record)
    cap("MX", "CA", highest_tlp="GREEN")
    answering = cast.identity("recipient")
    with acting_as(answering):
        made = actions.answer(
            about=queries.get(answering, record.pk),
            kind="acknowledgement",
            by=answering,
            body={"result": "noted"},
        )
    assert made.audience == ["MX", "US"]


def test_another_nodes_officers_are_not_counted_but_its_contacts_are_known(
    cast: Cast, settings: Any
) -> None:
    settings.HOSTED_PARTIES = ["US"]
    with acting_as(cast.identity("originator")):
        rows = queries.who_will_see(cast.identity("originator"), alert_handling("MX"))
    by_party = {row["party"].code: row for row in rows}
    assert by_party["MX"]["officers"] is None
    assert cast.recipient in by_party["MX"]["named"]
    assert by_party["US"]["officers"] == 2
