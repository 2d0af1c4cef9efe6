"""The channels as metrics, read from the database when they are asked for.

For Prometheus, at /metrics, to who shows METRICS_TOKEN. Counts and seconds; no record is named.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from cordillera.access.decide import open_page
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as

from . import board, entrance_process
from .board import STATES, Row

GAUGES = {
    "cordillera_channel_waiting": "Items that wait for their receipt",
    "cordillera_channel_lag_seconds": "Seconds since the oldest waiting item was decided",
    "cordillera_channel_per_minute": "Items settled a minute, over ten minutes",
    "cordillera_channel_refused": "Items that were refused",
    "cordillera_channel_kept_back": "Items that wait for the record that they answer",
    "cordillera_channel_failed_tries": "Tries that failed since the last good one",
    "cordillera_channel_settled": "The number up to which everything is done",
}
NO_ENTRANCE = "cordillera_exchange_missing"


class Channels(Collector):
    def describe(self) -> Iterator[GaugeMetricFamily]:
        # Said here, so that registering asks no database.
        yield from self._families().values()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families = self._families()
        for party in settings.HOSTED_PARTIES:
            with acting_as(Identity.of_node(party)):
                for row in board.rows(party):
                    _add(families, row)
        families[NO_ENTRANCE].add_metric([], int(entrance_process.is_missing()))
        yield from families.values()

    def _families(self) -> dict[str, GaugeMetricFamily]:
        ends = ["sender", "recipient"]
        found = {name: GaugeMetricFamily(name, text, labels=ends) for name, text in GAUGES.items()}
        found["cordillera_channel_state"] = GaugeMetricFamily(
            "cordillera_channel_state", "1 for the state it is in", labels=[*ends, "state"]
        )
        found[NO_ENTRANCE] = GaugeMetricFamily(
            NO_ENTRANCE, "1 where other nodes cannot come in: no exchange process runs", labels=[]
        )
        return found


def _add(families: dict[str, GaugeMetricFamily], row: Row) -> None:
    channel = row.channel
    ends = [channel.sender, channel.recipient]
    values = (
        row.queued,
        row.lag,
        row.pace,
        row.refused,
        row.waiting,
        channel.attempts,
        channel.settled,
    )
    for name, value in zip(GAUGES, values, strict=True):
        families[name].add_metric(ends, value)
    for state in STATES:
        families["cordillera_channel_state"].add_metric([*ends, state], int(row.state == state))


def register() -> None:
    """Once in each process."""
    if not any(isinstance(one, Channels) for one in list(REGISTRY._collector_to_names)):
        REGISTRY.register(Channels())


@open_page
@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything that this process counts, and the channels. Not there without METRICS_TOKEN."""
    given: Any = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Http404
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
