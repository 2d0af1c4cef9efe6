"""An action and its entry are one: break either, and neither happened. Three actions of three rooms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError

from audit import log
from audit.database import whole_log
from audit.models import Entry, Pending
from cordillera.access.session import acting_as
from cordillera.parties.actions import opening
from cordillera.parties.models import Officer
from sharing.desk import arrival
from sharing.desk.actions import outcomes
from sharing.desk.models import InboxItem
from sharing.records import actions
from sharing.records.models import OutboxRow, Record
from tests.conftest import Cast

#: The action, and what would show that it happened.
Case = tuple[Callable[[], object], Callable[[], object]]


def release(cast: Cast, record: Any) -> Case:
    with acting_as(cast.identity("originator")):
        actions.submit(record=record, by=cast.identity("originator"))
    by = cast.identity("colleague")

    def act() -> None:
        with acting_as(by):
            actions.approve(record=Record.objects.get(pk=record.pk), by=by)

    def shows() -> object:
        with acting_as(by):
            found = Record.objects.get(pk=record.pk)
            return (
                found.state,
                found.reference,
                OutboxRow.objects.filter(record_id=found.pk).count(),
            )

    return act, shows


def close_account(cast: Cast, record: Any) -> Case:
    by = cast.identity("admin")

    def act() -> None:
        with acting_as(by):
            opening.deactivate(officer=cast.originator, by=by)

    return act, lambda: Officer.objects.get(pk=cast.originator.pk).is_active


def decide(cast: Cast, record: Any) -> Case:
    release(cast, record)[0]()
    arrival.arrive("MX")
    by = cast.identity("recipient")

    def act() -> None:
        with acting_as(by):
            outcomes.no_action(item=InboxItem.objects.get(), by=by, reason="Not our crossing")

    def shows() -> object:
        with acting_as(by):
            return InboxItem.objects.get().outcome

    return act, shows


def written() -> tuple[int, int]:
    with whole_log():
        return Entry.objects.count(), Pending.objects.count()


@pytest.fixture(params=[release, close_account, decide])
def case(request: pytest.FixtureRequest, cast: Cast, draft_alert: Any) -> Case:
    made: Case = request.param(cast, draft_alert)
    return made


def test_without_the_entry_the_action_does_not_happen(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    act, shows = case
    before = shows()
    # The database refuses such an entry.
    monkeypatch.setattr(log, "SALT_BYTES", 3)
    with pytest.raises(DatabaseError, match="32 bytes of salt"):
        act()
    monkeypatch.undo()
    assert shows() == before
    act()
    assert shows() != before


def test_without_the_action_no_entry_stays(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    act, shows = case
    before, entries, write = shows(), written(), log.write

    def write_and_break(*args: Any, **more: Any) -> UUID:
        write(*args, **more)
        raise ZeroDivisionError

    monkeypatch.setattr(log, "write", write_and_break)
    with pytest.raises(ZeroDivisionError):
        act()
    monkeypatch.undo()
    assert (shows(), written()) == (before, entries)
    act()
    assert written() > entries
