"""Hostile and broken input to the editor: a clear answer, and nothing lost or stored."""

import re
from typing import Any

import pytest

from cordillera.access.session import acting_as
from sharing.records.models import Record
from tests.conftest import Cast
from tests.sharing.records.editor.conftest import draft_form, page

BIDI = "Acme\u202egnitropmI"
WRONG = {
    "control character": ({"modus_operandi": "a\x07b"}, "U+0007"),
    "reading order reversed in a name": (
        {"parties-0-role": "importer", "parties-0-name": BIDI},
        "U+202E",
    ),
    "unknown code": ({"goods-0-hs": "001122"}, "is not in the list"),
    "unknown place": ({"location-place": "XXXXX"}, "is not in the list"),
    "route out of order": (
        {
            "route-0-place": "MXLZC",
            "route-0-role": "loaded",
            "route-0-date": "2026-10-20",
            "route-1-place": "USLRD",
            "route-1-role": "entered",
            "route-1-date": "2026-10-01",
        },
        "is before",
    ),
    "expiry before review": (
        {"handling-review_on": "2027-05-01", "handling-expires_on": "2027-01-01"},
        "Out of order",
    ),
    "not a date": ({"observed": "yesterday"}, "was expected"),
    "not a number": (
        {"goods-0-quantity-value": "many", "goods-0-quantity-unit": "KGM"},
        "A number was expected",
    ),
    "too long": ({"title-en": "x" * 5000}, "at most"),
    "unknown Party": ({"handling-audience": ["MX", "ZZ"]}, "ZZ"),
    "unknown label": ({"handling-tlp": "PURPLE"}, "is not in the list"),
    "no officer": ({"handling-tlp": "RED", "handling-named-0": "nobody"}, "officer"),
}


def unchanged(cast: Cast, draft: Any) -> bool:
    with acting_as(cast.identity("originator")):
        return bool(Record.objects.get(pk=draft.pk).pending.revision == 1)


@pytest.mark.parametrize("what", WRONG)
def test_wrong_input_is_explained_and_stores_nothing(
    cast: Cast, draft_alert: Any, signed_in: Any, what: str
) -> None:
    changes, words = WRONG[what]
    form = draft_form('"1.1"', **changes)
    answer = signed_in("originator").post(page("record-edit", draft_alert), form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert "Stencils on the coils" in text
    assert unchanged(cast, draft_alert)


@pytest.mark.parametrize("what", WRONG)
def test_autosave_refuses_the_same(cast: Cast, draft_alert: Any, signed_in: Any, what: str) -> None:
    changes, words = WRONG[what]
    form = draft_form('"1.1"', **changes)
    answer = signed_in("originator").post(
        page("record-save", draft_alert), form, headers={"If-Match": '"1.1"'}
    )
    assert answer.status_code == 422
    assert words in " ".join(problem["message"] for problem in answer.json()["problems"])


def test_ten_thousand_goods_lines_are_refused_at_once(
    cast: Cast, draft_alert: Any, signed_in: Any
) -> None:
    lines = {f"goods-{n}-hs": "721049" for n in range(10_000)}
    client, form = signed_in("originator"), draft_form('"1.1"', **lines)
    answer = client.post(page("record-save", draft_alert), form, headers={"If-Match": '"1.1"'})
    assert answer.status_code == 422
    # None of them is looked at: the number alone is told.
    (problem,) = answer.json()["problems"]
    assert "10000 entries; at most 500" in problem["message"]
    assert unchanged(cast, draft_alert)


def test_ten_thousand_goods_lines_without_scripts(
    cast: Cast, draft_alert: Any, signed_in: Any
) -> None:
    lines = {f"goods-{n}-hs": "721049" for n in range(10_000)}
    client, form = signed_in("originator"), draft_form('"1.1"', **lines)
    answer = client.post(page("record-edit", draft_alert), form)
    assert answer.status_code == 422
    assert "10000 entries; at most 500" in answer.content.decode()
    assert unchanged(cast, draft_alert)


def test_rows_that_are_too_many_stay_with_the_form(
    cast: Cast, draft_alert: Any, signed_in: Any
) -> None:
    lines = {f"goods-{n}-description_declared": f"Line {n}" for n in range(503)}
    lines |= {"goods-502-hs": "721049", "goods-502-quantity-value": "7"}
    client, form = signed_in("originator"), draft_form('"1.1"', **lines)
    answer = client.post(page("record-edit", draft_alert), form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "503 entries; at most 500" in text
    assert "3 more rows are kept" in text
    sent = inputs(text)
    assert [sent[f"goods-{n}-description_declared"] for n in (0, 499, 500, 502)] == [
        "Line 0",
        "Line 499",
        "Line 500",
        "Line 502",
    ]
    assert (sent["goods-502-hs"], sent["goods-502-quantity-value"]) == ("721049", "7")
    # A row less, without scripts: the next one moves up and is shown.
    again = client.post(page("record-edit", draft_alert), {**form, "remove:goods:0": "1"})
    assert "2 more rows are kept" in again.content.decode()
    assert unchanged(cast, draft_alert)


def inputs(text: str) -> dict[str, str]:
    """The values of the page's inputs by name, wherever they stand in their tags."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", text):
        given = dict(re.findall(r'(name|value)="([^"]*)"', tag))
        found.setdefault(given.get("name", ""), given.get("value", ""))
    return found


def test_more_fields_than_any_form_has_are_refused(
    cast: Cast, draft_alert: Any, signed_in: Any
) -> None:
    form = {f"x-{n}": "1" for n in range(20_001)}
    answer = signed_in("originator").post(page("record-edit", draft_alert), form)
    assert answer.status_code == 413
    assert unchanged(cast, draft_alert)


@pytest.mark.parametrize("view", ["record-edit", "record-save"])
def test_an_oversized_body_is_refused_with_words(
    cast: Cast, draft_alert: Any, signed_in: Any, view: str
) -> None:
    form = draft_form('"1.1"', notes="x" * 6_000_000)
    answer = signed_in("originator").post(
        page(view, draft_alert), form, headers={"If-Match": '"1.1"'}
    )
    assert answer.status_code == 413
    assert unchanged(cast, draft_alert)


@pytest.mark.parametrize(
    "button",
    ["add:nowhere", "add:title-en", "remove:goods:7", "up:goods:0", "add:goods-9-identifiers",
     "down:x-y-z:3", "add:" + "-".join(["goods"] * 30)],
)  # fmt: skip
def test_a_made_up_row_button_harms_nothing(
    cast: Cast, draft_alert: Any, signed_in: Any, button: str
) -> None:
    form = draft_form('"1.1"', **{button: "1"})
    answer = signed_in("originator").post(page("record-edit", draft_alert), form)
    assert answer.status_code == 200
    assert "Stencils on the coils" in answer.content.decode()
    assert unchanged(cast, draft_alert)


@pytest.mark.parametrize("q", ["", "laredo", "%00", "x" * 5000, "\u202e", "721 0"])
def test_code_search_bears_anything(signed_in: Any, q: str) -> None:
    for name in ("unlocode", "hs", "country"):
        assert signed_in("originator").get(f"/codes/{name}/", {"q": q}).status_code == 200


def test_an_unknown_code_list_is_not_found(signed_in: Any) -> None:
    assert signed_in("originator").get("/codes/nonsense/").status_code == 404


def test_markup_that_is_typed_stays_text(draft_alert: Any, signed_in: Any) -> None:
    form = draft_form('"1.1"', summary="<script>alert(1)</script>", **{"goods-0-hs": '"><b>'})
    text = signed_in("originator").post(page("record-edit", draft_alert), form).content.decode()
    assert "<script>alert" not in text
    assert '"><b>' not in text
