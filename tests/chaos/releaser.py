"""Officers at one node who release record after record; runs as a process of that node.

    python -m tests.chaos.releaser US MX

Lines on standard input: `go`, `stop`. A line of JSON on standard output for each version that the
release action returned from: that one must never be lost. What fails is tried again.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

PAUSE = 0.05


def main(party: str, recipient: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordillera.settings")
    import django

    django.setup()
    orders = Orders()
    threading.Thread(target=orders.read, daemon=True).start()
    work = Work(party, recipient)
    tell({"ready": True})
    while not orders.over.is_set():
        if orders.go.is_set():
            work.one()
        elif orders.stop.is_set():
            orders.stop.clear()
            tell({"stopped": True})
        time.sleep(PAUSE)


class Orders:
    def __init__(self) -> None:
        self.go, self.stop, self.over = threading.Event(), threading.Event(), threading.Event()

    def read(self) -> None:
        for line in sys.stdin:
            if line.strip() == "go":
                self.go.set()
            else:
                self.go.clear()
                self.stop.set()
        self.go.clear()
        self.over.set()


class Work:
    """A new record, and for each third one an amendment of one released before."""

    def __init__(self, party: str, recipient: str) -> None:
        from sharing.demo import people

        self.recipient = recipient
        self.officer = people.identity(party, "officer")
        self.second = people.identity(party, "supervisor")
        self._numbers = count(1)
        self._released: list[Any] = []

    def one(self) -> None:
        from django.db import connection

        number = next(self._numbers)
        try:
            amends = number % 3 == 0 and bool(self._released)
            version = self._amend(number) if amends else self._release(number)
            tell({"record": str(version.record_id), "number": version.number})
        except Exception as error:
            tell({"failed": f"{type(error).__name__}: {error}"[:200]})
            connection.close()
            time.sleep(0.2)

    def _release(self, number: int) -> Any:
        from cordillera.access.session import acting_as
        from sharing.records import actions

        body, handling = self._content(number)
        with acting_as(self.officer):
            record = actions.draft(
                kind="offence_alert", by=self.officer, body=body, handling=handling
            )
            actions.submit(record=record, by=self.officer)
        with acting_as(self.second):
            record = actions.approve(record=record, by=self.second)
            version = record.current
        self._released.append(record.pk)
        return version

    def _amend(self, number: int) -> Any:
        from cordillera.access.session import acting_as
        from sharing.records import actions
        from sharing.records.models import Record

        body, handling = self._content(number)
        pk = self._released[number * 7 % len(self._released)]
        with acting_as(self.officer):
            record = Record.objects.get(pk=pk)
            if record.pending is None:
                actions.amend(record=record, by=self.officer)
                actions.save_draft(record=record, by=self.officer, body=body, handling=handling)
            record = Record.objects.get(pk=pk)
            if record.pending.state == "draft":
                actions.submit(record=record, by=self.officer)
        with acting_as(self.second):
            record = Record.objects.get(pk=pk)
            return actions.approve(record=record, by=self.second).current

    def _content(self, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
        from tests.conftest import alert_body, alert_handling

        today = datetime.now(UTC).date()
        dates = {"review_on": today + timedelta(90), "expires_on": today + timedelta(180)}
        body = alert_body(title={"en": f"Number {number} of the night"})
        texts = {name: day.isoformat() for name, day in dates.items()}
        return body, alert_handling(self.recipient, **texts)


def tell(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
