"""The search page, its export and the saved searches, met by the standing cast."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.records import actions
from sharing.records.models import Record
from sharing.search import saved
from sharing.search.models import Match, SavedSearch
from sharing.search.queries import Search
from tests.conftest import Cast, alert_handling, released


def signed_in(officer: Any) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("originator", 200),
        ("recipient", 200),
        ("outsider", 200),
        ("analyst", 200),
        ("auditor", 403),
        ("admin", 403),
    ],
)
def test_who_may_search(cast: Cast, alert: Record, part: str, status: int) -> None:
    assert signed_in(getattr(cast, part)).get(reverse("search")).status_code == status


def test_the_recipient_finds_it_and_the_outsider_does_not(cast: Cast, alert: Record) -> None:
    for part, found in (("recipient", True), ("outsider", False)):
        text = signed_in(getattr(cast, part)).get(reverse("search"), {"q": "galvanised"}).content
        assert (alert.reference.encode() in text) is found


def test_a_search_is_written_down(cast: Cast, alert: Record) -> None:
    signed_in(cast.recipient).get(reverse("search"), {"q": "coil"})
    with acting_as(cast.identity("recipient")):
        assert Entry.objects.get(tag="search:run").detail == {
            "text": "coil",
            "filters": {},
            "found": 1,
        }


@pytest.mark.parametrize(
    ("query", "words"),
    [({"q": "x" * 201}, "201"), ({"from": "yesterday"}, "yesterday"), ({"purpose": "fun"}, "fun")],
)
def test_a_bad_question_says_what_came(cast: Cast, query: dict[str, str], words: str) -> None:
    response = signed_in(cast.originator).get(reverse("search"), query)
    assert response.status_code == 422
    assert words in response.content.decode()


def test_the_list_takes_the_same_queries_however_many_it_shows(
    cast: Cast, alert: Record, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.recipient)
    client.get(reverse("search"))
    with django_assert_max_num_queries(24):
        client.get(reverse("search"), {"q": "coil"})


def person(cast: Cast, name: str = "FICTICIO DUARTE, Ramiro") -> Record:
    me = cast.identity("originator")
    with acting_as(me):
        record = actions.draft(
            kind="suspect_entity",
            by=me,
            body={
                "title": {"en": "Driver of the truck"},
                "original_language": "en",
                "summary": "Drove it.",
                "typology": ["concealment"],
                "legal_basis": ["USMCA-7.25.7"],
                "priority": "high",
                "entity_type": "person",
                "name": name,
                "involvement": ["driver"],
                "reason": "Drove it.",
                "requested_action": {"code": "sighting_and_report"},
            },
            handling=alert_handling("MX", contains=["personal"]),
        )
    return released(cast, record)


def test_persons_are_shown_only_for_a_purpose(cast: Cast) -> None:
    record = person(cast)
    client = signed_in(cast.recipient)
    without = client.get(reverse("search"), {"q": "ficticio"}).content.decode()
    assert record.reference not in without
    assert 'name="purpose"' in without
    stated = {"q": "ficticio", "purpose": "customs_enforcement"}
    assert record.reference in client.get(reverse("search"), stated).content.decode()
    with acting_as(cast.identity("recipient")):
        purposes = list(Entry.objects.filter(tag="search:run").values_list("purpose", flat=True))
    assert sorted(purposes) == ["", "customs_enforcement"]


def test_the_export_holds_what_is_seen_and_is_written_down(cast: Cast, alert: Record) -> None:
    for part, found in (("recipient", True), ("outsider", False)):
        response = signed_in(getattr(cast, part)).get(reverse("search-export"))
        assert (alert.reference in response.content.decode()) is found
    with acting_as(cast.identity("recipient")):
        assert Entry.objects.filter(tag="search:export").count() == 1


def test_a_formula_in_a_title_stays_text_in_the_export(cast: Cast, draft_alert: Record) -> None:
    from tests.conftest import alert_body

    me = cast.identity("originator")
    with acting_as(me):
        actions.save_draft(
            record=draft_alert,
            by=me,
            body=alert_body(title={"en": "=HYPERLINK(0)"}),
            handling=alert_handling("MX"),
        )
    text = signed_in(cast.originator).get(reverse("search-export")).content.decode()
    assert '"\'=HYPERLINK(0)"' in text


def keep(cast: Cast, part: str, notify: str = SavedSearch.AT_ONCE) -> SavedSearch:
    me = cast.identity(part)
    with acting_as(me):
        return saved.keep(by=me, name="Steel", asked=Search("coil"), notify=notify)


def test_saved_searches_are_their_officers_own(cast: Cast) -> None:
    kept = keep(cast, "recipient")
    assert "Steel" in signed_in(cast.recipient).get(reverse("saved-searches")).content.decode()
    assert "Steel" not in signed_in(cast.analyst).get(reverse("saved-searches")).content.decode()
    other = signed_in(cast.analyst).post(
        reverse("saved-search-change", args=[kept.pk]), {"forget": "1"}
    )
    assert other.status_code == 404


@pytest.mark.parametrize(("part", "told"), [("recipient", 1), ("outsider", 0)])
def test_a_new_match_is_told_to_who_may_see_it(
    cast: Cast, alert: Record, part: str, told: int
) -> None:
    keep(cast, part)
    heard: list[Any] = []

    def hear(sender: Any, **kwargs: Any) -> None:
        heard.append(kwargs["records"])

    saved.matched.connect(hear)
    party = cast.identity(part).party
    with acting_as(Identity.of_node(party)):
        saved.match(party, [alert])
        saved.match(party, [alert])
    saved.matched.disconnect(hear)
    assert len(heard) == told


def test_a_digest_tells_once(cast: Cast, alert: Record) -> None:
    keep(cast, "recipient", SavedSearch.DAILY)
    with acting_as(Identity.of_node("MX")):
        saved.match("MX", [alert])
        assert Match.objects.filter(told_at=None).count() == 1
        assert saved.send_digests("MX") == 1
        assert saved.send_digests("MX") == 0


def test_a_saved_search_keeps_its_dates(cast: Cast, alert: Record) -> None:
    from datetime import date, timedelta

    me = cast.identity("recipient")
    tomorrow = date.today() + timedelta(days=2)
    asked = Search("coil", {"kind": ["offence_alert"]}, released_from=tomorrow)
    with acting_as(me):
        kept = saved.keep(by=me, name="Later", asked=asked, notify="at_once")
        kept.refresh_from_db()
        assert saved.search_of(kept) == asked
    with acting_as(Identity.of_node("MX")):
        assert saved.match("MX", [alert]) == 0


def test_an_export_goes_beyond_the_page(
    cast: Cast, alert: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sharing.search.queries.MOST", 0)
    text = signed_in(cast.recipient).get(reverse("search-export"), {"q": "coil"}).content.decode()
    assert alert.reference in text


def test_who_searches_for_nothing_is_not_asked_what_for(cast: Cast) -> None:
    person(cast)
    cast.recipient.language = "en"
    cast.recipient.save()
    client = signed_in(cast.recipient)
    asks = '<label for="purpose">'
    lone = client.get(reverse("search"), {"q": '"'}).content.decode()
    assert asks not in lone
    assert "has no word or number to search for" in lone
    assert asks not in client.get(reverse("search")).content.decode()
    wanted = client.get(reverse("search"), {"kind": "suspect_entity", "purpose": ""})
    assert asks in wanted.content.decode()
    assert "Choose a purpose first." in wanted.content.decode()


def test_a_draft_behind_a_search_is_called_so_in_the_reader_s_language(
    cast: Cast, draft_alert: Record
) -> None:
    cast.originator.language = "es"
    cast.originator.save()
    page = signed_in(cast.originator).get(reverse("search"), {"q": "nadie"}).content.decode()
    assert "Borrador · " in page
    assert "Draft · " not in page
