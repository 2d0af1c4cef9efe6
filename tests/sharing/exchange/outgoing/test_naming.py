"""Names of readers that have their number do not leave once the Party chooses to name nobody."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cordillera import clock
from cordillera.access.session import acting_as
from cordillera.crypto import ids, jws, strict
from cordillera.parties import agreements
from sharing.exchange import contents, sequencing
from sharing.exchange.models import Item, Report
from sharing.exchange.sending import drain
from sharing.exchange.troubles import Trouble
from tests.conftest import Cast

from ..foreign import Foreign, Line
from .sent import US, channel, items
from .test_lying_recipient import lost_all

WHO = {"name": "Ann Example", "unit": "Laredo", "at": "2026-11-20T12:00:00Z"}


@pytest.fixture(autouse=True)
def waiting(cast: Cast, mx: Foreign) -> None:
    """US names two readers of a record of MX's."""
    agreements.name_readers("US", "MX", wanted=True)
    record = ids.new("MX")
    told: list[tuple[str, dict[str, Any]]] = [
        (Report.READ, {"opened": 1, "officers": 1}),
        (Report.NAMED, {"readers": [WHO]}),
    ]
    with acting_as(US):
        for event, detail in told:
            Report.objects.create(
                party="US",
                originator="MX",
                record_id=record,
                number=1,
                event=event,
                detail=detail,
                at=clock.now(),
            )


def end() -> None:
    agreements.name_readers("US", "MX", wanted=False)


def types(mx: Foreign) -> list[str]:
    return [item["type"] for item in mx.items]


def test_counts_and_names_go_in_statements_of_their_own(mx: Foreign, line: Line) -> None:
    assert drain("US", "MX", line).trouble == ""
    assert types(mx) == ["report", "readers"]
    assert mx.items[1]["entries"][0]["readers"] == [WHO]


def test_a_node_that_knows_no_names_has_the_counts(mx: Foreign, line: Line) -> None:
    mx.judge = lambda item: (
        ("refused", "unknown-kind") if item["type"] == "readers" else ("applied", None)
    )
    assert drain("US", "MX", line).trouble == ""
    assert [one.outcome for one in items()] == ["applied", "refused"]


def test_what_waits_for_its_number_does_not_leave(mx: Foreign, line: Line) -> None:
    end()
    assert drain("US", "MX", line).trouble == ""
    assert types(mx) == ["report"]
    with acting_as(US):
        assert not Report.objects.filter(event=Report.NAMED).exists()


def test_names_that_wait_alone_take_no_number(mx: Foreign) -> None:
    with acting_as(US):
        Report.objects.filter(event=Report.READ).delete()
    end()
    assert sequencing.sequence(channel()) == 0


def test_the_choice_is_asked_for_only_where_names_wait(mx: Foreign) -> None:
    with acting_as(US):
        Report.objects.filter(event=Report.NAMED).delete()
    ours = channel()
    with CaptureQueriesContext(connection) as asked:
        assert sequencing.sequence(ours) == 1
    said = [query["sql"] for query in asked]
    assert not any("parties_agreement" in sql or sql.startswith("DELETE") for sql in said)


def test_what_is_numbered_does_not_leave(mx: Foreign, line: Line) -> None:
    sequencing.sequence(channel())
    end()
    assert drain("US", "MX", line).trouble == ""
    assert types(mx) == ["report", "report"]
    assert mx.items[1]["entries"] == []
    assert [one.type for one in items()] == [Item.REPORT, Item.REPORT]


def test_what_may_have_arrived_is_not_shown_again(mx: Foreign, line: Line) -> None:
    line.faults.append(Trouble("timeout"))
    drain("US", "MX", line)
    end()
    assert drain("US", "MX", line, force=True).trouble == ""
    assert types(mx) == ["report", "report"]


def test_what_was_made_ahead_is_seen_to_be_another(mx: Foreign, line: Line) -> None:
    sequencing.sequence(channel())
    with acting_as(US):
        before = contents.marks(channel(), 1, 2)
        end()
        assert contents.marks(channel(), 1, 2) != before


def names() -> list[str]:
    """Statements and waiting reports that name a reader."""
    with acting_as(US):
        texts = Item.objects.exclude(text="").values_list("text", flat=True)
        found = [strict.decode(jws.payload_part(text)).decode() for text in texts]
        found += [str(one.detail) for one in Report.objects.all()]
    return [text for text in found if WHO["name"] in text]


def test_who_was_told_is_kept_no_longer(mx: Foreign, line: Line) -> None:
    assert names()
    drain("US", "MX", line)
    assert names() == []


def test_what_names_nobody_any_more_is_sent_again_as_an_empty_report(
    mx: Foreign, line: Line
) -> None:
    """The recipient says that he lost what he receipted."""
    drain("US", "MX", line)
    before = channel().settled
    with acting_as(US):
        Report.objects.create(
            party="US",
            originator="MX",
            record_id=ids.new("MX"),
            number=1,
            event=Report.READ,
            detail={"opened": 1, "officers": 1},
            at=clock.now(),
        )
    line.faults.append(lost_all(mx))
    assert drain("US", "MX", line).trouble == ""
    assert types(mx)[before:] == ["report", "report", "report"]
    assert mx.items[before + 1]["entries"] == []
