"""Renewing a record by its form: later dates, a reason, a second officer."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cordillera.access.session import acting_as
from sharing.records.models import Record
from tests.conftest import Cast
from tests.sharing.records.pages.test_approvals import post, revision

LATER = {"review_on": "2028-01-10", "expires_on": "2028-07-10"}


def test_the_dates_alone_are_renewed_by_two_officers(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    originator, colleague = signed_in("originator"), signed_in("colleague")
    page = originator.get(reverse("record", args=[alert.pk])).content.decode()
    assert reverse("record-renew", args=[alert.pk]) in page
    answer = post(originator, "record-renew", alert, **LATER, reason="The mill still ships.")
    assert answer.status_code == 302
    waiting = colleague.get(reverse("approval", args=[alert.pk])).content.decode()
    assert "Renewal" in waiting
    assert "Only the dates change" in waiting
    assert "The mill still ships." in waiting
    assert "Approve the renewal" in waiting
    post(colleague, "record-approve", alert, revision=revision(cast, alert))
    with acting_as(cast.identity("recipient")):
        renewed = Record.objects.get(pk=alert.pk)
    assert f"{renewed.review_on} {renewed.expires_on}" == "2028-01-10 2028-07-10"
    assert renewed.state == "released"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reason": ""}, "Say why it is still needed."),
        ({"review_on": ""}, "Choose a day."),
        ({"review_on": "soon"}, "no day of the calendar"),
        ({"review_on": "2029-01-10"}, 'id="expires_on-error"'),
        ({"review_on": "2020-01-10"}, 'id="review_on-error"'),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    alert: Any, signed_in: Any, wrong: dict[str, str], words: str
) -> None:
    typed = {**LATER, "reason": "Ships still.", **wrong}
    answer = post(signed_in("originator"), "record-renew", alert, **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert all(value in page for value in typed.values())


def test_an_amendment_of_words_is_no_renewal(cast: Cast, alert: Any, signed_in: Any) -> None:
    from sharing.records import actions

    me = cast.identity("originator")
    with acting_as(me):
        version = actions.amend(record=alert, by=me)
        body = {**version.body, "summary": "Other words."}
        actions.save_draft(record=alert, by=me, body=body, handling=version.handling)
        actions.submit(record=alert, by=me)
    page = signed_in("colleague").get(reverse("approval", args=[alert.pk])).content.decode()
    assert "Renewal" not in page


@pytest.mark.parametrize(
    ("part", "status"), [("originator", 200), ("recipient", 403), ("outsider", 404), ("admin", 403)]
)
def test_the_originator_alone_renews(alert: Any, signed_in: Any, part: str, status: int) -> None:
    address = reverse("record-renew", args=[alert.pk])
    assert signed_in(part).get(address).status_code == status


def test_a_renewal_that_is_withdrawn_leaves_nothing_open(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    client = signed_in("originator")
    post(client, "record-renew", alert, **LATER, reason="Ships still.")
    assert post(client, "record-withdraw", alert).status_code == 302
    with acting_as(cast.identity("originator")):
        kept = Record.objects.get(pk=alert.pk)
        assert (kept.state, kept.pending_id) == ("released", None)
    assert post(client, "record-renew", alert, **LATER, reason="Once more.").status_code == 302


def test_the_history_calls_a_renewal_so_also_when_it_is_decided(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    client = signed_in("originator")
    post(client, "record-renew", alert, **LATER, reason="Ships still.")
    post(client, "record-withdraw", alert)
    post(client, "record-renew", alert, **LATER, reason="Once more.")
    post(signed_in("colleague"), "record-approve", alert, revision=revision(cast, alert))
    events = client.get(reverse("record-history", args=[alert.pk])).context["events"]
    assert [str(event.words) for event in events][:4] == [
        "Renewal approved and released",
        "Renewal proposed",
        "Proposal withdrawn",
        "Renewal proposed",
    ]
    assert not any("mendment" in str(event.words) for event in events)
