"""A recipient's word of what we sent may come before his receipt for it is written down here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from cordillera.access.session import acting_as
from cordillera.parties import agreements
from sharing.exchange import receiving, reported, sequencing, settling
from sharing.exchange.formats.statement import Report, ReportEntry
from sharing.exchange.models import Item
from sharing.exchange.sending import drain
from sharing.exchange.troubles import Trouble
from sharing.records.models import Readership, Record
from tests.conftest import Cast

from ..foreign import Foreign, Line
from .sent import US, an_alert, channel, items, recall

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
PURGED = {"versions": 1, "terms": 9, "documents": 1, "exports": 0, "attachments": 0}

Tell = Callable[..., None]


@pytest.fixture
def tell(mx: Foreign, line: Line) -> Tell:
    """MX reports this of the record as soon as it has the next envelope, and then answers that."""

    def overtake(record: Record, event: str, answer: Any = None, **more: Any) -> None:
        def take(data: bytes) -> tuple[int, bytes]:
            answered = mx.take(data)
            entry = ReportEntry(record.pk, 1, event, NOW, **more)
            came = receiving.receive(mx.envelope("US", [mx.state(Report((entry,)))]))
            assert came.status == 200
            mx.settle(came.body)
            if answer is not None:
                raise answer
            return answered

        line.faults.append(take)

    return overtake


def test_a_purge_is_known_that_is_told_before_the_receipt_is_here(
    cast: Cast, line: Line, tell: Tell
) -> None:
    alert = an_alert(cast)
    drain("US", "MX", line)
    recall(cast, alert)
    tell(alert, "purged", purged=PURGED)
    drain("US", "MX", line)
    gone = items()[-1]
    assert (gone.type, gone.outcome) == (Item.WITHDRAWAL, "applied")
    assert (gone.purged_at, gone.purged) == (NOW, PURGED)


def test_also_where_the_receipt_is_lost_and_had_later(cast: Cast, line: Line, tell: Tell) -> None:
    alert = an_alert(cast)
    drain("US", "MX", line)
    recall(cast, alert)
    tell(alert, "purged", Trouble("timeout"), purged=PURGED)
    assert drain("US", "MX", line).trouble == "timeout"
    drain("US", "MX", line, force=True)
    assert (items()[-1].outcome, items()[-1].purged_at) == ("applied", NOW)


def test_so_is_a_first_reading(cast: Cast, line: Line, tell: Tell) -> None:
    alert = an_alert(cast)
    tell(alert, "read", opened=1, officers=1)
    drain("US", "MX", line)
    assert (items()[0].outcome, items()[0].read_at) == ("applied", NOW)
    with acting_as(US):
        assert Readership.objects.get(party="MX").times == 1


def test_what_was_applied_meanwhile_does_not_wait_for_ever(
    cast: Cast, mx: Foreign, line: Line, tell: Tell
) -> None:
    alert = an_alert(cast)
    mx.judge = lambda payload: ("waiting", "unknown-about")
    tell(alert, "applied")
    drain("US", "MX", line)
    [item] = items()
    assert (item.outcome, item.reason, item.settled_at) == ("applied", "", NOW)
    assert item.receipt_id
    assert item.sent_at


def test_of_what_has_not_left_nothing_is_believed(cast: Cast, mx: Foreign, line: Line) -> None:
    later: list[Record] = []

    def release(data: bytes) -> tuple[int, bytes]:
        later.append(an_alert(cast))
        sequencing.sequence(channel())
        entry = ReportEntry(later[0].pk, 1, "read", NOW, opened=9, officers=9)
        assert receiving.receive(mx.envelope("US", [mx.state(Report((entry,)))])).status == 200
        return mx.take(data)

    an_alert(cast)
    line.faults.append(release)
    drain("US", "MX", line)
    assert [one.read_at for one in items()] == [None, None]
    with acting_as(US):
        assert not Readership.objects.exists()


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What the ledger is told that happened."""
    words: list[str] = []

    def hear(sender: Any, happened: Any, **kwargs: Any) -> None:
        words.extend(word for _, word in happened)

    settling.reached.connect(hear)
    yield words
    settling.reached.disconnect(hear)


@pytest.mark.parametrize(
    ("event", "more"), [("applied", {}), ("refused", {"reason": "unknown-key"})]
)
def test_it_is_told_once(
    event: str,
    more: dict[str, Any],
    cast: Cast,
    mx: Foreign,
    line: Line,
    tell: Tell,
    heard: list[str],
) -> None:
    alert = an_alert(cast)
    mx.judge = lambda payload: ("waiting", "unknown-about")
    tell(alert, event, **more)
    drain("US", "MX", line)
    assert [one.outcome for one in items()] == [event]
    assert heard == [event]


def test_of_what_was_held_back_nothing_is_believed(
    cast: Cast, line: Line, tell: Tell, heard: list[str]
) -> None:
    alert = an_alert(cast)
    agreements.change("US", "MX", highest_tlp="GREEN", kinds=None, personal_data=True)
    tell(alert, "applied")
    drain("US", "MX", line)
    [item] = items()
    assert (item.outcome, item.reason) == ("applied", "over-ceiling")
    assert heard == ["held-back"]


class TestAtTheSameMoment:
    @pytest.fixture
    def cast(self, transactional_db: None, cast: Any) -> Any:
        """With commits, for the thread to see."""
        return cast

    def test_what_is_being_written_down_is_not_undone_by_the_receipt(
        self, cast: Cast, mx: Foreign, line: Line
    ) -> None:
        alert = an_alert(cast)
        mx.judge = lambda payload: ("waiting", "unknown-about")
        written = threading.Event()

        def linger(*args: Any) -> None:
            written.set()
            time.sleep(1)

        def report() -> None:
            entry = ReportEntry(alert.pk, 1, "applied", NOW)
            try:
                with patch.object(reported, "_tell", linger):
                    receiving.receive(mx.envelope("US", [mx.state(Report((entry,)))]))
            finally:
                connection.close()

        reporting = threading.Thread(target=report)

        def take(data: bytes) -> tuple[int, bytes]:
            answered = mx.take(data)
            reporting.start()
            assert written.wait(30)
            return answered

        line.faults.append(take)
        drain("US", "MX", line)
        reporting.join(30)
        [item] = items()
        assert (item.outcome, item.settled_at) == ("applied", NOW)
        assert item.receipt_id
