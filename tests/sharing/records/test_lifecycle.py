"""The states of a record: none that is never reached, none that is a trap."""

from __future__ import annotations

from datetime import date

from cordillera.access.session import acting_as
from sharing.records import actions
from sharing.records.lifecycle import DELETED, DRAFT, LABELS, MOVES
from sharing.records.models import Record
from tests.conftest import Cast


def test_every_state_is_reached_and_all_but_the_last_are_left() -> None:
    assert {target for _sources, target in MOVES.values() if target} | {DRAFT} == set(LABELS)
    assert {state for sources, _target in MOVES.values() for state in sources} == set(LABELS) - {
        DELETED
    }


def test_a_second_officer_lets_a_record_last_longer(cast: Cast, alert: Record) -> None:
    us, second = cast.identity("originator"), cast.identity("colleague")
    later = {"review_on": date(2027, 9, 1), "expires_on": date(2028, 9, 1)}
    with acting_as(us):
        actions.renew(record=alert, by=us, **later)
    with acting_as(second):
        renewed = actions.approve(record=alert, by=second)
    assert (renewed.state, renewed.review_on) == ("released", later["review_on"])
    assert renewed.expires_on == later["expires_on"]
