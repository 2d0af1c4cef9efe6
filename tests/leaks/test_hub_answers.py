"""On a hub a Party hears nothing of answers to a record that its own channel has not brought."""

from __future__ import annotations

import pytest

from audit.models import Entry
from cordillera.access.identity import AUDITOR, Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer
from sharing.desk import health
from sharing.desk.arrival import arrive
from sharing.oversight.models import Disclosure
from sharing.records import actions, outbox, queries
from sharing.records.api import feed
from sharing.records.models import OutboxRow, Record
from tests.leaks.hub import Hub
from tests.leaks.test_hub import (  # noqa: F401
    BOTH,
    foreign,
    hosted,
    hub,
    nothing_counted,
    officers,
    parties,
    us,
)


@pytest.fixture
def comment(hub: Hub, officers: dict[str, Officer]) -> Record:  # noqa: F811
    """MX's, to a record that waits in CA's channel."""
    while hub.queues["CA"]:
        hub.deliver("CA")
    hub.release(BOTH)
    hub.deliver("MX")
    mx = Identity.of(officers["MX"])
    with acting_as(mx):
        about = queries.get(mx, hub.records[-1].pk)
        body = {"summary": "The mill is known here.", "nature": "comment"}
        return actions.answer(kind="comment", about=about, by=mx, body=body)


def heard(comment: Record, officers: dict[str, Officer]) -> list[int]:  # noqa: F811
    """How many lines of CA's log, ledger and feed tell of it, and what its desk says is to come."""
    auditor = Identity("CA", officers["CA"].pk, "auditor", frozenset({AUDITOR}))
    with acting_as(auditor):
        found = [
            Entry.objects.filter(about=str(comment.pk)).count(),
            Disclosure.objects.filter(record_id=comment.pk).count(),
        ]
    ca = Identity.of(officers["CA"])
    with acting_as(ca):
        rows = feed.arrivals(ca, (0, 0), feed.LARGEST).filter(record_id=comment.pk)
        return [*found, rows.count(), health.feed(ca).waiting]


@pytest.mark.parametrize("refused", [False, True], ids=["on its way", "refused"])
@pytest.mark.parametrize("recalled", [False, True], ids=["answered", "recalled"])
def test_it_hears_nothing(
    hub: Hub,  # noqa: F811
    officers: dict[str, Officer],  # noqa: F811
    comment: Record,
    refused: bool,
    recalled: bool,
) -> None:
    if refused:
        hub.deliver("CA", refused=True)
    if recalled:
        with acting_as(Identity.of_node("MX")):
            outbox.post(comment, OutboxRow.RECALLED, ["CA"])
    arrive("CA")
    assert heard(comment, officers) == [0, 0, 0, 0]


def test_it_hears_of_them_with_the_record(
    hub: Hub,  # noqa: F811
    officers: dict[str, Officer],  # noqa: F811
    comment: Record,
) -> None:
    arrive("CA")
    hub.deliver("CA")
    entries, lines, rows, waiting = heard(comment, officers)
    assert entries
    assert lines
    assert (rows, waiting) == (1, 0)
