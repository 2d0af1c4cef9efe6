"""Rows of repeating blocks, added, removed and moved by a whole POST."""

from typing import Any

import pytest
from django.http import QueryDict

from sharing.records import kinds
from sharing.records.writing import rows
from sharing.records.writing.form import Typed

ALERT = kinds.get("offence_alert")
TWO = {"goods-0-hs": "72", "goods-2-hs": "73", "goods-2-brand": "X", "title-en": "T"}


def after(button: str, posted: dict[str, str] | None = None) -> dict[str, Any]:
    form = QueryDict(mutable=True)
    form.update(posted or TWO)
    form[button] = "1"
    step = rows.step_of(form)
    assert step is not None
    return Typed.of(ALERT, rows.take(form, *step, ALERT.schema)).body


def test_a_row_is_added_at_the_end() -> None:
    assert after("add:goods")["goods"] == [{"hs": "72"}, {"hs": "73", "brand": "X"}, {}]


def test_the_first_row_of_a_list_is_added() -> None:
    assert after("add:route")["route"] == [{}]
    assert after("add:risk_indicators")["risk_indicators"] == [""]


def test_a_row_within_a_row_is_added_to_the_right_one() -> None:
    goods = after("add:goods-2-identifiers")["goods"]
    assert goods[1]["identifiers"] == [{}]
    assert "identifiers" not in goods[0]


def test_a_row_is_removed_and_the_gap_closed() -> None:
    assert after("remove:goods:0")["goods"] == [{"hs": "73", "brand": "X"}]


@pytest.mark.parametrize("button", ["up:goods:2", "down:goods:0"])
def test_rows_change_places(button: str) -> None:
    assert after(button)["goods"] == [{"hs": "73", "brand": "X"}, {"hs": "72"}]


@pytest.mark.parametrize("button", ["up:goods:0", "down:goods:2", "remove:goods:9", "add:title-en"])
def test_a_step_that_leads_nowhere_changes_nothing(button: str) -> None:
    assert after(button)["goods"] == [{"hs": "72"}, {"hs": "73", "brand": "X"}]


def test_other_buttons_are_no_steps() -> None:
    form = QueryDict("add=1&move:goods:1=1&remove:=1&title-en=x")
    assert rows.step_of(form) is None


def test_a_problem_finds_the_row_it_was_typed_in() -> None:
    form = QueryDict("goods-0-hs=&goods-2-hs=72&goods-5-hs=&goods-5-identifiers-3-value=x")
    assert rows.place(form, "goods.0.hs") == "goods-2-hs"
    assert rows.place(form, "goods.1.identifiers.0.value") == "goods-5-identifiers-3-value"
    assert rows.place(form, "goods.9.hs") == "goods-9-hs"
    assert rows.place(form, "handling.tlp") == "handling-tlp"
