"""How much may lie here of files that are not released yet."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.records import actions, tasks
from sharing.records.attachments import adding, quota, sealed
from sharing.records.attachments.models import Attachment
from sharing.records.models import Record
from sharing.records.problems import Invalid
from tests.conftest import Cast, alert_body, alert_handling, released

from .conftest import PDF, attach

KIB = 1024


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.ATTACHMENT_OFFICER_BYTES, settings.ATTACHMENT_PARTY_BYTES = 1000 * KIB, 1500 * KIB


def begin(cast: Cast, record: Any, size: int, part: str = "originator") -> Attachment:
    by = cast.identity(part)
    with acting_as(by):
        return adding.begin(record=record, by=by, name="invoice.pdf", size=size)


def refused(begun: Callable[[], object]) -> tuple[str, dict[str, int]]:
    with pytest.raises(Invalid) as raised:
        begun()
    [problem] = raised.value.problems
    assert problem.path == "attachments"
    return problem.code, dict(problem.facts)


def used(cast: Cast, part: str = "originator") -> tuple[int, int]:
    return quota.used(cast.identity(part))


def test_an_officer_has_so_much_and_is_told_what_was_wanted(cast: Cast, draft_alert: Any) -> None:
    begin(cast, draft_alert, 900 * KIB)
    said = refused(lambda: begin(cast, draft_alert, 200 * KIB))
    facts = {"limit": 1000 * KIB, "used": 900 * KIB, "wanted": 200 * KIB}
    assert said == ("officer_quota", facts)
    begin(cast, draft_alert, 100 * KIB)


def test_a_party_has_so_much_also_of_drafts_that_one_does_not_see(
    cast: Cast, draft_alert: Any
) -> None:
    by = cast.identity("originator")
    with acting_as(by):
        red = actions.draft(
            kind="offence_alert",
            by=by,
            body=alert_body(),
            handling=alert_handling("MX", tlp="RED", named=[str(by.account)]),
        )
    begin(cast, red, 900 * KIB)
    with acting_as(cast.identity("colleague")):
        handling = alert_handling("MX")
        mine = actions.draft(
            kind="offence_alert",
            by=cast.identity("colleague"),
            body=alert_body(),
            handling=handling,
        )
    code, facts = refused(lambda: begin(cast, mine, 700 * KIB, "colleague"))
    assert (code, facts["used"]) == ("party_quota", 900 * KIB)
    begin(cast, mine, 600 * KIB, "colleague")


def test_what_is_released_or_removed_counts_no_more(cast: Cast, draft_alert: Any) -> None:
    file = attach(cast, draft_alert)
    other = begin(cast, draft_alert, 5 * KIB)
    assert used(cast) == (len(PDF) + 5 * KIB,) * 2
    by = cast.identity("originator")
    with acting_as(by):
        adding.remove(record=draft_alert, by=by, file=other.pk)
    assert used(cast) == (file.size, file.size)
    released(cast, draft_alert)
    assert used(cast) == (0, 0)


def test_an_upload_that_was_left_is_cleared_and_gives_its_bytes_back(
    cast: Cast, draft_alert: Any, settings: Any
) -> None:
    whole, left = attach(cast, draft_alert), begin(cast, draft_alert, 100 * KIB)
    with clock.at(clock.now() + timedelta(hours=settings.ATTACHMENT_ABANDONED_HOURS, minutes=1)):
        fresh = begin(cast, draft_alert, 50 * KIB)
        tasks.clear_uploads()
    with acting_as(Identity.of_node("US")):
        states = dict(Attachment.objects.values_list("pk", "state"))
    assert states == {whole.pk: "ready", left.pk: "purged", fresh.pk: "uploading"}
    assert used(cast) == (whole.size + 50 * KIB,) * 2


def test_an_upload_that_still_moves_is_not_cleared(
    cast: Cast, draft_alert: Any, settings: Any
) -> None:
    settings.ATTACHMENT_OFFICER_BYTES = settings.ATTACHMENT_PARTY_BYTES = 9 * sealed.CHUNK
    by, hours = cast.identity("originator"), timedelta(hours=settings.ATTACHMENT_ABANDONED_HOURS)
    with clock.at(clock.now() - hours - timedelta(minutes=1)):
        slow, left = (begin(cast, draft_alert, 2 * sealed.CHUNK) for _ in range(2))
    with acting_as(by):
        plain = PDF.ljust(sealed.CHUNK)
        adding.put(record=draft_alert, by=by, file=slow.pk, number=0, content=plain)
    tasks.clear_uploads()
    with acting_as(Identity.of_node("US")):
        states = dict(Attachment.objects.values_list("pk", "state"))
    assert states == {slow.pk: "uploading", left.pk: "purged"}
    with clock.at(clock.now() + hours + timedelta(minutes=1)):
        tasks.clear_uploads()
    assert used(cast) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_who_begin_at_once_do_not_get_more_than_there_is(
    cast: Cast, draft_alert: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, meeting, said = cast.identity("originator"), threading.Barrier(2), list[str]()
    look = quota.used

    def look_together(by: Identity) -> tuple[int, int]:
        """Where both may look before either has begun, both see the same."""
        found = look(by)
        with suppress(threading.BrokenBarrierError):
            meeting.wait(3)
        return found

    monkeypatch.setattr(quota, "used", look_together)
    with acting_as(by):
        handling = alert_handling("MX")
        other = actions.draft(kind="offence_alert", by=by, body=alert_body(), handling=handling)

    def one(record: Record) -> None:
        try:
            begin(cast, record, 600 * KIB)
            said.append("begun")
        except Invalid as invalid:
            said.append(invalid.problems[0].code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(record,)) for record in (draft_alert, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["begun", "officer_quota"]
