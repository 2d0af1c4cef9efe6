"""On a hub, one record that comes to two of its Parties at the same moment, by two channels."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connections

from sharing.exchange import receiving
from sharing.exchange.answers import Answer
from sharing.records import receiving as taking
from sharing.records.models import Version

from ..foreign import Foreign
from .conftest import alert, as_node, outcomes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hosted() -> list[str]:
    return ["MX", "CA"]


@pytest.fixture(params=[1, 3], ids=["one record", "several"])
def answers(request: Any, us: Foreign, monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    """Both have read that nothing is here when the first of them writes."""
    texts = [alert(us, "MX", "CA") for _ in range(request.param)]
    met, write = Barrier(2), taking._write

    def wait_and_write(*args: Any) -> None:
        with suppress(BrokenBarrierError):  # The second try of the one that lost is alone.
            met.wait(5)
        write(*args)

    def one(data: bytes) -> Answer:
        try:
            return receiving.receive(data)
        finally:
            connections.close_all()

    monkeypatch.setattr(taking, "_write", wait_and_write)
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, [us.envelope(party, texts) for party in ("MX", "CA")]))


def test_both_are_brought_it(us: Foreign, answers: list[Answer]) -> None:
    came = [outcomes(answer) for answer in answers]
    assert came[0] == came[1] == ["applied"] * len(came[0])
    with as_node("MX", sender="US"):
        assert list(Version.objects.values_list("brought_to", flat=True)) == [
            ["CA", "MX"] for _ in came[0]
        ]
