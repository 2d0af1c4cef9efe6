"""Repeating blocks without scripts: the buttons as submits."""

from __future__ import annotations

from django.http import QueryDict

from cordillera.web import repeat
from cordillera.web.repeat import Pressed

POSTED = "title=x&goods-0-hs=72&goods-1-hs=&goods-1-seals-0-no=A&goods-2-hs=73"


def rows(posted: QueryDict) -> dict[str, str]:
    return {name: str(posted[name]) for name in posted if name.startswith("goods")}


def test_the_pressed_button_is_read_from_its_name() -> None:
    assert repeat.pressed(QueryDict("a=1&add:goods=1")) == Pressed("add", "goods")
    assert repeat.pressed(QueryDict("down:legs-0-seals:12=1")) == Pressed(
        "down", "legs-0-seals", 12
    )


def test_other_buttons_are_left_alone() -> None:
    assert repeat.pressed(QueryDict("remove:goods=1&add:=1&drop:goods:1=1")) is None


def test_a_removed_row_takes_all_its_fields() -> None:
    left = repeat.rearranged(QueryDict(POSTED), Pressed("remove", "goods", 1))
    assert rows(left) == {"goods-0-hs": "72", "goods-2-hs": "73"}


def test_a_row_moves_with_what_is_in_it() -> None:
    moved = repeat.rearranged(QueryDict(POSTED), Pressed("up", "goods", 1))
    assert moved["goods-0-seals-0-no"] == "A"
    assert moved["goods-1-hs"] == "72"
    assert moved["title"] == "x"


def test_the_first_row_cannot_move_up() -> None:
    assert repeat.rearranged(QueryDict(POSTED), Pressed("up", "goods", 0)) == QueryDict(POSTED)


def test_a_blank_row_is_added_where_the_list_is_or_will_be() -> None:
    assert repeat.with_blank({}, "goods") == {"goods": [{}]}
    data = {"legs": [{"seals": [{"no": "A"}]}]}
    assert repeat.with_blank(data, "legs-0-seals")["legs"][0]["seals"] == [{"no": "A"}, {}]


def test_a_forged_list_adds_nothing() -> None:
    assert repeat.with_blank({"legs": []}, "legs-7-seals") == {"legs": []}
    assert repeat.with_blank({"title": "x"}, "title-a") == {"title": "x"}
