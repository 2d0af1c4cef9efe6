"""A recall in the feed is told to nobody who could not have read what was recalled."""

from __future__ import annotations

from typing import Any

from cordillera.access.session import acting_as
from sharing.records import actions
from sharing.records.models import OutboxRow
from tests.conftest import Cast, alert_handling


def test_a_party_that_loses_a_red_record_hears_it_by_its_named_officers(
    cast: Cast, release: Any
) -> None:
    record = release("MX", tlp="RED", named=[str(cast.recipient.pk)])
    me, second = cast.identity("originator"), cast.identity("colleague")
    with acting_as(me):
        version = actions.amend(record=record, by=me)
        record.refresh_from_db()
        handling = alert_handling("CA")
        actions.save_draft(record=record, by=me, body=version.body, handling=handling)
        actions.submit(record=record, by=me)
    with acting_as(second):
        record.refresh_from_db()
        actions.approve(record=record, by=second)
        row = OutboxRow.objects.get(record_id=record.pk, recipient="MX", verb="recalled")
        assert cast.recipient.pk in (row.named or [])
        assert OutboxRow.objects.get(recipient="CA", verb="released").named is None
