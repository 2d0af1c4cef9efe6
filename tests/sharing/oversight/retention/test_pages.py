"""Retention's pages, for the standing cast."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from audit import sequencer
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.oversight.models import Hold
from sharing.oversight.retention import queries
from sharing.records.models import Decision
from tests.sharing.oversight.retention.conftest import REVIEW, day

pytestmark = pytest.mark.django_db
TITLE = "Galvanised coil"


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("originator", 403),
        ("colleague", 200),
        ("recipient", 403),
        ("analyst", 403),
        ("admin", 403),
        ("auditor", 200),
    ],
)
def test_who_opens_what_falls_due(
    cast: Any, alert: Any, signed_in: Any, part: str, status: int
) -> None:
    assert signed_in(getattr(cast, part)).get(reverse("retention")).status_code == status


def test_an_auditor_sees_the_reference_and_no_title(
    us_auditor: Any, alert: Any, signed_in: Any
) -> None:
    with day(REVIEW - timedelta(days=20)):
        page = signed_in(us_auditor).get(reverse("retention")).content.decode()
    assert alert.reference in page
    assert TITLE not in page


def test_a_supervisor_sees_the_title_and_the_renewal(cast: Any, alert: Any, signed_in: Any) -> None:
    with day(REVIEW - timedelta(days=5)):
        answer = signed_in(cast.colleague).get(reverse("retention"))
    page = answer.content.decode()
    assert (answer.context["span"], TITLE in page) == ("week", True)
    assert reverse("record-renew", args=[alert.pk]) in page


@pytest.mark.parametrize(
    ("before", "span"), [(-1, "overdue"), (0, "week"), (8, "month"), (31, "quarter"), (92, None)]
)
def test_it_stands_in_the_span_of_its_day(
    us_auditor: Any, alert: Any, seen_by: Any, before: int, span: str | None
) -> None:
    with day(REVIEW - timedelta(days=before)):
        counted = seen_by(us_auditor, queries.counts)
    assert [name for name, number in counted.items() if number] == ([span] if span else [])


def test_a_recipient_s_auditor_sees_what_will_be_taken_away(
    cast: Any, alert: Any, signed_in: Any
) -> None:
    with day(REVIEW - timedelta(days=5)):
        client = signed_in(cast.auditor)
        others = client.get(reverse("retention"), {"whose": "others"}).content.decode()
        own = client.get(reverse("retention")).content.decode()
    assert (alert.reference in others, alert.reference in own) == (True, False)
    assert TITLE not in others


def test_several_are_renewed_at_once_each_with_its_second_officer(
    cast: Any, alert: Any, signed_in: Any
) -> None:
    address = reverse("retention-renew")
    with day(REVIEW - timedelta(days=5)):
        client = signed_in(cast.colleague)
        wrong = client.post(address, {"record": [alert.pk]})
        assert (wrong.status_code, "reason-error" in wrong.content.decode()) == (422, True)
        assert client.post(address, {"reason": "Needed."}).status_code == 422
        done = client.post(address, {"record": [alert.pk], "reason": "Needed."}, follow=True)
        assert done.status_code == 200
    with acting_as(cast.identity("originator")):
        waiting = Decision.objects.get(record=alert, outcome="")
    assert (waiting.verb, waiting.proposed_by) == ("amend", cast.colleague.pk)


def test_nobody_renews_for_another_party(cast: Any, alert: Any, signed_in: Any) -> None:
    client = signed_in(cast.outsider)
    client.post(reverse("retention-renew"), {"record": [alert.pk], "reason": "Ours?"})
    assert (
        client.post(reverse("retention-renew"), {"record": ["x"], "reason": "y"}).status_code == 422
    )
    with acting_as(cast.identity("originator")):
        assert not Decision.objects.filter(outcome="").exists()


AUDITORS = ("retention-locked", "retention-held", "retention-deleted")


@pytest.mark.parametrize("name", AUDITORS)
def test_what_is_locked_held_and_deleted_is_for_auditors(
    cast: Any, us_auditor: Any, locked: Any, signed_in: Any, name: str
) -> None:
    for part in ("originator", "colleague", "recipient", "analyst", "admin"):
        assert signed_in(getattr(cast, part)).get(reverse(name)).status_code == 403, part
    assert signed_in(us_auditor).get(reverse(name)).status_code == 200
    assert locked.reference not in signed_in(cast.auditor).get(reverse(name)).content.decode()


def test_a_locked_record_is_held_back_and_let_go_by_page(
    us_auditor: Any, locked: Any, signed_in: Any
) -> None:
    client = signed_in(us_auditor)
    assert locked.reference in client.get(reverse("retention-locked")).content.decode()
    address = reverse("retention-hold", args=[locked.pk])
    wrong = client.post(address, {"reason": "Half", "review_on": "soon"})
    assert (wrong.status_code, "day-error" in wrong.content.decode()) == (422, True)
    later = (clock.today() + timedelta(days=30)).isoformat()
    assert client.post(address, {"reason": "Court.", "review_on": later}).status_code == 302
    assert "Court." in client.get(reverse("retention-held")).content.decode()
    go = reverse("retention-let-go", args=[locked.pk])
    assert client.post(go, {"reason": ""}).status_code == 422
    assert client.post(go, {"reason": "Closed."}).status_code == 302
    with acting_as(Identity.of(us_auditor)):
        assert Hold.objects.get().let_go_because == "Closed."


def test_the_certificate_says_how_far_its_proof_is(
    us_auditor: Any, at_the_end: Any, signed_in: Any, seen_by: Any
) -> None:
    at_the_end()
    [found] = seen_by(us_auditor, lambda me: list(queries.deletions(me)))
    client, address = signed_in(us_auditor), reverse("retention-certificate", args=[found.pk])
    assert "waits for its place" in client.get(address).content.decode()
    sequencer.sequence(at_once=True)
    page = client.get(address).content.decode()
    assert reverse("audit-proof", args=[found.entry]) in page
    assert client.get(reverse("audit-proof", args=[found.entry])).status_code == 200
    assert TITLE not in page


def test_the_first_page_tells_what_is_deleted_soon(
    us_auditor: Any, locked: Any, signed_in: Any
) -> None:
    with day(REVIEW + timedelta(days=350)):
        page = signed_in(us_auditor).get(reverse("oversight"))
    [panel] = [one for one in page.context["panels"] if one.panel.name == "retention"]
    assert (panel.summary.count, panel.summary.lines[0].words) == (1, locked.reference)


def test_the_page_asks_the_same_however_long_it_is(
    us_auditor: Any, alert: Any, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(us_auditor)
    with day(date(2027, 5, 1)):
        client.get(reverse("retention"))
        with django_assert_max_num_queries(26):
            client.get(reverse("retention"))


def test_the_navigations_count_leaves_later_dates_to_their_indexes(
    cast: Any, alert: Any, django_assert_num_queries: Any
) -> None:
    by = cast.identity("colleague")
    with acting_as(by), django_assert_num_queries(1) as asked:
        assert queries.waiting(by) == 0
    assert re.search(r'"review_on" <= .*"expires_on" <= ', asked[0]["sql"])
