"""A thousand open live clients: whether each event reaches each of them, and how long that takes.

Every client is a TCP connection of its own with a ticket of its own, all of one officer's session.
Events are written to the database as an action writes them, one transaction each, so the time runs
from the commit to the arrival of the bytes. Nothing is lost when delivered equals expected.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import threading
import time
from dataclasses import dataclass, field
from typing import Any

NAME = "live"
SMALL = ["--clients", "20", "--events", "4"]
#: Opened at once at most, as browsers would come back after a restart.
AT_ONCE = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--events", type=int, default=60)
    parser.add_argument("--per-second", type=float, default=3.0)


@dataclass
class Heard:
    """When each event was committed, and how long after it each client had it."""

    sent: dict[str, float] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)


def run(options: Any) -> dict[str, Any]:
    options.node.manage("demo_data")
    options.node.serve()
    tickets = _prepare(options.clients)
    heard = Heard()
    asyncio.run(_listen(options, tickets, heard))
    expected = options.clients * options.events
    cuts = statistics.quantiles(heard.delays, n=100)
    return {
        "live": [
            {
                "clients": options.clients,
                "events": options.events,
                "expected": expected,
                "delivered": len(heard.delays),
                "p50 ms": round(cuts[49] * 1000),
                "p95 ms": round(cuts[94] * 1000),
                "p99 ms": round(cuts[98] * 1000),
            }
        ]
    }


def _prepare(clients: int) -> list[str]:
    """Tickets of a session that mx.officer has just opened."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "cordillera.settings"
    import django

    django.setup()
    from allauth.usersessions.models import UserSession
    from django.test import Client

    from cordillera.access.identity import Identity
    from cordillera.events import ticket
    from cordillera.parties.models import Officer

    officer = Officer.objects.get(username="mx.officer")
    client = Client()
    client.force_login(officer)
    key = client.session.session_key
    assert key
    UserSession.objects.get_or_create(
        user=officer, session_key=key, defaults={"ip": "127.0.0.1", "user_agent": "benchmark"}
    )
    return [ticket.issue(Identity.of(officer), key) for _ in range(clients)]


async def _listen(options: Any, tickets: list[str], heard: Heard) -> None:
    gate = asyncio.Semaphore(AT_ONCE)
    opened = asyncio.Event()
    counter = [0]
    expected = options.clients * options.events
    tasks = [
        asyncio.create_task(
            _client(options.node.live_port, one, gate, counter, opened, len(tickets), heard)
        )
        for one in tickets
    ]
    await asyncio.wait_for(opened.wait(), 60)
    sender = threading.Thread(
        target=_send, args=(options.events, options.per_second, heard), daemon=True
    )
    sender.start()
    until = time.monotonic() + options.events / options.per_second + 20
    while time.monotonic() < until and len(heard.delays) < expected:
        await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _client(
    port: int,
    ticket: str,
    gate: asyncio.Semaphore,
    counter: list[int],
    opened: asyncio.Event,
    wanted: int,
    heard: Heard,
) -> None:
    async with gate:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /events?ticket={ticket} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        status = await reader.readline()
        if b" 200 " not in status:
            raise SystemExit(f"a client was answered {status!r}")
    counter[0] += 1
    if counter[0] == wanted:
        opened.set()
    try:
        while line := await reader.readline():
            if line.startswith(b"data:"):
                _note(line, heard)
    finally:
        writer.close()


def _note(line: bytes, heard: Heard) -> None:
    now = time.perf_counter()
    thing = json.loads(line[5:]).get("thing", "")
    began = heard.sent.get(thing)
    if began is not None:
        heard.delays.append(now - began)


def _send(events: int, per_second: float, heard: Heard) -> None:
    from cordillera.access.identity import Identity
    from cordillera.access.session import acting_as
    from cordillera.events import emit

    for number in range(events):
        with acting_as(Identity.of_node("MX")):
            emit("MX", "record", f"benchmark-{number}")
            heard.sent[f"benchmark-{number}"] = time.perf_counter()
        time.sleep(1 / per_second)
