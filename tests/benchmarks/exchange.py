"""The exchange of two nodes: delay of a release, versions a second, a backlog, and what each part costs.

Two nodes, US and MX, each with its PostgreSQL, Valkey, web, live, worker and clock processes, all on
this machine, enrolled with each other. Wanted: p95 of the delay under 1 s (aim 300 ms), at least 500
versions a second end to end (aim 1,000), at most 1.5 times the same path without cryptography.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

import psycopg

NAME = "exchange"
SMALL = ["--seconds", "2", "--versions", "60", "--backlog", "60", "--rounds", "1"]
PARTIES = ("US", "MX")
#: (releases a second) of the two measurements of the delay.
RATES = (1.0, 20.0)
BACKLOG = 50_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seconds", type=float, default=40, help="of releasing at each rate (default 40)"
    )
    parser.add_argument(
        "--versions", type=int, default=6000, help="released together (default 6000)"
    )
    parser.add_argument(
        "--backlog",
        type=int,
        default=BACKLOG,
        help=f"versions in the backlog (default {BACKLOG:,})",
    )
    parser.add_argument(
        "--rounds", type=int, default=6, help="batches of which the cost is counted (default 6)"
    )
    parser.add_argument(
        "--only",
        choices=("cost", "delay", "flow"),
        action="append",
        help="one part alone; may be given twice",
    )


def run(options: Any) -> dict[str, Any]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "cordillera.settings"
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    from tests.benchmarks import exchange_cost, exchange_delay, exchange_flow
    from tests.benchmarks import exchange_seed as seed
    from tests.benchmarks.exchange_sides import Recipient

    nodes, parts = options.nodes, options.only or ["cost", "delay", "flow"]
    recipient = Recipient(nodes["mx"])
    result: dict[str, Any] = {}
    if "cost" in parts:
        _say("what each part costs")
        size = settings.EXCHANGE_BATCH_ITEMS
        result |= exchange_cost.measure(
            nodes["us"].owner_url,
            recipient,
            options.rounds,
            size,
            warm=lambda: _analyse(nodes),
        )
    if parts == ["cost"]:
        return result
    nodes.serve()
    moulds = seed.make()
    exchange_flow.at_once(nodes, moulds, 200)  # to warm up
    _analyse(nodes)
    if "delay" in parts:
        rows = []
        for rate in RATES:
            _say(f"{rate:g} releases a second")
            row = exchange_delay.measure(nodes, recipient, moulds, rate, options.seconds)
            rows.append(row)
        result["release to seen at the other node"] = rows
    if "flow" in parts:
        _say("versions a second")
        result["record versions, end to end"] = [
            exchange_flow.at_once(nodes, moulds, options.versions),
            exchange_flow.backlog(nodes, moulds, options.backlog),
        ]
    return result


def _analyse(nodes: Any) -> None:
    """As the servers do by themselves within a minute: what was planned while the tables held a
    handful of rows is planned anew."""
    for node in nodes:
        with psycopg.connect(node.owner_url, autocommit=True) as connection:
            connection.execute("ANALYZE")


def _say(text: str) -> None:
    print(f"  {text}", file=sys.stderr)
