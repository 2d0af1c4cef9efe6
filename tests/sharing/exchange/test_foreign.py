"""The peer that the exchange's tests talk to behaves like one."""

from __future__ import annotations

import pytest

from cordillera.crypto.errors import Hostile
from sharing.exchange.formats.receipt import Receipt
from tests.conftest import alert_body, alert_handling

from .foreign import Foreign


@pytest.fixture
def pair() -> tuple[Foreign, Foreign]:
    mx, ca = Foreign("MX", second=True), Foreign("CA")
    mx.learn(ca.key_set)
    ca.learn(mx.key_set)
    return mx, ca


def an_alert(mx: Foreign) -> str:
    return mx.version(body=alert_body(), handling=alert_handling("MX", "CA"))


def test_two_of_them_exchange(pair: tuple[Foreign, Foreign]) -> None:
    mx, ca = pair
    for _ in range(3):
        status, text = ca.take(mx.envelope("CA", [an_alert(mx), an_alert(mx)]))
        assert status == 200
        assert [one.outcome for one in mx.settle(text).results] == ["applied", "applied"]
    assert ca.came["MX"].last == 6
    assert len(ca.items) == 6


def test_a_duplicate_gets_the_same_receipt_and_a_gap_the_number(
    pair: tuple[Foreign, Foreign],
) -> None:
    mx, ca = pair
    data = mx.envelope("CA", [an_alert(mx)])
    assert ca.take(data) == ca.take(data)
    ahead = mx.envelope("CA", [an_alert(mx)], manifest={"first": 9, "last": 9})
    status, text = ca.take(ahead)
    assert status == 409
    assert Receipt.peek(text.decode()).expected == 2


def test_a_change_of_any_sort_does_not_open(pair: tuple[Foreign, Foreign]) -> None:
    mx, ca = pair
    for wrong in (
        mx.envelope("CA", [an_alert(mx)], header={"epoch": 2}),
        mx.envelope("CA", [an_alert(mx)], second=""),
    ):
        with pytest.raises(Hostile):
            ca.take(wrong)
    other_items = mx.envelope("CA", [an_alert(mx)], inside=[an_alert(mx)])
    assert ca.take(other_items)[0] == 400
    assert ca.items == []
