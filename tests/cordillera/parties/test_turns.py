"""What is done for each Party in turn: one Party's trouble is no other's, and is told at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cordillera.parties.turns import in_turn
from sharing.desk import arrival, mail, reminders, retention
from sharing.desk import deadlines as times
from sharing.desk import tasks as desk
from sharing.search import saved
from sharing.search import tasks as search
from sharing.search.models import Unmatched
from tests.conftest import Cast, acting_as

PARTIES = ["US", "MX", "CA"]


def failing_for_us(seen: list[str]) -> Callable[..., int]:
    def step(party: Any, *rest: Any, **named: Any) -> int:
        seen.append(str(party))
        if str(party) == "US":
            raise RuntimeError("the disk of US is full")
        return 0

    return step


def test_the_others_get_their_turn_and_the_failure_is_told() -> None:
    seen: list[str] = []
    with pytest.raises(ExceptionGroup) as told:
        in_turn([failing_for_us(seen), seen.append], PARTIES)
    assert seen == [*PARTIES, *PARTIES]
    assert [str(error) for error in told.value.exceptions] == ["the disk of US is full"]


@pytest.mark.parametrize(
    ("place", "name", "task"),
    [
        (arrival, "arrive", desk.sweep),
        (mail, "is_due", desk.sweep),
        (times, "run", desk.deadlines),
        (reminders, "run", desk.deadlines),
        (mail, "send", desk.deadlines),
        (retention, "run", desk.deadlines),
        (search.preferences, "of", search.digests),
    ],
)
def test_no_task_of_the_clock_ends_with_the_first_party_that_fails(
    parties: Any, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, task: Any
) -> None:
    seen: list[str] = []
    real = getattr(place, name)

    def step(party: Any, *rest: Any, **named: Any) -> Any:
        code = getattr(party, "code", party)
        seen.append(code)
        if code == "US":
            raise RuntimeError("the disk of US is full")
        return real(party, *rest, **named)

    monkeypatch.setattr(place, name, step)
    with pytest.raises(ExceptionGroup):
        task()
    assert sorted(seen) == sorted(PARTIES)


def test_a_record_that_cannot_be_matched_holds_up_no_other(
    cast: Cast, alert: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def match(party: str, record: Any) -> int:
        tried.append(party)
        if party == "MX":
            raise RuntimeError("a broken search")
        return 0

    for part in ("recipient", "outsider", "originator"):
        me = search.Identity.of_node(cast.identity(part).party)
        with acting_as(me):
            Unmatched.objects.get_or_create(party_id=me.party, record_id=alert.pk)
    monkeypatch.setattr(saved, "match", match)
    with pytest.raises(ExceptionGroup):
        search.sweep()
    assert {"MX", "US"} <= set(tried)
    with acting_as(search.Identity.of_node("MX")):
        assert Unmatched.objects.filter(party="MX").exists()
