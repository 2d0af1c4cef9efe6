"""Versions, history and paper: each cut to who looks."""

import json
from base64 import urlsafe_b64decode
from typing import Any

import pytest
from django.urls import reverse

from cordillera import clock
from cordillera.access.session import acting_as
from sharing.desk.arrival import arrive
from tests.conftest import Cast
from tests.sharing.records.pages.conftest import answered
from tests.sharing.records.pages.test_approvals import amended


@pytest.fixture
def twice(cast: Cast, alert: Any) -> Any:
    """The alert with a second version, that MX has lost and CA has gained."""
    from sharing.records import actions

    amended(cast, alert, audience=["CA"])
    with acting_as(cast.identity("colleague")):
        alert.refresh_from_db()
        actions.approve(record=alert, by=cast.identity("colleague"))
    return alert


def test_versions_are_compared_field_by_field(twice: Any, signed_in: Any) -> None:
    answer = signed_in("originator").get(reverse("record-versions", args=[twice.pk]))
    differences = answer.context["differences"]
    assert [change.path for change in differences.content] == ["summary"]
    assert [change.path for change in differences.handling] == ["audience"]
    assert [one.signature["verified"] for one in answer.context["listed"]] == [True, True]


def test_a_reader_sees_no_version_from_before_his_time(twice: Any, signed_in: Any) -> None:
    client = signed_in("outsider")
    answer = client.get(reverse("record-versions", args=[twice.pk]), {"old": "1", "new": "2"})
    assert [one.version.number for one in answer.context["listed"]] == [2]
    assert "differences" not in answer.context
    assert "Stencils on the coils" not in answer.content.decode()
    for page in ("record-version", "record-signed"):
        assert client.get(reverse(page, args=[twice.pk, 1])).status_code == 404
        assert client.get(reverse(page, args=[twice.pk, 2])).status_code == 200


def test_who_lost_it_sees_nothing_of_it(twice: Any, signed_in: Any) -> None:
    client = signed_in("recipient")
    for page in ("record", "record-versions", "record-history"):
        assert client.get(reverse(page, args=[twice.pk])).status_code == 404
    assert client.get(reverse("record-signed", args=[twice.pk, 1])).status_code == 404


def test_an_old_version_says_that_it_is_not_in_force(twice: Any, signed_in: Any) -> None:
    page = signed_in("originator").get(reverse("record-version", args=[twice.pk, 1]))
    assert "not the one in force" in page.content.decode()
    assert "Stencils on the coils" in page.content.decode()


def test_the_signed_version_is_handed_out_as_it_was_signed(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    from audit.models import Entry

    answer = signed_in("recipient").get(reverse("record-signed", args=[alert.pk, 1]))
    middle = answer.content.split(b".")[1]
    payload = json.loads(urlsafe_b64decode(middle + b"=" * (-len(middle) % 4)))
    assert payload["reference"] == alert.reference
    assert "attachment" in answer["Content-Disposition"]
    with acting_as(cast.identity("recipient")):
        assert Entry.objects.filter(tag="record:download", about=str(alert.pk)).count() == 1


def test_the_originator_sees_decisions_and_deliveries(
    cast: Cast, acknowledged: Any, signed_in: Any
) -> None:
    answer = signed_in("originator").get(reverse("record-history", args=[acknowledged.pk]))
    words = [str(event.words) for event in answer.context["events"]]
    assert words[:3] == ["Acknowledgement", "Approved and released", "Release proposed"]
    assert [row.recipient for row in answer.context["deliveries"]] == ["MX"]
    assert cast.colleague.name in answer.content.decode()


def test_a_recipient_sees_neither_names_nor_other_recipients(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    amended(cast, alert, audience=["MX", "CA"])
    client = signed_in("recipient")
    client.get(reverse("record", args=[alert.pk]))
    answer = client.get(reverse("record-history", args=[alert.pk]))
    page = answer.content.decode()
    assert answer.context["deliveries"] == []
    for name in (cast.originator.name, cast.colleague.name):
        assert name not in page
    assert 'data-party="CA"' not in page
    assert [row["actor_name"] for row in answer.context["readings"]] == [cast.recipient.name]
    assert [str(event.words) for event in answer.context["events"]][-1] == "Released"


def test_what_happened_at_one_moment_stands_in_its_order(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    with clock.at(alert.released_at):
        arrive("MX")
        answer = answered(cast, alert, "recipient", "acknowledgement", result="noted")
    words = {}
    for one in (alert, answer):
        page = signed_in("recipient").get(reverse("record-history", args=[one.pk]))
        words[one.pk] = [str(event.words) for event in page.context["events"]]
    assert words[answer.pk] == ["Released", "Draft begun"]
    assert words[alert.pk] == ["Acknowledgement", "Came to your Party", "Released"]


def test_an_answer_that_is_not_for_the_reader_leaves_no_trace(
    cast: Cast, draft_alert: Any, signed_in: Any
) -> None:
    from sharing.records import actions

    me = cast.identity("originator")
    with acting_as(me):
        version = draft_alert.pending
        handling = {**version.handling, "audience": ["MX", "CA"]}
        actions.save_draft(record=draft_alert, by=me, body=version.body, handling=handling)
        actions.submit(record=draft_alert, by=me)
    with acting_as(cast.identity("colleague")):
        draft_alert.refresh_from_db()
        actions.approve(record=draft_alert, by=cast.identity("colleague"))
    outsider = cast.identity("outsider")
    with acting_as(outsider):
        draft_alert.refresh_from_db()
        actions.answer(
            about=draft_alert,
            kind="comment",
            by=outsider,
            body={"nature": "question", "summary": "Between us two"},
            audience=["US"],
        )
    for page in ("record-answers", "record-history", "record-print", "record-links"):
        url = reverse(page, args=[draft_alert.pk])
        assert "Between us two" not in signed_in("recipient").get(url).content.decode()
        assert "CA-CM-" not in signed_in("recipient").get(url).content.decode()
    seen = signed_in("originator").get(reverse("record-answers", args=[draft_alert.pk]))
    assert "Between us two" in seen.content.decode()


def test_a_reference_that_one_may_not_open_is_bare_words(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    """A record that the reader does not see and one that does not exist read alike."""
    from sharing.records import actions
    from tests.conftest import alert_body, alert_handling, released

    me = cast.identity("originator")
    with acting_as(me):
        record = actions.draft(
            kind="offence_alert",
            by=me,
            body=alert_body(links=[alert.reference, "US-OA-2026-99999"]),
            handling=alert_handling("CA"),
        )
    released(cast, record)
    answer = signed_in("outsider").get(reverse("record-links", args=[record.pk]))
    assert [pointer.record for pointer in answer.context["outgoing"]] == [None, None]
    page = answer.content.decode()
    shown = page.replace(alert.reference, "REF").replace("US-OA-2026-99999", "REF")
    assert shown.count('<li><span class="mono">REF</span></li>') == 2
    incoming = signed_in("recipient").get(reverse("record-links", args=[alert.pk]))
    assert incoming.context["incoming"] == []
    own = signed_in("originator").get(reverse("record-links", args=[alert.pk]))
    assert [pointer.record for pointer in own.context["incoming"]] == [record]


def test_printing_is_written_down_and_names_who_printed(
    cast: Cast, acknowledged: Any, signed_in: Any
) -> None:
    from audit.models import Entry

    page = signed_in("recipient").get(reverse("record-print", args=[acknowledged.pk]))
    assert cast.recipient.name in page.content.decode()
    assert page.content.decode().count("TLP:AMBER — SHARED: ") >= 1
    with acting_as(cast.identity("recipient")):
        assert Entry.objects.filter(tag="record:print", about=str(acknowledged.pk)).count() == 1


def test_who_has_acknowledged_and_who_has_not(cast: Cast, alert: Any, signed_in: Any) -> None:
    url = reverse("record-answers", args=[alert.pk])
    assert "not yet" in signed_in("originator").get(url).content.decode()
    answered(cast, alert, "recipient", "acknowledgement", result="noted")
    answer = signed_in("originator").get(url)
    assert [one.party for one in answer.context["acknowledgements"] if one.answer] == ["MX"]
    offers = signed_in("recipient").get(reverse("record", args=[alert.pk])).context["offers"]
    assert "acknowledge" not in {offer.name for offer in offers}
