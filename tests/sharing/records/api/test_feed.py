"""The feed tells each Party all that reached it, once, in order, and nothing else."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import connection, transaction

from sharing.records import actions
from sharing.records.api import feed
from tests.conftest import acting_as, alert_body, alert_handling, released
from tests.cordillera.api.caller import Caller, entries

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone]


def settle() -> None:
    """Wait until every transaction that runs now has ended, whichever database it is in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        begun = cursor.fetchone()[0]
    until = time.monotonic() + 60
    while feed.finished() < begun and time.monotonic() < until:
        time.sleep(0.02)


def begun(cast: Any, *audience: str, **handling: Any) -> Any:
    with acting_as(cast.identity("originator")):
        return actions.draft(
            kind="offence_alert",
            by=cast.identity("originator"),
            body=alert_body(),
            handling=alert_handling(*audience, **handling),
        )


def follow(caller: Caller, after: str = "", limit: int = 50) -> tuple[list[Any], str]:
    """Everything from `after` on, and where the reader then stands."""
    settle()
    return follow_at_once(caller, after, limit)


def follow_at_once(caller: Caller, after: str = "", limit: int = 50) -> tuple[list[Any], str]:
    found: list[Any] = []
    while True:
        query = f"&after={after}" if after else ""
        page = caller.get(f"feed?limit={limit}{query}").json()
        found, after = found + page["items"], page["next"]
        if not page["more"]:
            return found, after


def test_a_release_reaches_its_audience_and_nobody_else(cast: Any, calls: Any, alert: Any) -> None:
    items, cursor = follow(calls.recipient)
    assert [(one["verb"], one["id"]) for one in items] == [("released", str(alert.pk))]
    assert items[0]["record"]["body"]["goods"][0]["hs"] == "721049"
    assert follow(calls.recipient, cursor)[0] == []
    assert follow(calls.outsider)[0] == follow(calls.originator)[0] == []
    assert entries("MX", "record:read", detail__part="feed") == 1


def test_pages_tell_everything_once(cast: Any, calls: Any) -> None:
    made = [str(released(cast, begun(cast, "MX")).pk) for _ in range(5)]
    for limit in (1, 2, 5):
        assert [one["id"] for one in follow(calls.recipient, limit=limit)[0]] == made


def test_a_recall_is_told_without_the_record(cast: Any, calls: Any, alert: Any) -> None:
    _items, cursor = follow(calls.recipient)
    calls.originator.post(f"records/{alert.pk}/recall", {"reason": "Wrong."})
    calls.colleague.post(f"records/{alert.pk}/approve", If_Match="*")
    items, _cursor = follow(calls.recipient, cursor)
    assert [(one["verb"], one["record"]) for one in items] == [("recalled", None)]
    everything = follow(calls.recipient)[0]
    assert [one["verb"] for one in everything] == ["recalled"]


def test_who_is_not_named_hears_nothing(cast: Any, calls: Any) -> None:
    record = released(cast, begun(cast, "MX", tlp="RED", named=[str(cast.recipient.pk)]))
    assert [one["id"] for one in follow(calls.recipient)[0]] == [str(record.pk)]
    assert follow(calls.analyst)[0] == []
    calls.originator.post(f"records/{record.pk}/recall", {"reason": "Wrong."})
    calls.colleague.post(f"records/{record.pk}/approve", If_Match="*")
    assert [one["verb"] for one in follow(calls.recipient)[0]] == ["recalled"]
    assert follow(calls.analyst)[0] == []


def test_what_commits_late_is_not_skipped(cast: Any, calls: Any) -> None:
    """A release that began first and commits last still comes after the reader's cursor."""
    slow, fast = begun(cast, "MX"), begun(cast, "MX")
    with acting_as(cast.identity("originator")):
        for record in (slow, fast):
            actions.submit(record=record, by=cast.identity("originator"))
    approved, go_on = threading.Event(), threading.Event()

    def approve_slowly() -> None:
        with transaction.atomic(), acting_as(cast.identity("colleague")):
            slow.refresh_from_db()
            actions.approve(record=slow, by=cast.identity("colleague"))
            approved.set()
            go_on.wait(60)
        connection.close()

    thread = threading.Thread(target=approve_slowly)
    thread.start()
    assert approved.wait(60)
    early, cursor = follow_at_once(calls.recipient)
    go_on.set()
    thread.join()
    with acting_as(cast.identity("colleague")):
        fast.refresh_from_db()
        actions.approve(record=fast, by=cast.identity("colleague"))
    late, _cursor = follow(calls.recipient, cursor)
    assert [one["id"] for one in early + late] == [str(slow.pk), str(fast.pk)]


@pytest.mark.parametrize("after", ["x", "WzFd", "W251bGwsMV0", "Wy0xLDBd", "WzFlOTk5LDBd"])
def test_an_unknown_cursor_is_refused(calls: Any, after: str) -> None:
    assert calls.recipient.get(f"feed?after={after}").status_code == 400


def test_a_cursor_from_before_a_restore_goes_on(calls: Any, alert: Any) -> None:
    from cordillera.api.pagination import encode

    assert calls.recipient.get(f"feed?after={encode([2**62, 0])}").status_code == 200
