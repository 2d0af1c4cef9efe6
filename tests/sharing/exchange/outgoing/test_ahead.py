"""Of a backlog the next batch is made while the one before it travels; it goes only if it still may."""

from __future__ import annotations

from typing import Any

import pytest

from cordillera.parties import agreements
from sharing.exchange import ahead
from sharing.exchange.ahead import Ahead
from sharing.exchange.models import Item
from sharing.exchange.sending import drain
from tests.conftest import Cast

from ..foreign import Foreign, Line
from .sent import an_alert, channel, items, recall
from .test_withholding import causes


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[bool]:
    """Batches of one item; whether each that was made ahead went."""
    settings.EXCHANGE_BATCH_ITEMS = 1
    found: list[bool] = []
    fits = Ahead.fits

    def noted(self: Ahead, held: Any) -> bool:
        found.append(fits(self, held))
        return found[-1]

    monkeypatch.setattr(Ahead, "fits", noted)
    return found


def meanwhile(monkeypatch: pytest.MonkeyPatch, happen: Any) -> None:
    """Let it happen once, after the second batch was made and before the first one's receipt."""
    make, left = ahead.make, [happen]

    def late(under_way: Any) -> Ahead | None:
        made = make(under_way)
        if left:
            left.pop()()
        return made

    monkeypatch.setattr(ahead, "make", late)


def test_a_backlog_goes_in_order_batch_behind_batch(
    cast: Cast, mx: Foreign, line: Line, fitted: list[bool]
) -> None:
    wanted = [str(an_alert(cast).pk) for _ in range(4)]
    assert drain("US", "MX", line).envelopes == 4
    assert [item["record"] for item in mx.items] == wanted
    assert fitted == [True, True, True]
    assert channel().manifest == ""


def test_what_is_recalled_meanwhile_does_not_leave(
    cast: Cast,
    mx: Foreign,
    line: Line,
    fitted: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, second = an_alert(cast), an_alert(cast)
    meanwhile(monkeypatch, lambda: recall(cast, second))
    drain("US", "MX", line)
    assert fitted[0] is False
    assert causes(mx) == [1, "recalled", "recalled"]


def test_nor_does_what_a_ceiling_caps_meanwhile(
    cast: Cast,
    mx: Foreign,
    line: Line,
    fitted: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    an_alert(cast), an_alert(cast)
    lower = {"highest_tlp": "GREEN", "kinds": None, "personal_data": True}
    meanwhile(monkeypatch, lambda: agreements.change("US", "MX", **lower))
    drain("US", "MX", line)
    assert fitted == [False]
    assert causes(mx) == [1, "report"]


def test_nothing_goes_once_sharing_is_suspended_meanwhile(
    cast: Cast,
    mx: Foreign,
    line: Line,
    fitted: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    an_alert(cast), an_alert(cast)
    meanwhile(monkeypatch, lambda: agreements.suspend("US", "MX", reason="a dispute"))
    drain("US", "MX", line)
    assert (causes(mx), channel().manifest) == ([1], "")


def test_after_another_answer_it_is_thrown_away(
    cast: Cast, mx: Foreign, line: Line, fitted: list[bool]
) -> None:
    for _ in range(3):
        an_alert(cast)
    line.faults.append((500, b""))
    assert drain("US", "MX", line).trouble == "http-500"
    assert (mx.items, channel().settled) == ([], 0)
    drain("US", "MX", line, force=True)
    assert causes(mx) == [1, 1, 1]
    assert [one.outcome for one in items()] == [Item.APPLIED] * 3
