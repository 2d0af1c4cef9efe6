"""The same envelope, or two that follow each other, at the same moment in several threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from sharing.exchange import receiving, replaying
from sharing.exchange.answers import Answer
from sharing.exchange.models import Channel, Item
from sharing.records.models import OutboxRow, Version

from ..foreign import Foreign
from .conftest import alert, as_node, record_of, send
from .test_applying import comment

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*envelopes: bytes) -> list[Answer]:
    barrier = Barrier(len(envelopes))

    def one(data: bytes) -> Answer:
        try:
            barrier.wait(60)
            return receiving.receive(data)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(envelopes)) as pool:
        return list(pool.map(one, envelopes))


def test_copies_of_one_envelope_are_applied_once(us: Foreign) -> None:
    data = us.envelope("MX", [alert(us, "MX"), alert(us, "MX")])
    answers = at_once(data, data, data, data)
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    with as_node():
        assert Channel.objects.count() == 1
        assert Item.objects.count() == Version.objects.count() == OutboxRow.objects.count() == 2


def test_an_old_copy_beside_the_next_one_changes_nothing(us: Foreign) -> None:
    first = us.envelope("MX", [alert(us, "MX")])
    us.settle(receiving.receive(first).body)
    second = us.envelope("MX", [alert(us, "MX")])
    answers = at_once(second, first, second)
    assert [answer.status for answer in answers] == [200, 200, 200]
    with as_node():
        assert list(Item.objects.values_list("seq", flat=True)) == [1, 2]


def test_two_senders_do_not_wait_for_each_other(us: Foreign, ca: Foreign) -> None:
    answers = at_once(us.envelope("MX", [alert(us, "MX")]), ca.envelope("MX", [alert(ca, "MX")]))
    assert {answer.status for answer in answers} == {200}


def test_what_waits_is_tried_once_by_several_workers(us: Foreign, ca: Foreign) -> None:
    parent = alert(us, "MX", "CA")
    send(ca, [comment(ca, record_of(parent), "MX", "US") for _ in range(5)])
    send(us, [parent])

    def one(_: int) -> int:
        try:
            return replaying.replay_waiting("MX")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(one, range(3))) == 5
    with as_node():
        assert Version.objects.count() == 6
