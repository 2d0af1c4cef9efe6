"""The approval queue and the decisions: four eyes, fresh proof, and clear words when it is late."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cordillera.access.session import acting_as
from tests.conftest import PASSWORD, Cast, alert_body, alert_handling
from tests.sharing.records.pages.conftest import own_queries


@pytest.fixture
def proposed(cast: Cast, draft_alert: Any) -> Any:
    """The draft, proposed for release by the originator."""
    from sharing.records import actions

    with acting_as(cast.identity("originator")):
        actions.submit(record=draft_alert, by=cast.identity("originator"), reason="Ready")
        draft_alert.refresh_from_db()
    return draft_alert


def post(client: Client, name: str, record: Any, **data: str) -> Any:
    return client.post(reverse(name, args=[record.pk]), data)


def revision(cast: Cast, record: Any) -> str:
    with acting_as(cast.identity("originator")):
        record.refresh_from_db()
        return str((record.pending or record.current).etag)


def state(cast: Cast, record: Any) -> str:
    with acting_as(cast.identity("originator")):
        record.refresh_from_db()
        return str(record.state)


EXPECTED = {
    "originator": 200,
    "colleague": 200,
    "recipient": 200,
    "outsider": 200,
    "auditor": 403,
    "admin": 403,
}


@pytest.mark.parametrize("part", EXPECTED)
def test_each_party_sees_its_own_queue(proposed: Any, signed_in: Any, part: str) -> None:
    answer = signed_in(part).get(reverse("approvals"))
    assert answer.status_code == EXPECTED[part]
    assert (b"Galvanised" in answer.content) == (part in ("originator", "colleague"))


@pytest.mark.parametrize("part", ["recipient", "outsider"])
def test_a_proposal_of_another_party_does_not_exist(
    proposed: Any, signed_in: Any, part: str
) -> None:
    answer = signed_in(part).get(reverse("approval", args=[proposed.pk]))
    assert answer.status_code == 404


def test_nothing_is_proposed_about_a_released_record_of_another_party(
    alert: Any, signed_in: Any
) -> None:
    assert signed_in("recipient").get(reverse("approval", args=[alert.pk])).status_code == 404
    assert signed_in("colleague").get(reverse("approval", args=[alert.pk])).status_code == 200


def test_an_empty_queue_says_what_it_is_for(cast: Cast, signed_in: Any) -> None:
    page = signed_in("colleague").get(reverse("approvals")).content.decode()
    assert "Nothing waits" in page
    assert "second officer" in page


def test_the_second_officer_sees_who_will_see_it(proposed: Any, signed_in: Any) -> None:
    answer = signed_in("colleague").get(reverse("approval", args=[proposed.pk]))
    rows = {row.party.code: row.officers for row in answer.context["review"].audience}
    assert rows == {"MX": 2, "US": 2}
    assert answer.context["may_decide"]


def test_the_own_proposal_waits_for_another(proposed: Any, signed_in: Any) -> None:
    answer = signed_in("originator").get(reverse("approval", args=[proposed.pk]))
    assert not answer.context["may_decide"]
    assert 'id="decide"' not in answer.content.decode()


def test_the_queue_costs_a_fixed_number_of_queries(proposed: Any, signed_in: Any) -> None:
    assert own_queries(signed_in("colleague"), reverse("approvals")) == 7


def test_the_second_officer_releases(cast: Cast, proposed: Any, signed_in: Any) -> None:
    answer = post(
        signed_in("colleague"), "record-approve", proposed, revision=revision(cast, proposed)
    )
    assert answer.status_code == 302
    assert state(cast, proposed) == "released"


def test_releasing_asks_for_proof_when_the_last_is_old(
    cast: Cast, proposed: Any, signed_in: Any
) -> None:
    client = signed_in("colleague")
    session = client.session
    session["proved_at"] = 0
    session.save()
    given = revision(cast, proposed)
    answer = post(client, "record-approve", proposed, revision=given, remark="Well done")
    assert answer.status_code == 200
    assert "Well done" in answer.content.decode()
    assert state(cast, proposed) == "in_review"
    wrong = post(client, "record-approve", proposed, revision=given, proof_password="wrong")
    assert wrong.status_code == 200
    assert state(cast, proposed) == "in_review"
    right = post(client, "record-approve", proposed, revision=given, proof_password=PASSWORD)
    assert right.status_code == 302
    assert state(cast, proposed) == "released"


@pytest.mark.parametrize(
    ("part", "status"),
    [("originator", 403), ("recipient", 403), ("outsider", 404), ("auditor", 403), ("admin", 403)],
)
def test_nobody_else_releases(
    cast: Cast, proposed: Any, signed_in: Any, part: str, status: int
) -> None:
    given = revision(cast, proposed)
    answer = post(signed_in(part), "record-approve", proposed, revision=given)
    assert answer.status_code == status
    assert state(cast, proposed) == "in_review"


def test_a_supervisor_does_not_release_what_he_wrote(cast: Cast, signed_in: Any) -> None:
    from sharing.records import actions

    me = cast.identity("colleague")
    with acting_as(me):
        record = actions.draft(
            kind="offence_alert", by=me, body=alert_body(), handling=alert_handling("MX")
        )
        actions.submit(record=record, by=me)
    given = revision(cast, record)
    answer = post(signed_in("colleague"), "record-approve", record, revision=given)
    assert answer.status_code == 403
    assert state(cast, record) == "in_review"


def test_a_stale_approval_is_refused_in_words(cast: Cast, proposed: Any, signed_in: Any) -> None:
    answer = post(signed_in("colleague"), "record-approve", proposed, revision='"1.0"')
    assert answer.status_code == 412
    assert "changed since you read it" in answer.content.decode()
    assert state(cast, proposed) == "in_review"


def test_a_replayed_approval_says_that_it_is_decided(
    cast: Cast, proposed: Any, signed_in: Any
) -> None:
    client, given = signed_in("colleague"), revision(cast, proposed)
    post(client, "record-approve", proposed, revision=given)
    answer = post(client, "record-approve", proposed, revision=given)
    assert answer.status_code == 409
    assert "approved already" in answer.content.decode()


def test_returning_needs_a_reason_and_keeps_the_page(
    cast: Cast, proposed: Any, signed_in: Any
) -> None:
    client = signed_in("colleague")
    answer = post(client, "record-return", proposed, remark="  ")
    assert answer.status_code == 422
    assert "Say what has to change" in answer.content.decode()
    assert post(client, "record-return", proposed, remark="Which mill?").status_code == 302
    assert state(cast, proposed) == "draft"


def test_a_proposal_is_withdrawn_by_its_party(cast: Cast, proposed: Any, signed_in: Any) -> None:
    assert post(signed_in("recipient"), "record-withdraw", proposed).status_code == 404
    assert post(signed_in("originator"), "record-withdraw", proposed).status_code == 302
    assert state(cast, proposed) == "draft"
    assert post(signed_in("originator"), "record-withdraw", proposed).status_code == 409


def test_an_amendment_shows_its_differences(cast: Cast, alert: Any, signed_in: Any) -> None:
    amended(cast, alert)
    answer = signed_in("colleague").get(reverse("approval", args=[alert.pk]))
    assert [c.path for c in answer.context["review"].differences.content] == ["summary"]
    assert "<ins><bdi>Four coils" in answer.content.decode()


def test_who_gains_and_who_loses_is_said(cast: Cast, alert: Any, signed_in: Any) -> None:
    amended(cast, alert, audience=["CA"])
    answer = signed_in("colleague").get(reverse("approval", args=[alert.pk]))
    changes = {row.party.code: row.change for row in answer.context["review"].audience}
    assert changes == {"CA": "gains", "US": ""}
    assert answer.context["review"].loses == ["MX"]


def test_references_that_the_audience_cannot_see_are_warned_of(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    from sharing.records import actions

    me = cast.identity("originator")
    with acting_as(me):
        record = actions.draft(
            kind="offence_alert",
            by=me,
            body=alert_body(links=[alert.reference, "MX-SE-2026-00099"]),
            handling=alert_handling("CA"),
        )
        actions.submit(record=record, by=me)
    answer = signed_in("colleague").get(reverse("approval", args=[record.pk]))
    found = {one.reference: one.parties for one in answer.context["review"].unseen}
    assert found == {alert.reference: ["CA"], "MX-SE-2026-00099": []}
    duplicates = [row["record"].reference for row in answer.context["review"].duplicates]
    assert duplicates == [alert.reference]


def amended(cast: Cast, record: Any, audience: list[str] | None = None) -> None:
    """The originator proposes an amendment of the summary, and perhaps of the audience."""
    from sharing.records import actions

    me = cast.identity("originator")
    with acting_as(me):
        version = actions.amend(record=record, by=me)
        record.refresh_from_db()
        actions.save_draft(
            record=record,
            by=me,
            body={**version.body, "summary": "Four coils were sampled."},
            handling={**version.handling, "audience": audience or ["MX"]},
        )
        actions.submit(record=record, by=me)


@pytest.mark.parametrize(
    ("remark", "words"),
    [("\u202eevil", "reverses reading order"), ("x" * 2001, "at most 2000"), ("a\x00b", "U+0000")],
)
def test_a_remark_that_cannot_be_kept_is_refused_and_not_lost(
    cast: Cast, proposed: Any, signed_in: Any, remark: str, words: str
) -> None:
    given = revision(cast, proposed)
    for name in ("record-approve", "record-return"):
        answer = post(signed_in("colleague"), name, proposed, remark=remark, revision=given)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert answer.context["remark"] == remark
    assert state(cast, proposed) == "in_review"


def test_the_list_refreshes_by_itself(proposed: Any, signed_in: Any) -> None:
    answer = signed_in("colleague").get(reverse("approvals"), {"list": str(proposed.pk)})
    page = answer.content.decode()
    assert "<html" not in page
    assert 'aria-current="true"' in page
