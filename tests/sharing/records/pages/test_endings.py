"""Recalling, discarding and deleting by their forms."""

from typing import Any

import pytest
from django.urls import reverse

from cordillera.access.session import acting_as
from tests.conftest import Cast
from tests.sharing.records.pages.test_approvals import post, revision, state


def test_a_recall_needs_a_reason_and_a_second_officer(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    originator = signed_in("originator")
    empty = post(originator, "record-recall", alert, reason="")
    assert empty.status_code == 422
    assert "Say why" in empty.content.decode()
    assert post(originator, "record-recall", alert, reason="Wrong container").status_code == 302
    assert state(cast, alert) == "released"
    colleague = signed_in("colleague")
    page = colleague.get(reverse("approval", args=[alert.pk])).content.decode()
    assert "Wrong container" in page
    answer = post(colleague, "record-approve", alert, revision=revision(cast, alert))
    assert answer.status_code == 302
    assert state(cast, alert) == "recalled"
    assert signed_in("recipient").get(reverse("record", args=[alert.pk])).status_code == 404


def test_a_second_recall_waits_for_the_first(cast: Cast, alert: Any, signed_in: Any) -> None:
    client = signed_in("originator")
    post(client, "record-recall", alert, reason="Wrong container")
    assert post(client, "record-recall", alert, reason="Again").status_code == 409


@pytest.mark.parametrize("name", ["record-recall", "record-discard", "record-delete"])
@pytest.mark.parametrize(
    ("part", "status"),
    [("originator", 200), ("recipient", 403), ("outsider", 404), ("auditor", 403), ("admin", 403)],
)
def test_the_question_is_asked_of_the_originator_alone(
    alert: Any, signed_in: Any, name: str, part: str, status: int
) -> None:
    assert signed_in(part).get(reverse(name, args=[alert.pk])).status_code == status


def test_an_amendment_is_discarded(cast: Cast, alert: Any, signed_in: Any) -> None:
    from sharing.records import actions

    with acting_as(cast.identity("originator")):
        actions.amend(record=alert, by=cast.identity("originator"))
    client = signed_in("originator")
    page = client.get(reverse("record-discard", args=[alert.pk]))
    assert "Discard the amendment?" in page.content.decode()
    assert post(client, "record-discard", alert).status_code == 302
    assert state(cast, alert) == "released"
    assert post(client, "record-discard", alert).status_code == 409


def test_a_draft_is_deleted(cast: Cast, draft_alert: Any, signed_in: Any) -> None:
    client = signed_in("originator")
    assert post(client, "record-delete", draft_alert).status_code == 302
    assert state(cast, draft_alert) == "deleted"
    assert client.get(reverse("record", args=[draft_alert.pk])).status_code == 404


def test_a_released_record_is_not_deleted(cast: Cast, alert: Any, signed_in: Any) -> None:
    answer = post(signed_in("originator"), "record-delete", alert)
    assert answer.status_code == 409
    assert state(cast, alert) == "released"


def test_only_buttons_that_do_something_are_offered(
    cast: Cast, alert: Any, draft_alert: Any, signed_in: Any
) -> None:
    def offered(part: str) -> set[str]:
        answer = signed_in(part).get(reverse("record", args=[alert.pk]))
        return {offer.name for offer in answer.context["offers"]}

    assert {"amend", "recall", "print"} <= offered("originator")
    assert not {"acknowledge", "delete", "withdraw", "decide"} & offered("originator")
    assert not {"amend", "recall", "decide"} & offered("recipient")
    assert offered("analyst") == {"print"}


def test_an_amendment_is_opened_and_goes_on_to_the_editor(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    answer = post(signed_in("originator"), "record-amend", alert)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("record-edit", args=[alert.pk])
    assert state(cast, alert) == "amended"
    assert post(signed_in("originator"), "record-amend", alert).status_code == 409
    page = signed_in("recipient").get(reverse("record", args=[alert.pk]))
    assert "is being written" not in page.content.decode()
    assert post(signed_in("recipient"), "record-amend", alert).status_code == 403


def test_every_offer_leads_somewhere(cast: Cast, alert: Any, signed_in: Any) -> None:
    client = signed_in("recipient")
    answer = client.get(reverse("record", args=[alert.pk]))
    names = [offer.name for offer in answer.context["offers"]]
    assert names == ["acknowledge", "sighting", "comment", "dispute", "print"]
    for offer in answer.context["offers"]:
        assert client.get(offer.url).status_code == 200


def test_while_an_amendment_is_open_the_page_says_why_there_is_no_recall(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    post(signed_in("originator"), "record-amend", alert)
    page = signed_in("originator").get(reverse("record", args=[alert.pk]))
    assert "recall" not in {offer.name for offer in page.context["offers"]}
    assert "Finish the amendment or discard it first." in page.content.decode()
    asked = signed_in("originator").get(reverse("record-recall", args=[alert.pk]))
    assert "Finish the amendment or discard it first." in asked.content.decode()
    read = signed_in("recipient").get(reverse("record", args=[alert.pk]))
    assert "amendment" not in read.content.decode()


def test_what_expired_says_that_it_is_not_answered_any_more(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    from cordillera.access.identity import Identity
    from sharing.records import actions

    node = Identity.of_node("US")
    with acting_as(node):
        actions.expire(record=alert, by=node)
    page = signed_in("recipient").get(reverse("record", args=[alert.pk]))
    assert [offer.name for offer in page.context["offers"]] == ["print"]
    assert "not acknowledged or answered any more" in page.content.decode()
    own = signed_in("originator").get(reverse("record", args=[alert.pk])).content.decode()
    assert "Begin a new record" in own


def test_a_proposal_is_withdrawn_after_a_question(
    cast: Cast, draft_alert: Any, signed_in: Any
) -> None:
    from sharing.records import actions

    with acting_as(cast.identity("originator")):
        actions.submit(record=draft_alert, by=cast.identity("originator"))
    client = signed_in("originator")
    page = client.get(reverse("record-withdraw", args=[draft_alert.pk])).content.decode()
    assert "Withdraw the proposal?" in page
    assert state(cast, draft_alert) == "in_review"
    assert post(client, "record-withdraw", draft_alert).status_code == 302
    assert state(cast, draft_alert) == "draft"
