"""The editor: who opens it, what it saves, and what it keeps when it cannot."""

from typing import Any

import pytest
from django.urls import reverse

from cordillera import clock
from cordillera.access.session import acting_as
from cordillera.parties.models import Party
from sharing.records import kinds
from sharing.records.handling import months_after
from sharing.records.models import Record
from tests.conftest import Cast, alert_body, alert_handling
from tests.sharing.records.editor.conftest import draft_form, page

EXPECTED = {
    "originator": 200,
    "colleague": 200,
    "recipient": 404,
    "outsider": 404,
    "analyst": 403,
    "auditor": 403,
    "admin": 403,
}
#: Session, officer, party, settings … plus what the page itself asks.
MOST_QUERIES = 20


@pytest.mark.parametrize("part", EXPECTED)
def test_the_own_officers_alone_open_a_draft(draft_alert: Any, signed_in: Any, part: str) -> None:
    answer = signed_in(part).get(page("record-edit", draft_alert))
    assert answer.status_code == EXPECTED[part]


@pytest.mark.parametrize("part", EXPECTED)
def test_only_officers_begin_a_record(cast: Cast, signed_in: Any, part: str) -> None:
    drafts = {"originator", "colleague", "recipient", "outsider"}
    answer = signed_in(part).get(reverse("record-new"))
    assert answer.status_code == (200 if part in drafts else 403)


def test_nobody_signed_in_is_sent_to_sign_in(draft_alert: Any, client: Any) -> None:
    answer = client.get(page("record-edit", draft_alert))
    assert answer.status_code == 302
    assert "/account/login" in answer["Location"]


def test_beginning_makes_a_draft_with_the_usual_handling(cast: Cast, signed_in: Any) -> None:
    answer = signed_in("originator").post(reverse("record-new", args=["offence_alert"]))
    with acting_as(cast.identity("originator")):
        record = Record.objects.get()
        assert record.state == "draft"
        assert record.review_on is not None
        assert record.audience == ["US"]
    assert answer["Location"] == page("record-edit", record)


def test_a_party_may_let_its_records_last_less_long(cast: Cast, signed_in: Any) -> None:
    Party.objects.filter(code="US").update(settings={"review_months": 2, "expiry_months": 120})
    signed_in("originator").post(reverse("record-new", args=["offence_alert"]))
    with acting_as(cast.identity("originator")):
        record = Record.objects.get()
        assert record.review_on == months_after(clock.today(), 2)
        usual = kinds.get("offence_alert").expiry_months
        assert record.expires_on == months_after(clock.today(), usual)


def test_looking_at_a_kind_makes_nothing(cast: Cast, signed_in: Any) -> None:
    answer = signed_in("originator").get(reverse("record-new", args=["trade_pattern"]))
    assert answer.status_code == 200
    with acting_as(cast.identity("originator")):
        assert not Record.objects.exists()


@pytest.mark.parametrize("kind", ["sighting", "nonsense"])
def test_answers_and_unknown_kinds_cannot_be_begun(signed_in: Any, kind: str) -> None:
    assert signed_in("originator").post(reverse("record-new", args=[kind])).status_code == 404


def test_saving_without_scripts(cast: Cast, draft_alert: Any, signed_in: Any) -> None:
    form = draft_form('"1.1"', summary="Seen again at the bridge.")
    answer = signed_in("originator").post(page("record-edit", draft_alert), form)
    assert answer.status_code == 302
    with acting_as(cast.identity("originator")):
        draft_alert.refresh_from_db()
        assert draft_alert.summary == "Seen again at the bridge."


def test_a_wrong_value_comes_back_as_it_was_typed(draft_alert: Any, signed_in: Any) -> None:
    form = draft_form('"1.1"', **{"conveyances-0-number": "ZXQU1004827", "summary": "New words"})
    answer = signed_in("originator").post(page("record-edit", draft_alert), form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="ZXQU1004827"' in text
    assert "New words" in text
    assert "should be 8" in text


def test_a_wrong_check_digit_can_be_kept_as_found(
    cast: Cast, draft_alert: Any, signed_in: Any
) -> None:
    number = {"conveyances-0-number": "ZXQU1004827", "conveyances-0-as_found": "true"}
    signed_in("originator").post(page("record-edit", draft_alert), draft_form('"1.1"', **number))
    with acting_as(cast.identity("originator")):
        draft_alert.refresh_from_db()
        assert draft_alert.pending.body["conveyances"][0]["number"] == "ZXQU1004827"


def test_a_place_and_goods_show_their_names(draft_alert: Any, signed_in: Any) -> None:
    text = signed_in("originator").get(page("record-edit", draft_alert)).content.decode()
    assert "Laredo" in text
    assert "galvanised" in text or "zinc" in text


def test_the_page_asks_few_questions(
    draft_alert: Any, signed_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = signed_in("originator")
    client.get(page("record-edit", draft_alert))
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(page("record-edit", draft_alert))


@pytest.mark.parametrize("part", ["originator", "recipient", "outsider", "auditor", "admin"])
def test_everybody_signed_in_finds_codes(signed_in: Any, part: str) -> None:
    answer = signed_in(part).get(reverse("codes", args=["unlocode"]), {"q": "laredo"})
    assert 'data-value="USLRD"' in answer.content.decode()


def test_codes_are_found_in_the_reader_s_language(signed_in: Any) -> None:
    hs = reverse("codes", args=["hs"])
    assert 'data-value="72"' in signed_in("recipient").get(hs, {"q": "acero"}).content.decode()
    nothing = signed_in("originator").get(hs, {"q": "qqqq"}).content.decode()
    assert 'class="none"' in nothing


def test_codes_need_a_sign_in(client: Any, db: None) -> None:
    assert client.get(reverse("codes", args=["hs"]), {"q": "72"}).status_code == 302


@pytest.mark.parametrize("part", EXPECTED)
def test_the_preview_is_for_the_own_officers(draft_alert: Any, signed_in: Any, part: str) -> None:
    answer = signed_in(part).post(page("record-preview", draft_alert), draft_form('"1.1"'))
    assert answer.status_code == EXPECTED[part]


def test_the_preview_stores_nothing(cast: Cast, draft_alert: Any, signed_in: Any) -> None:
    form = draft_form('"1.1"', "MX", "CA", summary="")
    text = signed_in("originator").post(page("record-preview", draft_alert), form).content.decode()
    assert "Canada" in text
    assert "Summary” is needed" in text
    with acting_as(cast.identity("originator")):
        draft_alert.refresh_from_db()
        assert draft_alert.pending.revision == 1


def test_possible_duplicates_are_only_those_one_sees(
    cast: Cast, alert: Any, signed_in: Any
) -> None:
    from sharing.records import actions

    drafts = {}
    for part in ("recipient", "outsider"):
        who = cast.identity(part)
        with acting_as(who):
            body = {"conveyances": [{"type": "container", "number": "ZXQU1004828"}]}
            drafts[part] = actions.draft(kind="offence_alert", by=who, body=body)
    seen = signed_in("recipient").get(page("record-edit", drafts["recipient"]))
    assert alert.reference in seen.content.decode()
    unseen = signed_in("outsider").get(page("record-edit", drafts["outsider"]))
    assert alert.reference not in unseen.content.decode()


def test_a_reference_that_the_audience_cannot_see_is_named(
    cast: Cast, alert: Any, draft_alert: Any, signed_in: Any
) -> None:
    from sharing.records import actions

    me = cast.identity("originator")
    with acting_as(me):
        record = actions.draft(
            kind="offence_alert",
            by=me,
            body=alert_body(links=[alert.reference, "MX-SE-2026-99999"]),
            handling=alert_handling("MX", "CA"),
        )
    text = signed_in("originator").get(page("record-edit", record)).content.decode()
    listed = text[text.index('id="unseen"') :]
    assert alert.reference in listed
    assert "Canada" in listed[: listed.index("</section>")]
    assert "You do not see a record with this reference" in listed


@pytest.mark.parametrize("part", ["originator", "colleague", "recipient"])
def test_one_goes_on_with_the_drafts_one_wrote(draft_alert: Any, signed_in: Any, part: str) -> None:
    text = signed_in(part).get(reverse("record-new")).content.decode()
    assert (page("record-edit", draft_alert) in text) == (part == "originator")


def test_what_is_wrong_names_its_field(draft_alert: Any, signed_in: Any) -> None:
    form = draft_form('"1.1"', **{"goods-0-value-amount": "much", "summary": ""})
    answer = signed_in("originator").post(page("record-edit", draft_alert), form)
    found = {str(need.where): str(need.message) for need in answer.context["panel"].needs}
    assert "much" in found["Goods 1 › Value › Amount"]
    assert "Summary" in found[""]


def test_a_draft_is_marked_with_its_handling_codes(draft_alert: Any, signed_in: Any) -> None:
    answer = signed_in("originator").get(page("record-edit", draft_alert))
    assert " — H1 — " in str(answer.context["marking"])
