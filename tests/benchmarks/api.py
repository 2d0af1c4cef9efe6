"""Reads and writes per second of the API on one worker process, over loopback HTTP.

Four connections keep one granian worker with four threads busy for some seconds: reading one
record, listing fifty, and drafting an alert.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import threading
import time
from collections.abc import Callable
from typing import Any

NAME = "api"
SMALL = ["--seconds", "1", "--connections", "2"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=8.0, help="time for each kind of request")
    parser.add_argument("--connections", type=int, default=4)


def run(options: Any) -> dict[str, Any]:
    options.node.manage("demo_data")
    options.node.environment["API_REQUESTS_PER_MINUTE"] = "100000000"
    options.node.serve()
    token, record = _prepare()
    body = json.dumps(_alert())
    cases: dict[str, tuple[str, str, str | None]] = {
        "read one record": ("GET", f"/api/v1/records/{record}", None),
        "list records": ("GET", "/api/v1/records", None),
        "draft an alert": ("POST", "/api/v1/records", body),
    }
    port = options.node.web_port
    rows = []
    for name, case in cases.items():
        times = _keep_busy(port, token, case, options.connections, options.seconds)
        times.sort()
        rows.append(
            {
                "request": name,
                "per second": round(len(times) / options.seconds),
                "p50 ms": round(times[len(times) // 2] * 1000, 1),
                "p95 ms": round(times[int(len(times) * 0.95)] * 1000, 1),
            }
        )
    return {"api": rows}


def _prepare() -> tuple[str, str]:
    """A token of the MX officer and the id of a record that he may read."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "cordillera.settings"
    import django

    django.setup()
    from cordillera.access.session import acting_as
    from cordillera.parties.actions.tokens import make_token
    from cordillera.parties.models import Officer
    from sharing.demo import people
    from sharing.records.models import Record

    me = people.identity("MX", "officer")
    account = Officer.objects.get(username="mx.officer")
    with acting_as(me):
        scopes = ["read", "search", "draft", "answer"]
        _row, raw = make_token(account=account, label="benchmark", scopes=scopes, days=1, by=me)
        record = Record.objects.visible_to(me).filter(kind="offence_alert", originator="US").first()
    assert record is not None
    return raw, str(record.pk)


def _alert() -> dict[str, Any]:
    from sharing.records.api.shelf import EXAMPLE

    example: Any = EXAMPLE["alert"]["value"]
    return dict(example)


def _keep_busy(
    port: int, token: str, case: tuple[str, str, str | None], connections: int, seconds: float
) -> list[float]:
    times: list[float] = []
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_ask, args=(port, token, case, until, times.append))
        for _ in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not times:
        raise SystemExit(f"{case[1]} was never answered as it must be")
    return times


def _ask(
    port: int,
    token: str,
    case: tuple[str, str, str | None],
    until: float,
    note: Callable[[float], None],
) -> None:
    method, path, body = case
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    while time.monotonic() < until:
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise SystemExit(f"{method} {path} answered {answer.status}: {content[:300]!r}")
        note(time.perf_counter() - began)
    connection.close()
