"""Originator and recipients on one node: how far it came is the originator's alone to see."""

from __future__ import annotations

from cordillera.access.session import acting_as
from sharing.desk.arrival import arrive
from sharing.records import queries
from sharing.records.models import OutboxRow, Record
from sharing.records.reading import deliveries
from sharing.records.reading.noted import note_reading
from tests.conftest import Cast


def test_the_originator_alone_sees_how_far_it_came(cast: Cast, alert: Record) -> None:
    us, mx = cast.identity("originator"), cast.identity("recipient")
    with acting_as(us):
        (waiting,) = deliveries.deliveries(us, queries.get(us, alert.pk))
        assert (waiting.recipient, waiting.state) == ("MX", deliveries.QUEUED)
    arrive("MX")
    with acting_as(us):
        (came,) = deliveries.deliveries(us, queries.get(us, alert.pk))
        assert (came.state, came.read_at) == (deliveries.APPLIED, None)
    with acting_as(mx):
        record = queries.get(mx, alert.pk)
        note_reading(mx, record, queries.shown_version(mx, record))
        assert deliveries.deliveries(mx, record) == []
        assert deliveries.readership(mx, record) == []
    with acting_as(cast.identity("outsider")):
        assert not OutboxRow.objects.exists()
