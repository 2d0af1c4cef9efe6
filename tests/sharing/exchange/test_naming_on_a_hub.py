"""On one node for all Parties: the names of readers reach the originator, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties import agreements
from sharing.exchange import reporting
from sharing.exchange.models import Report
from sharing.records import actions
from sharing.records.models import Readership, Record
from sharing.records.reading import deliveries
from sharing.records.reading.noted import note_reading
from tests.conftest import PASSWORD, Cast, released


@pytest.fixture
def opened(cast: Cast, alert: Record) -> Record:
    """By two officers of MX, after MX chose to name them to US."""
    agreements.name_readers("MX", "US", wanted=True)
    for part in ("recipient", "analyst"):
        _open(cast, alert, part)
    return alert


def _open(cast: Cast, record: Record, part: str) -> None:
    with acting_as(cast.identity(part)):
        note_reading(cast.identity(part), record, record.current)
    reporting.tally("MX")


def seen(cast: Cast, part: str) -> list[list[dict[str, str]]]:
    with acting_as(cast.identity(part)):
        return [row.readers for row in Readership.objects.all()]


def test_the_originator_sees_who(cast: Cast, opened: Record, client: Any) -> None:
    for part in ("originator", "colleague"):
        [readers] = seen(cast, part)
        assert [one["name"] for one in readers] == ["Mx Analyst", "Mx Officer"]
    client.login(username="us.officer", password=PASSWORD)
    page = client.get(reverse("record-history", args=[opened.pk])).content.decode()
    assert "Mx Analyst" in page
    with acting_as(Identity.of_node("MX")):
        assert not Report.objects.exists()


def test_no_third_party_and_no_administrator_does(cast: Cast, opened: Record, client: Any) -> None:
    assert seen(cast, "outsider") == []
    for username in ("ca.officer", "us.admin", "mx.auditor"):
        client.login(username=username, password=PASSWORD)
        answer = client.get(reverse("record-history", args=[opened.pk]))
        assert answer.status_code in (403, 404)
        assert "Mx Analyst" not in answer.content.decode()


def test_the_recipient_is_not_shown_what_his_party_told(
    cast: Cast, opened: Record, client: Any
) -> None:
    client.login(username="mx.officer", password=PASSWORD)
    page = client.get(reverse("record-history", args=[opened.pk]))
    assert page.context["readership"] == []
    with acting_as(cast.identity("recipient")):
        assert deliveries.readership(cast.identity("recipient"), opened) == []


def test_once_the_choice_is_withdrawn_counts_alone_go_on(cast: Cast, opened: Record) -> None:
    [before] = seen(cast, "originator")
    agreements.name_readers("MX", "US", wanted=False)
    _open(cast, opened, "recipient")
    assert seen(cast, "originator") == [before]
    with acting_as(cast.identity("originator")):
        assert Readership.objects.get().times == 3


def test_no_officer_writes_names(cast: Cast, opened: Record) -> None:
    for part in ("originator", "recipient", "outsider", "auditor"):
        with acting_as(cast.identity(part)):
            try:
                with transaction.atomic():
                    assert Readership.objects.update(readers=[]) == 0
            except (ProgrammingError, IntegrityError):
                pass
    assert len(seen(cast, "originator")[0]) == 2


def test_names_go_when_the_record_is_deleted(cast: Cast, opened: Record) -> None:
    node = Identity.of_node("US")
    with acting_as(node):
        opened.refresh_from_db()
        actions.purge(record=actions.lock(record=opened, by=node), by=node)
    with acting_as(node):
        row = Readership.objects.get()
        assert (row.readers, row.times) == ([], 2)


def test_names_go_when_the_record_becomes_red(cast: Cast, opened: Record) -> None:
    me = cast.identity("originator")
    with acting_as(me):
        opened.refresh_from_db()
        version = actions.amend(record=opened, by=me)
        opened.refresh_from_db()
        red = {"tlp": "RED", "named": [str(cast.colleague.pk), str(cast.recipient.pk)]}
        actions.save_draft(
            record=opened, by=me, body=version.body, handling={**version.handling, **red}
        )
    assert len(seen(cast, "originator")[0]) == 2
    released(cast, opened)
    assert seen(cast, "colleague") == [[]]
    assert seen(cast, "recipient") == [[]]
