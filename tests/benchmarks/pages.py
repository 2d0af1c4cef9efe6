"""Time of inbox, record, search and editor at 1,000 and at 100,000 records, and what row-level security adds.

Each page is asked for by an officer through the whole stack of middleware, in one process, without
the network. The pages take turns, so that the machine's load falls on all of them alike. p95 at the
larger number is to be at most 1.5 times that at the smaller one and below 100 ms; with row-level
security at most 1.3 times without.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg

NAME = "pages"
SMALL = ["--rounds", "5", "--large", "2000"]
SIZES = (1_000, 100_000)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=40, help="times each page is asked for")
    parser.add_argument("--large", type=int, default=SIZES[1], help="records in the larger run")


def run(options: Any) -> dict[str, Any]:
    options.node.manage("demo_data")
    asked = _set_up()
    from tests.benchmarks.multitude import fill

    version, first, rows, p95 = _version(), 1, [], {}
    for size in (SIZES[0], options.large):
        fill(options.node.owner_url, version, first, size)
        first = size + 1
        measured = _measure(asked(), options.rounds)
        for page, (times, queries) in measured.items():
            p95[page, size] = _percentile(times, 95)
            rows.append(_row(page, size, times, queries))
    ratios = _row_security(options.node.owner_url, asked(), options.rounds)
    return {
        "pages": rows,
        "large against small": [
            {"page": page, "ratio of p95": round(p95[page, options.large] / p95[page, SIZES[0]], 2)}
            for page in measured
        ],
        "row-level security on against off": ratios,
    }


def _set_up() -> Callable[[], dict[str, Callable[[], Any]]]:
    """Django as the runtime role, and the pages to ask for; built anew for each size."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "cordillera.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    from cordillera.access.session import acting_as
    from cordillera.parties.models import Officer
    from sharing.demo import people
    from sharing.records import actions
    from sharing.records.models import Record

    def asked() -> dict[str, Callable[[], Any]]:
        client = Client()
        client.force_login(Officer.objects.get(username="mx.officer"))
        me = people.identity("MX", "officer")
        with acting_as(me):
            alerts = Record.objects.visible_to(me).filter(kind="offence_alert", state="released")
            record = alerts.exclude(originator_id="MX").order_by("-released_at").first()
            draft = actions.draft(kind="offence_alert", by=me)
        assert record is not None
        paths = {
            "inbox": "/inbox/",
            "record": f"/records/{record.pk}/",
            "search word": "/search/?q=copper",
            "search container": "/search/?q=ZZZU0000777",
            "editor": f"/records/{draft.pk}/edit/",
        }
        return {name: lambda path=path: client.get(path) for name, path in paths.items()}

    return asked


def _version() -> str:
    from cordillera.access.session import acting_as
    from sharing.demo import people
    from sharing.records.models import Record

    me = people.identity("US", "officer")
    with acting_as(me):
        found = Record.objects.filter(kind="offence_alert", originator="US", state="released")
        return str(found.order_by("reference").values_list("current_id", flat=True)[0])


def _measure(
    pages: dict[str, Callable[[], Any]], rounds: int
) -> dict[str, tuple[list[float], int]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found: dict[str, tuple[list[float], int]] = {}
    for name, ask in pages.items():
        ask()
        with CaptureQueriesContext(connection) as queries:
            answer = ask()
        if answer.status_code != 200:
            raise SystemExit(f"{name} answered {answer.status_code}")
        found[name] = ([], len(queries))
    for _ in range(rounds):
        for name, ask in pages.items():
            began = time.perf_counter()
            ask()
            found[name][0].append((time.perf_counter() - began) * 1000)
    return found


def _percentile(times: list[float], wanted: int) -> float:
    return statistics.quantiles(times, n=100)[wanted - 1]


def _row(page: str, size: int, times: list[float], queries: int) -> dict[str, Any]:
    return {
        "page": page,
        "records": size,
        "p50 ms": round(statistics.median(times), 1),
        "p95 ms": round(_percentile(times, 95), 1),
        "queries": queries,
    }


def _row_security(
    owner_url: str, pages: dict[str, Callable[[], Any]], rounds: int
) -> list[dict[str, Any]]:
    """The same pages with and without policies, in turns of five rounds."""
    from cordillera.access.checks import protected_tables

    on: dict[str, list[float]] = {name: [] for name in pages}
    off: dict[str, list[float]] = {name: [] for name in pages}
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for _ in range(max(1, rounds // 5)):
            for verb, times in (("ENABLE", on), ("DISABLE", off)):
                for table in protected_tables():
                    owner.execute(f"ALTER TABLE {table} {verb} ROW LEVEL SECURITY")
                for name, (measured, _queries) in _measure(pages, 5).items():
                    times[name] += measured
        for table in protected_tables():
            owner.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    return [
        {
            "page": name,
            "on p50 ms": round(statistics.median(on[name]), 1),
            "off p50 ms": round(statistics.median(off[name]), 1),
            "ratio": round(statistics.median(on[name]) / statistics.median(off[name]), 2),
        }
        for name in pages
    ]
