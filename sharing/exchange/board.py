"""The channels of a Party at a glance: state, lag, pace, and what was refused. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Min, Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cordillera import clock
from cordillera.parties.models import Agreement, Peer
from sharing.records.models import OutboxRow

from . import unheard
from .models import Channel, Item, Receipt, Report
from .troubles import LOST, STOPPING

#: Over how long the pace is measured.
PACE = timedelta(minutes=10)

STATES: dict[str, tuple[Any, str, str]] = {
    "idle": (pgettext_lazy("channel", "up to date"), "green", "check"),
    "busy": (pgettext_lazy("channel", "on its way"), "blue", "send"),
    "waiting": (pgettext_lazy("channel", "waits to be fetched"), "blue", "hourglass"),
    "failing": (pgettext_lazy("channel", "not reached"), "red", "triangle-alert"),
    "stopped": (pgettext_lazy("channel", "stopped"), "red", "octagon-x"),
    "paused": (pgettext_lazy("channel", "paused"), "amber", "circle-pause"),
    "suspended": (pgettext_lazy("channel", "suspended"), "amber", "circle-pause"),
}
ERRORS = {
    "unreachable": _("its node does not answer"),
    "timeout": _("its node took too long to answer"),
    "tls": _("its certificate or key is not the one that is expected"),
    "answer": _("its node answered with something that is no receipt"),
    "busy": _("its node could not take it in just now"),
    "gap": _("it has another history of this channel than this node"),
    "lost": _("it says again and again that it has another history of this channel"),
    "sequence-reused": _("it has other content under these numbers"),
    "mismatch": _("it has another history of this channel than this node"),
    "malformed": _("its node could not read what was sent"),
    "unknown-sender": _("your Party is not enrolled at its node"),
    "unknown-recipient": _("its node does not host this Party"),
    "unknown-key": _("one of the two nodes does not know a key of the other"),
    "revoked-key": _("the key was revoked"),
    "bad-signature": _("a signature did not verify"),
    "cannot-open": _("the envelope did not open there"),
    "unknown-suite": _("the two nodes allow no common way of sealing"),
    "too-large": _("the message was too large"),
    "suspended": _("it has suspended sharing"),
}


@dataclass(slots=True)
class Row:
    """One channel. `queued` items wait, the oldest since `since`; where this node fetches and cannot,
    it is since then. `pace` is items a minute."""

    channel: Channel
    state: str
    queued: int = 0
    since: datetime | None = None
    pace: float = 0.0
    refused: int = 0
    waiting: int = 0
    #: Of those that wait: answers of Parties on this node to records that this channel has not brought.
    answers: int = 0

    @property
    def shown(self) -> tuple[Any, str, str]:
        """(label, tone, icon)."""
        return STATES[self.state]

    @property
    def lag(self) -> int:
        """Seconds since the oldest item that waits was decided, or since nothing could be fetched."""
        return max(0, int((clock.now() - self.since).total_seconds())) if self.since else 0

    @property
    def error(self) -> Any:
        """Why the last try failed, in words; a code of a newer node stands as it came."""
        code = self.channel.last_error
        if code.startswith("http-"):
            return _("its node answered with status %(status)s") % {"status": code[5:]}
        return ERRORS.get(code, code)

    @property
    def is_resumable(self) -> bool:
        """It is stopped, and the administrator may let it go on as it is."""
        return self.state == "stopped" and self.channel.last_error == LOST

    @property
    def is_behind(self) -> bool:
        """Whether it lags longer than an administrator should have to find out by himself."""
        return self.lag > settings.EXCHANGE_ALERT_SECONDS


def rows(party: str) -> list[Row]:
    """The Party's channels, those that it sends first."""
    channels = list(Channel.objects.filter(party=party).order_by("sender", "recipient"))
    queued = _queued(party)
    pace = _pace(party)
    unsettled = _unsettled(party)
    suspended = set(
        Agreement.objects.filter(party_id=party, suspended_at__isnull=False).values_list(
            "other_id", flat=True
        )
    )
    kept_back = unheard.count(party)
    fetches = set(Peer.objects.filter(mode=Peer.PULL).values_list("party_id", flat=True))
    found = []
    for channel in channels:
        count, since = (
            queued.get(channel.recipient, (0, None)) if channel.is_outbound else (0, None)
        )
        row = Row(channel, "idle", count, since, pace.get(channel.pk, 0.0))
        row.refused = unsettled[channel.pk, Item.REFUSED]
        row.answers = 0 if channel.is_outbound else kept_back[channel.sender]
        row.waiting = unsettled[channel.pk, Item.WAITING] + row.answers
        row.state = _state(row, suspended, fetches)
        if not channel.is_outbound and channel.attempts:
            row.since = channel.failing_since
        found.append(row)
    return sorted(found, key=lambda row: (not row.channel.is_outbound, row.channel.remote))


def _state(row: Row, suspended: set[str], fetches: set[str]) -> str:
    channel = row.channel
    if not channel.is_outbound:
        return "failing" if channel.attempts else "idle"
    if channel.remote in suspended:
        return "suspended"
    if channel.paused_at:
        return "paused"
    if channel.last_error in STOPPING:
        return "stopped"
    if channel.attempts:
        return "failing"
    if not row.queued:
        return "idle"
    return "waiting" if channel.remote in fetches else "busy"


def _queued(party: str) -> dict[str, tuple[int, datetime]]:
    """By recipient: how many items wait, and since when the oldest."""
    numbered = (
        Item.objects.filter(
            party=party, channel__sender=party, outcome="", epoch=F("channel__epoch")
        )
        .values_list("channel__recipient")
        .annotate(Count("pk"), Min("created_at"))
    )
    unnumbered = (
        OutboxRow.objects.filter(sender=party, seq=None, arrived_at=None)
        .exclude(recipient__in=settings.HOSTED_PARTIES)
        .values_list("recipient")
        .annotate(Count("pk"), Min("created_at"))
    )
    reports = (
        Report.objects.filter(party=party, item=None)
        .values_list("originator")
        .annotate(Count("pk"), Min("at"))
    )
    found: dict[str, tuple[int, datetime]] = {}
    for recipient, count, since in [*numbered, *unnumbered, *reports]:
        held = found.get(recipient)
        found[recipient] = (held[0] + count, min(held[1], since)) if held else (count, since)
    return found


def _pace(party: str) -> dict[int, float]:
    recent = Receipt.objects.filter(party=party, at__gte=clock.now() - PACE)
    counted = recent.values_list("channel").annotate(done=Sum(F("last") - F("first") + 1))
    minutes = PACE.total_seconds() / 60
    return {pk: count / minutes for pk, count in counted}


def _unsettled(party: str) -> Counter[tuple[int, str]]:
    counted = (
        Item.objects.filter(party=party)
        .filter(Q(outcome=Item.WAITING) | Q(outcome=Item.REFUSED))
        .values_list("channel", "outcome")
        .annotate(Count("pk"))
    )
    return Counter({(channel, outcome): count for channel, outcome, count in counted})


def unsettled(channel: Channel, most: int = 100) -> list[Item]:
    """What was refused or waits, the newest first."""
    found = Item.objects.filter(channel=channel, outcome__in=(Item.WAITING, Item.REFUSED))
    return list(found.order_by("-epoch", "-seq")[:most])


def latest(channel: Channel, most: int = 20) -> list[Receipt]:
    """The last receipts that were given or got."""
    return list(Receipt.objects.filter(channel=channel).order_by("-id")[:most])


def grouped(found: Iterable[Row]) -> dict[str, list[Row]]:
    """Outbound and inbound ones, for the page's two tables."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        groups["outbound" if row.channel.is_outbound else "inbound"].append(row)
    return groups
