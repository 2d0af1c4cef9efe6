"""Originators learn how often their records were read here, and what became of them elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from cordillera.access.identity import AUDITOR, Identity
from cordillera.access.session import acting_as
from cordillera.events.models import Event
from sharing.exchange import delivery, receiving, reporting
from sharing.exchange.formats.statement import Report as Stated
from sharing.exchange.formats.statement import ReportEntry
from sharing.exchange.models import Channel, Item, Report
from sharing.oversight.models import Disclosure
from sharing.records import actions
from sharing.records.models import Readership, Reading, Record
from sharing.records.reading.noted import note_reading
from tests.conftest import Cast, alert_body, alert_handling

from ..foreign import Foreign
from .conftest import alert, as_node, outcomes, record_of, send

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


def read(cast: Cast, part: str, pk: UUID, number: int | None = None) -> None:
    """The version in force is opened, or the one of that number."""
    identity = cast.identity(part)
    with acting_as(identity):
        record = Record.objects.select_related("current").get(pk=pk)
        version = record.versions.get(number=number) if number else record.current
        note_reading(identity, record, version)


def test_readings_are_tallied_and_told_once(us: Foreign, cast: Cast) -> None:
    text = alert(us, "MX")
    send(us, [text])
    for part in ("recipient", "recipient", "analyst"):
        read(cast, part, record_of(text))
    assert reporting.tally("MX") == 2
    assert reporting.tally("MX") == 0
    with as_node():
        [report] = Report.objects.all()
        assert (report.originator, report.event, report.number) == ("US", "read", 1)
        assert report.detail == {"opened": 3, "officers": 2}
        assert Readership.objects.get().times == 3
        assert not Reading.objects.filter(tallied_at=None).exists()


def test_readings_that_wait_are_brought_up_to_date(us: Foreign, cast: Cast) -> None:
    text = alert(us, "MX")
    send(us, [text])
    for _ in range(3):
        read(cast, "recipient", record_of(text))
        reporting.tally("MX")
    with as_node():
        assert [one.detail["opened"] for one in Report.objects.all()] == [3]
        Report.objects.update(item=_numbered())
    read(cast, "recipient", record_of(text))
    reporting.tally("MX")
    with as_node():
        assert [one.detail["opened"] for one in Report.objects.order_by("id")] == [3, 4]


def _numbered() -> Item:
    channel = Channel.objects.get_or_create(sender="MX", recipient="US", defaults={"party": "MX"})[
        0
    ]
    return Item.objects.create(
        channel=channel, party="MX", epoch=1, seq=1, type="report", created_at=NOW
    )


@pytest.fixture
def mine(us: Foreign, cast: Cast) -> Any:
    """An alert of MX that was sent to US: a version and a withdrawal, both receipted."""
    identity = cast.identity("recipient")
    with acting_as(identity):
        record = actions.draft(
            kind="offence_alert", by=identity, body=alert_body(), handling=alert_handling("US")
        )
    with as_node():
        channel = Channel.objects.create(party="MX", sender="MX", recipient="US")
        for seq, kind in enumerate(("version", "withdrawal"), 1):
            Item.objects.create(
                channel=channel,
                party="MX",
                epoch=1,
                seq=seq,
                type=kind,
                record_id=record.pk,
                number=1,
                created_at=NOW,
                sent_at=NOW,
                outcome="waiting" if kind == "version" else "applied",
            )
    return record


def report(us: Foreign, *entries: ReportEntry) -> list[str]:
    return outcomes(send(us, [us.state(Stated(entries))]))


def sent(kind: str) -> Item:
    with as_node():
        return Item.objects.get(channel__sender="MX", type=kind)


def test_what_recipients_report_stands_with_what_was_sent(us: Foreign, mine: Any) -> None:
    purged = {"versions": 1, "terms": 9, "documents": 1, "exports": 0, "attachments": 0}
    assert report(
        us,
        ReportEntry(mine.pk, 1, "applied", NOW),
        ReportEntry(mine.pk, 1, "read", NOW, opened=4, officers=2),
        ReportEntry(mine.pk, 1, "purged", NOW, purged=purged),
    ) == ["applied"]
    assert (sent("version").outcome, sent("version").read_at) == ("applied", NOW)
    assert (sent("withdrawal").purged_at, sent("withdrawal").purged) == (NOW, purged)
    with as_node():
        tally = Readership.objects.get(party="US")
        assert (tally.times, tally.officers) == (4, 2)
        assert Event.objects.filter(topic="record", thing=str(mine.pk)).exists()


def test_an_item_that_waited_there_was_refused(us: Foreign, mine: Any) -> None:
    report(us, ReportEntry(mine.pk, 1, "refused", NOW, reason="unknown-about"))
    assert (sent("version").outcome, sent("version").reason) == ("refused", "unknown-about")


def test_a_refusal_that_is_reported_again_and_again_is_told_once(us: Foreign, mine: Any) -> None:
    for reason in ("schema", "schema", "over-ceiling", "schema"):
        report(us, ReportEntry(mine.pk, 1, "refused", NOW, reason=reason))
    assert sent("version").reason == "schema"
    with acting_as(Identity("MX", None, "", frozenset({AUDITOR}))):
        assert [line.reason for line in Disclosure.objects.filter(event="refused")] == ["schema"]
    report(us, ReportEntry(mine.pk, 1, "applied", NOW))
    assert sent("version").outcome == "applied"


def test_a_party_reports_of_its_own_copies_alone(us: Foreign, ca: Foreign, mine: Any) -> None:
    entries = [ReportEntry(pk, 1, "read", NOW, opened=9, officers=9) for pk in (mine.pk, uuid4())]
    assert report(ca, *entries) == ["applied"]
    assert sent("version").read_at is None
    with as_node():
        assert not Readership.objects.exists()


def test_counts_only_grow(us: Foreign, mine: Any) -> None:
    for opened in (5, 2):
        report(us, ReportEntry(mine.pk, 1, "read", NOW, opened=opened, officers=1))
    with as_node():
        assert Readership.objects.get().times == 5


def test_many_reports_cost_a_bounded_number_of_statements(
    us: Foreign, mine: Any, django_assert_max_num_queries: Any
) -> None:
    entries = tuple(
        ReportEntry(mine.pk, 1, "read", NOW, opened=n, officers=1) for n in range(1, 901)
    )
    envelope = us.envelope("MX", [us.state(Stated(entries)) for _ in range(20)])
    with django_assert_max_num_queries(60):
        assert receiving.receive(envelope).status == 200


def test_files_that_find_no_room_there_are_told_with_their_version(
    us: Foreign, cast: Cast, mine: Any
) -> None:
    with as_node():
        sent = Item.objects.filter(channel__sender="MX", record_id=mine.pk)
        sent.update(outcome="applied")
        sent.filter(type="withdrawal").update(type=Item.KEY, reference=str(uuid4()))
    identity = cast.identity("recipient")

    def shown() -> tuple[str, str, str]:
        with acting_as(identity):
            key = Item.objects.get(record_id=mine.pk, type=Item.KEY)
            [one] = delivery.remote(identity, mine)
            return key.outcome, one.state, str(one.reason)

    report(us, ReportEntry(mine.pk, 1, "refused", NOW, reason="over-quota"))
    outcome, state, reason = shown()
    assert (outcome, state, bool(reason)) == ("refused", "applied", True)
    report(us, ReportEntry(mine.pk, 1, "applied", NOW))
    assert shown() == ("applied", "applied", "")


def test_files_of_what_was_withdrawn_wait_no_more_and_do_not_come(
    us: Foreign, cast: Cast, mine: Any
) -> None:
    with as_node():
        version = Item.objects.get(channel__sender="MX", type="version")
        Item.objects.filter(channel__sender="MX").update(outcome="applied")
        Item.objects.filter(type="withdrawal").update(seq=3)
        key = Item(type=Item.KEY, seq=2, reference=str(uuid4()), record_id=mine.pk, number=1)
        key.channel, key.party, key.epoch, key.created_at = version.channel, "MX", 1, NOW
        key.outcome, key.reason, key.sent_at = "refused", "over-quota", NOW
        key.save()
    report(us, ReportEntry(mine.pk, 1, "applied", NOW))
    assert (sent(Item.KEY).outcome, sent(Item.KEY).reason) == ("refused", "over-quota")
    with acting_as(cast.identity("recipient")):
        assert not any(one.reason for one in delivery.remote(cast.identity("recipient"), mine))
