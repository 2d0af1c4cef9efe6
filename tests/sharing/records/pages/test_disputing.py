"""Disputes on the pages: the form, the mark, the decision, the correction, and who sees nothing."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cordillera.access.session import acting_as
from sharing.records import actions, codes, queries
from sharing.records.actions import repeated
from sharing.records.models import Record
from tests.conftest import Cast, alert_body, alert_handling, released
from tests.sharing.records.pages.conftest import PARTS
from tests.sharing.records.test_disputes import corrected, dispute, ruled, withdrawn

FORM = {
    "points-0-field": "goods.0.hs",
    "points-0-should": "7210.41",
    "summary": "The mill sells other coils.",
}


def page(client: Any, name: str, pk: Any) -> str:
    response = client.get(reverse(name, args=[pk]))
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_form_offers_the_record_s_own_fields(alert: Any, signed_in: Any) -> None:
    text = page(signed_in("recipient"), "dispute-new", alert.pk)
    assert '<option value="goods.0.hs">Goods 1 › HS code: 7210.49' in text
    assert '<option value="modus_operandi">How it was done: –' in text


@pytest.mark.parametrize("part", PARTS)
def test_only_a_recipient_disputes(alert: Any, signed_in: Any, part: str) -> None:
    status = signed_in(part).get(reverse("dispute-new", args=[alert.pk])).status_code
    wanted = {"recipient": 200, "originator": 403, "colleague": 403}
    assert status == wanted.get(part, status)
    assert (status == 200) == (part == "recipient")


def test_a_dispute_is_sent_and_shown_everywhere(cast: Cast, alert: Any, signed_in: Any) -> None:
    client = signed_in("recipient")
    sent = client.post(reverse("dispute-new", args=[alert.pk]), FORM)
    assert sent.status_code == 302
    for part in ("originator", "recipient"):
        for name in ("record", "record-print"):
            text = page(signed_in(part), name, alert.pk)
            assert "Disputed by" in text
            assert "Goods 1 › HS code" in text
        found = signed_in(part).get(reverse("search"), {"q": alert.reference}).content.decode()
        assert 'class="chip violet"' in found or "Disputed" in found
    assert signed_in("outsider").get(reverse("record", args=[alert.pk])).status_code == 404


def test_the_record_as_a_whole_is_disputed_and_decided(alert: Any, signed_in: Any) -> None:
    client, officer = signed_in("recipient"), signed_in("originator")
    assert '<option value="*">The record as a whole' in page(client, "dispute-new", alert.pk)
    typed = {"points-0-field": "*", "summary": "It takes two companies for one."}
    assert client.post(reverse("dispute-new", args=[alert.pk]), typed).status_code == 302
    there = page(officer, "record", alert.pk)
    assert "The record as a whole" in there
    assert "do not rely on this record." in page(client, "record", alert.pk)
    found = re.search(r'href="/records/([^"/]+)/">See the dispute', there)
    assert found
    assert "Dispute of the record as a whole" in page(officer, "record", found[1])
    decision = page(officer, "ruling-new", found[1])
    assert "See the grounds" in decision
    assert "not known" not in decision


def test_a_point_without_a_field_is_asked_for_at_the_point(alert: Any, signed_in: Any) -> None:
    typed = {"points-0-field": "", "summary": "It is wrong."}
    response = signed_in("recipient").post(reverse("dispute-new", args=[alert.pk]), typed)
    text = response.content.decode()
    assert response.status_code == 422
    assert 'id="f-points-0-field-error"' in text
    assert text.count("An answer is needed here.") == 2  # at the head, and there


def test_a_dispute_quotes_the_record_in_the_reader_s_language(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    found = dispute(cast, alert, points=[{"field": "observed", "should": "later"}])
    assert "12 Nov 2026" in found.current.body["points"][0]["says"]
    for name, pk in (("record", alert.pk), ("record", found.pk), ("ruling-new", found.pk)):
        text = page(signed_in("originator", "fr"), name, pk)
        assert "12 nov. 2026" in text
        assert "12 Nov 2026" not in text


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(
    alert: Any, signed_in: Any
) -> None:
    typed = {**FORM, "summary": "", "points-0-field": "goods.9.hs"}
    response = signed_in("recipient").post(reverse("dispute-new", args=[alert.pk]), typed)
    text = response.content.decode()
    assert response.status_code == 422
    assert 'id="f-summary-error"' in text
    assert 'value="7210.41"' in text


def test_a_choice_is_proposed_from_its_list(cast: Cast, alert: Any, signed_in: Any) -> None:
    client, address = signed_in("recipient"), reverse("dispute-new", args=[alert.pk])
    response = client.post(address, {**FORM, "points-0-should": "other coils", "summary": ""})
    text = response.content.decode()
    assert response.status_code == 422
    assert 'id="f-points-0-should-error"' in text
    assert text.count("“other coils” is not in the list “Harmonized System”.") == 2
    assert 'value="other coils"' in text
    assert 'id="f-summary-error"' in text
    shown = f"7210.41 {codes.get('hs').label('721041', 'fr')}"
    assert client.post(address, {**FORM, "points-0-should": shown}).status_code == 302
    there = html.unescape(page(signed_in("originator"), "record", alert.pk))
    assert f"<bdi>7210.41 {codes.get('hs').label('721041', 'en')}</bdi>" in there


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_a_country_or_place_stands_in_one_language_behind_its_code(
    cast: Cast, signed_in: Any, language: str
) -> None:
    me, goods = cast.identity("originator"), [{"hs": "721049", "origin_declared": "US"}]
    with acting_as(me):
        body = alert_body(goods=goods)
        record = actions.draft(
            kind="offence_alert", by=me, body=body, handling=alert_handling("MX")
        )
    released(cast, record)
    text = html.unescape(page(signed_in("recipient", language), "dispute-new", record.pk))
    assert f": US {codes.get('country').label('US', language)}</option>" in text
    assert f": USLRD {codes.get('unlocode').label('USLRD', language)}</option>" in text


def test_the_originator_decides_with_two_officers_and_corrects(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    found = dispute(cast, alert)
    officer = signed_in("originator")
    assert "The mill sells other coils." in page(officer, "ruling-new", found.pk)
    typed = {"outcome": "upheld", "summary": "They are right."}
    sent = officer.post(reverse("ruling-new", args=[found.pk]), typed)
    ruling = sent["Location"].split("/")[-2]
    assert "Decision on a dispute" in page(signed_in("colleague"), "approval", ruling)
    second = cast.identity("colleague")
    with acting_as(second):
        actions.approve(record=queries.get(second, ruling), by=second)
    assert "Begin the correction" in page(officer, "record", ruling)
    warning = "Until the correction has come, do not rely on these fields."
    assert warning in page(signed_in("recipient"), "record", alert.pk)
    there = page(officer, "record", alert.pk)
    address = reverse("dispute-correct", args=[found.pk])
    assert f'action="{address}"' in there
    assert f'action="{address}"' not in page(signed_in("recipient"), "record", alert.pk)
    begun = officer.post(address)
    assert begun["Location"] == reverse("record-edit", args=[alert.pk])
    text = page(officer, "record-edit", alert.pk)
    assert "They are right." in text
    assert found.reference in text
    assert 'id="f-goods-0-hs-remark"' in text
    assert "7210.41" in text
    assert text.count('-remark">') == 1


def test_a_renewal_corrects_nothing(cast: Cast, alert: Any, signed_in: Any) -> None:
    ruled(cast, dispute(cast, alert), "upheld")
    me, second = cast.identity("originator"), cast.identity("colleague")
    later = {"review_on": date(2030, 1, 1), "expires_on": date(2031, 1, 1)}
    with acting_as(me):
        actions.renew(record=queries.get(me, alert.pk), by=me, reason="Needed.", **later)
    with acting_as(second):
        actions.approve(record=queries.get(second, alert.pk), by=second)
    assert "not corrected yet" in page(signed_in("recipient"), "record", alert.pk)
    corrected(cast, alert, modus_operandi="By stencil.")
    assert "not corrected yet" not in page(signed_in("recipient"), "record", alert.pk)


def test_a_correction_shows_what_changed(cast: Cast, alert: Any, signed_in: Any) -> None:
    corrected(cast, alert, modus_operandi="By stencil.")
    text = page(signed_in("recipient"), "record", alert.pk)
    assert "Corrected in version 2." in text
    assert "not corrected yet" not in text
    assert "By stencil." in text


def test_who_disputed_takes_it_back(cast: Cast, alert: Any, signed_in: Any) -> None:
    found = dispute(cast, alert)
    client = signed_in("recipient")
    assert client.post(reverse("dispute-withdraw", args=[found.pk]), {}).status_code == 422
    done = client.post(reverse("dispute-withdraw", args=[found.pk]), {"summary": "Misread."})
    assert done["Location"] == reverse("record", args=[alert.pk])
    assert "Disputed by" not in page(client, "record", alert.pk)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("dispute-new", FORM),
        ("comment-new", {"nature": "comment", "summary": "Seen in Laredo too."}),
        ("acknowledge", {"result": "noted"}),
        ("sighting-new", {"result": "no_hit", "seen_at": "2026-11-20T09:40"}),
    ],
)
def test_an_answer_sent_again_leads_to_the_first_one(
    cast: Cast, alert: Any, signed_in: Any, name: str, typed: dict[str, str]
) -> None:
    client, address = signed_in("recipient"), reverse(name, args=[alert.pk])
    assert client.post(address, typed)["Location"] == reverse("record", args=[alert.pk])
    again = client.post(address, typed)
    with acting_as(cast.identity("recipient")):
        assert again["Location"] == reverse("record", args=[alert.answers.get().pk])
    assert client.post(address, {**typed, "summary": "Something else."}).status_code == 302
    with acting_as(cast.identity("recipient")):
        assert alert.answers.count() == 2


def test_what_somebody_else_says_or_to_others_or_later_is_said_anew(
    cast: Cast, alert: Any, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed, address = (
        {"summary": "Seen too.", "nature": "comment"},
        reverse("comment-new", args=[alert.pk]),
    )
    client = signed_in("originator")
    for who, more in (
        (client, {}),
        (signed_in("colleague"), {}),
        (client, {"audience-asked": "on", "audience": []}),
    ):
        assert who.post(address, {**typed, **more}).status_code == 302
    monkeypatch.setattr(repeated, "SAME_FOR", timedelta())
    client.post(address, typed)
    with acting_as(cast.identity("originator")):
        assert alert.answers.count() == 4


def test_a_dispute_that_was_withdrawn_may_be_raised_anew(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    client, address = signed_in("recipient"), reverse("dispute-new", args=[alert.pk])
    client.post(address, FORM)
    with acting_as(cast.identity("recipient")):
        found = alert.answers.get()
    withdrawn(cast, found)
    assert client.post(address, FORM)["Location"] == reverse("record", args=[alert.pk])


def test_a_decision_or_withdrawal_sent_again_leads_to_the_first_one(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    one, other = dispute(cast, alert), dispute(cast, alert, summary="The date too.")
    decides, takes_back = signed_in("originator"), signed_in("recipient")
    typed = {"outcome": "rejected", "summary": "The mill says so."}
    address = reverse("ruling-new", args=[one.pk])
    first = decides.post(address, typed)["Location"]
    assert decides.post(address, typed)["Location"] == first
    with acting_as(cast.identity("colleague")):
        ruling = queries.get(cast.identity("colleague"), first.split("/")[-2])
        actions.approve(record=ruling, by=cast.identity("colleague"))
    assert decides.post(address, typed)["Location"] == first
    assert decides.post(address, {**typed, "summary": "No."}).status_code == 409
    address = reverse("dispute-withdraw", args=[other.pk])
    takes_back.post(address, {"summary": "Misread."})
    again = takes_back.post(address, {"summary": "Misread."})["Location"]
    assert "Misread." in takes_back.get(again).content.decode()


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_a_dispute_and_its_end_have_pages_of_their_own(
    cast: Cast, alert: Any, signed_in: Any, language: str
) -> None:
    found, other = dispute(cast, alert), dispute(cast, alert)
    ruling, back = ruled(cast, found), withdrawn(cast, other)
    for part in ("originator", "recipient"):
        client = signed_in(part, language)
        for record in (found, other, ruling, back):
            assert alert.reference in page(client, "record", record.pk)
            page(client, "record-print", record.pk)
    for record in (found, ruling):
        assert signed_in("outsider").get(reverse("record", args=[record.pk])).status_code == 404
    assert Record.objects.count() == 0


def test_the_decision_s_form_is_marked_like_the_dispute(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    found = dispute(cast, alert)
    form = signed_in("originator").get(reverse("ruling-new", args=[found.pk]))
    assert " — H1 — " in str(form.context["marking"])


def test_a_recalled_record_waits_for_no_correction(cast: Cast, alert: Any, signed_in: Any) -> None:
    ruled(cast, dispute(cast, alert), "upheld")
    assert "Wrong, and not corrected yet." in page(signed_in("originator"), "record", alert.pk)
    me, second = cast.identity("originator"), cast.identity("colleague")
    with acting_as(me):
        actions.propose_recall(record=queries.get(me, alert.pk), by=me, reason="Wrong coil.")
    with acting_as(second):
        actions.approve(record=queries.get(second, alert.pk), by=second)
    text = page(signed_in("originator"), "record", alert.pk)
    assert "Wrong, and not corrected yet." not in text
    assert "disputed this" in text
