"""From the commit of a release at one node to the live event of the other Party's inbox."""

from __future__ import annotations

import json
import socket
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from tests.benchmarks import exchange_seed as seed
from tests.benchmarks.exchange_sides import Recipient

#: How long the last ones may take.
PATIENCE = 30
AT_ONCE = 4


def measure(
    nodes: Any, recipient: Recipient, moulds: seed.Moulds, rate: float, seconds: float
) -> dict[str, Any]:
    """Releases by the real action at a steady rate; each is heard on an officer's live stream."""
    count = round(rate * seconds)
    wanted = seed.waiting(nodes["us"].owner_url, moulds, count)
    committed: dict[str, float] = {}
    with Listener(nodes["mx"], recipient) as listener:
        behind = _release(wanted, rate, committed)
        until = time.monotonic() + PATIENCE
        while len(listener.heard.keys() & committed.keys()) < count and time.monotonic() < until:
            time.sleep(0.05)
    delays = sorted(
        1000 * (listener.heard[pk] - at) for pk, at in committed.items() if pk in listener.heard
    )
    cuts = statistics.quantiles(delays, n=100)
    return {
        "releases/s": rate,
        "released": len(committed),
        "heard": len(delays),
        "visible": _visible(recipient, wanted),
        "p50 ms": round(cuts[49]),
        "p95 ms": round(cuts[94]),
        "p99 ms": round(cuts[98]),
        "longest ms": round(delays[-1]),
        "releases behind their time, longest ms": round(1000 * behind),
    }


def _release(wanted: list[UUID], rate: float, committed: dict[str, float]) -> float:
    """Release each at its time; how far behind it the latest one began."""
    from django.db import connections, transaction

    from cordillera.access.session import acting_as
    from sharing.demo import people
    from sharing.records import actions
    from sharing.records.models import Record

    by = people.identity(seed.SENDER, "supervisor")
    begun, behind = time.perf_counter() + 0.5, [0.0]

    def one(place: int, pk: UUID) -> None:
        due = begun + place / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        behind.append(time.perf_counter() - due)
        with acting_as(by):
            # The first thing after the commit, before any bell is rung.
            transaction.on_commit(lambda: committed.setdefault(str(pk), time.perf_counter()))
            actions.approve(record=Record.objects.get(pk=pk), by=by)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(len(wanted)), wanted))
        for _ in range(AT_ONCE):
            pool.submit(connections.close_all)
    return max(behind)


def _visible(recipient: Recipient, wanted: list[UUID]) -> int:
    """How many of them an officer of the other Party can read."""
    from cordillera.access.session import acting_as
    from sharing.demo import people
    from sharing.records.models import Record

    with recipient.here():
        me = people.identity(recipient.party, "officer")
        with acting_as(me):
            return Record.objects.visible_to(me).filter(pk__in=wanted).count()


class Listener:
    """One officer's live stream at the recipient's node; when each record was first heard of."""

    def __init__(self, node: Any, recipient: Recipient) -> None:
        self.heard: dict[str, float] = {}
        ticket = _ticket(recipient)
        self._socket = socket.create_connection(("127.0.0.1", node.live_port))
        self._socket.sendall(
            f"GET /events?ticket={ticket} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        )
        self._lines = self._socket.makefile("rb")
        status = self._lines.readline()
        if b" 200 " not in status:
            raise SystemExit(f"the live stream answered {status!r}")
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._lines.close()
        self._socket.close()

    def _listen(self) -> None:
        for line in self._lines:
            if line.startswith(b"data:"):
                event = json.loads(line[5:])
                if event["topic"] == "inbox":
                    self.heard.setdefault(event["thing"], time.perf_counter())


def _ticket(recipient: Recipient) -> str:
    from allauth.usersessions.models import UserSession
    from django.test import Client

    from cordillera.access.identity import Identity
    from cordillera.events import ticket
    from cordillera.parties.models import Officer

    with recipient.here():
        officer = Officer.objects.get(username=f"{recipient.party.lower()}.officer")
        client = Client()
        client.force_login(officer)
        key = str(client.session.session_key)
        UserSession.objects.get_or_create(
            user=officer, session_key=key, defaults={"ip": "127.0.0.1", "user_agent": "benchmark"}
        )
        return ticket.issue(Identity.of(officer), key)
