"""Searches are drawn unseen, reviewed by the Party's own auditors, and told of when overdue."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from cordillera import clock
from cordillera.access.identity import AUDITOR, Identity
from cordillera.access.session import acting_as
from sharing.desk.models import Notification
from sharing.oversight.models import SearchCount, SearchReview
from sharing.oversight.sampling import drawing, sweeping
from tests.conftest import Cast
from tests.sharing.search.test_pages import person

pytestmark = pytest.mark.django_db
PAGE = "/oversight/searches/"


@pytest.fixture
def every(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search is drawn by lot."""
    monkeypatch.setattr(drawing.secrets, "randbelow", lambda most: 0)


@pytest.fixture
def none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing.secrets, "randbelow", lambda most: most - 1)


def search(client: Client, officer: Any, **asked: str) -> Any:
    client.force_login(officer)
    return client.get("/search/", asked)


def drawn(party: str) -> list[SearchReview]:
    with acting_as(Identity(party, None, "auditor", frozenset({AUDITOR}))):
        return list(SearchReview.objects.order_by("at"))


def test_a_drawn_search_says_what_was_asked(cast: Cast, client: Client, every: None) -> None:
    search(client, cast.recipient, q="acero", kind="offence_alert")
    (one,) = drawn("MX")
    assert (one.officer_name, one.text, one.drawn) == ("Mx Officer", "acero", "sample")
    assert one.filters == {"kind": ["offence_alert"]}
    with acting_as(cast.identity("auditor")):
        assert Entry.objects.get(pk=one.entry).tag == "search:run"


@pytest.mark.usefixtures("none")
def test_every_search_for_a_person_without_a_record_is_drawn_once_a_day(
    cast: Cast, client: Client
) -> None:
    for _again in range(2):
        search(client, cast.recipient, q="Nadie Conocido", purpose="risk_analysis")
    search(client, cast.recipient, q="acero")
    (one,) = drawn("MX")
    assert (one.drawn, one.purpose) == ("person", "risk_analysis")


@pytest.mark.usefixtures("none")
def test_a_search_that_persons_fit_is_drawn_without_a_purpose_too(
    cast: Cast, client: Client
) -> None:
    person(cast)
    for kind in ("search", "search/export"):
        client.force_login(cast.recipient)
        client.get(f"/{kind}/", {"q": "ficticio"})
    search(client, cast.recipient, q="duarte", kind="offence_alert")
    search(client, cast.recipient)
    (one,) = drawn("MX")
    assert (one.drawn, one.purpose, one.found, one.persons) == ("person", "", 0, 1)


@pytest.mark.usefixtures("none")
def test_a_name_typed_into_the_quick_jump_is_drawn_once(cast: Cast, client: Client) -> None:
    person(cast)
    client.force_login(cast.recipient)
    for typed in ("fi", "fic", "fict", "ficti", "ficticio"):
        client.get("/palette/", {"q": typed})
    (one,) = drawn("MX")
    assert (one.drawn, one.via, one.text) == ("person", "jump", "ficticio")


def jump(client: Client, officer: Any, *typed: str) -> None:
    client.force_login(officer)
    for text in typed:
        client.get("/palette/", {"q": text})


@pytest.mark.usefixtures("none")
def test_names_that_begin_alike_are_drawn_each(cast: Cast, client: Client) -> None:
    for name in ("LOPEZ, Mariafic", "ROSSI, Mariofic"):
        person(cast, name)
    jump(client, cast.recipient, "mari", "Maria", "mariafic", "mari", "mario", "mariofic rossi")
    jump(client, cast.analyst, "mariof")
    assert [one.text for one in drawn("MX")] == ["mariafic", "mariofic rossi", "mariof"]


@pytest.mark.usefixtures("none")
def test_a_short_name_is_drawn_and_the_beginning_of_one_is_not(cast: Cast, client: Client) -> None:
    person(cast, "LI, Bao")
    jump(client, cast.recipient, "ba", "dri", "--", "Bao", "li")
    assert [one.text for one in drawn("MX")] == ["Bao", "li"]


@pytest.mark.usefixtures("none")
def test_what_is_typed_on_after_the_verdict_is_drawn_anew(cast: Cast, client: Client) -> None:
    person(cast)
    jump(client, cast.recipient, "fict")
    (one,) = drawn("MX")
    client.force_login(cast.auditor)
    client.post(f"{PAGE}{one.pk}/", {"verdict": "in_order", "note": ""})
    jump(client, cast.recipient, "ficti", "fict")
    assert [(one.text, one.verdict) for one in drawn("MX")] == [("fict", "in_order"), ("ficti", "")]


@pytest.mark.usefixtures("none")
def test_nobody_but_the_database_lets_a_row_grow(cast: Cast, client: Client) -> None:
    person(cast)
    jump(client, cast.recipient, "fict")
    with (
        pytest.raises(DatabaseError, match="does not change"),
        acting_as(Identity.of_node("MX")),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE oversight_searchreview SET text = 'fictitious'")


def test_whether_persons_fit_is_not_told_without_a_purpose(cast: Cast, client: Client) -> None:
    person(cast)
    pages = []
    for name in ("ficticio", "nobodyxx"):
        page = search(client, cast.recipient, q=name)
        text = re.sub(r"[A-Za-z0-9]{64}", "", page.content.decode())
        pages.append(text.replace(name, ""))
        assert "ficticio" not in pages[-1].casefold()
    assert pages[0] == pages[1]


@pytest.mark.usefixtures("none")
def test_a_record_that_the_officer_works_on_stands_behind(
    cast: Cast, alert: Any, client: Client
) -> None:
    asked = {"q": "Nobody", "purpose": "risk_analysis", "record": alert.reference}
    assert search(client, cast.originator, **asked).status_code == 200
    assert drawn("US") == []


@pytest.mark.parametrize("part", ["recipient", "outsider"])
def test_another_officers_record_does_not(
    cast: Cast, alert: Any, client: Client, part: str
) -> None:
    asked = {"q": "Nobody", "purpose": "risk_analysis", "record": alert.reference}
    page = search(client, getattr(cast, part), **asked)
    assert page.status_code == 422
    assert page.context["problem"].field == "record"


def test_the_searcher_sees_no_trace(cast: Cast, client: Client, every: None) -> None:
    with_it = search(client, cast.recipient, q="acero")
    assert "set-cookie" not in {name.lower() for name in with_it.headers}
    for part in ("recipient", "analyst", "originator", "admin", "outsider"):
        with acting_as(cast.identity(part)):
            assert not SearchReview.objects.exists()


def test_drawn_or_not_the_same_statements_run(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    search(client, cast.recipient, q="acero")
    counts = []
    for lot in (0, drawing.FINE - 1):
        monkeypatch.setattr(drawing.secrets, "randbelow", lambda most, lot=lot: lot)
        with _Counted() as counted:
            client.get("/search/", {"q": "acero"})
        counts.append(counted.statements)
    assert counts[0] == counts[1]


class _Counted:
    def __enter__(self) -> _Counted:
        from django.test.utils import CaptureQueriesContext

        self.capture = CaptureQueriesContext(connection)
        self.capture.__enter__()
        return self

    def __exit__(self, *args: Any) -> None:
        self.capture.__exit__(*args)
        self.statements = [query["sql"].split()[0] for query in self.capture]


def test_an_auditor_sees_his_own_partys_alone(cast: Cast, client: Client, every: None) -> None:
    search(client, cast.originator, q="secret words")
    (one,) = drawn("US")
    client.force_login(cast.auditor)
    assert "secret words" not in client.get(PAGE, {"show": "all"}).content.decode()
    assert client.get(f"{PAGE}{one.pk}/").status_code == 404
    assert client.post(f"{PAGE}{one.pk}/", {"verdict": "in_order"}).status_code == 404


@pytest.mark.parametrize("part", ["originator", "colleague", "recipient", "analyst", "admin"])
def test_nobody_else_opens_it(cast: Cast, client: Client, part: str) -> None:
    client.force_login(getattr(cast, part))
    assert client.get(PAGE).status_code == 403


def test_a_verdict_ends_the_review_and_is_an_entry(cast: Cast, client: Client, every: None) -> None:
    search(client, cast.recipient, q="acero")
    (one,) = drawn("MX")
    client.force_login(cast.auditor)
    address = f"{PAGE}{one.pk}/"
    wrong = client.post(address, {"verdict": "not_in_order", "note": " "})
    assert (wrong.status_code, list(wrong.context["problems"])) == (422, ["note"])
    client.post(address, {"verdict": "explain", "note": "Why?"})
    client.post(address, {"verdict": "not_in_order", "note": "A neighbour."})
    client.post(address, {"verdict": "in_order", "note": ""})
    (one,) = drawn("MX")
    assert (one.verdict, one.note, one.decided_by_name) == (
        "not_in_order",
        "A neighbour.",
        "Mx Auditor",
    )
    with acting_as(cast.identity("auditor")):
        entries = Entry.objects.filter(tag="review:decide").order_by("at")
        assert [entry.detail["verdict"] for entry in entries] == ["explain", "not_in_order"]
        assert all("neighbour" not in str(entry.detail) for entry in entries)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET text = 'other'",
        "UPDATE {} SET verdict = 'in_order', decided_at = now(), decided_by = gen_random_uuid()",
        "DELETE FROM {}",
    ],
)
def test_the_database_keeps_what_was_drawn(
    cast: Cast, client: Client, every: None, change: str
) -> None:
    search(client, cast.recipient, q="acero")
    with (
        pytest.raises(DatabaseError),
        acting_as(Identity.of_node("MX")),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format("oversight_searchreview"))


def test_overdue_reviews_are_told_once_to_auditors_and_administrators(
    cast: Cast, client: Client, every: None
) -> None:
    search(client, cast.originator, q="x")
    later = clock.now() + timedelta(days=settings.SEARCH_REVIEW_DAYS + 1)
    with clock.at(later):
        assert [sweeping.escalate("US"), sweeping.escalate("US")] == [1, 0]
    with acting_as(Identity.of_node("US")):
        told = list(Notification.objects.filter(topic__startswith="search_"))
        assert [(row.officer_id, row.topic) for row in told] == [(cast.admin.pk, "search_late")]
    client.force_login(cast.admin)
    there = client.post(reverse("notification", args=[told[0].pk]), follow=True)
    assert there.context["asked"]["role"] == "auditor"


def test_what_falls_overdue_later_that_day_is_told_the_next(
    cast: Cast, client: Client, every: None
) -> None:
    begins = clock.now().replace(hour=1, minute=0)
    for hours in (0, 2, 3):
        with clock.at(begins + timedelta(hours=hours)):
            search(client, cast.originator, q="x")
    due = begins + timedelta(days=settings.SEARCH_REVIEW_DAYS)
    told = []
    for later in (timedelta(hours=1), timedelta(hours=4), timedelta(days=1)):
        with clock.at(due + later):
            told.append(sweeping.escalate("US"))
    assert told == [1, 0, 2]
    with acting_as(Identity.of_node("US")):
        notices = Notification.objects.filter(topic="search_late").order_by("created_at")
        assert [row.detail for row in notices] == ["1", "2"]


@pytest.mark.usefixtures("none")
def test_what_is_not_drawn_is_only_counted(cast: Cast, client: Client) -> None:
    for word in ("acero", "vidrio", "papel"):
        search(client, cast.recipient, q=word)
    sweeping.run("MX")
    sweeping.run("MX")
    with acting_as(Identity.of_node("MX")):
        assert not SearchReview.objects.exists()
        assert SearchCount.objects.get().searches == 3
    client.force_login(cast.auditor)
    (month,) = client.get(PAGE).context["months"]
    assert (month.searches, month.drawn) == (3, 0)


def test_the_list_takes_as_many_statements_for_many_as_for_few(
    cast: Cast, client: Client, every: None
) -> None:
    counts = []
    for words in (["a1"], ["b1", "b2", "b3", "b4"]):
        for word in words:
            search(client, cast.recipient, q=word)
        client.force_login(cast.auditor)
        with _Counted() as counted:
            client.get(PAGE)
        counts.append(len(counted.statements))
    assert counts[0] == counts[1]
