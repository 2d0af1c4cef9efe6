"""A channel's state: whether it has work and may do it, its failures, and who hears of them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from audit import log
from cordillera import clock, events
from cordillera.access.identity import ADMINISTRATOR, Identity
from cordillera.access.session import acting_as
from cordillera.doorbell import ring
from cordillera.events import News
from cordillera.parties import agreements, keysets, peers
from cordillera.parties.models import Officer, Peer

from . import pauses, witnessing
from .models import Channel
from .troubles import LOST, STOPPING, Trouble

__all__ = [
    "drains",
    "due",
    "failed",
    "forgive",
    "heard",
    "inbound",
    "is_due",
    "is_time",
    "locked",
    "may_send",
    "note",
    "outbound",
    "pause",
    "reached",
    "recovered",
    "restart",
    "resume",
    "tell",
]

# What a channel has to do: numbered and not settled, perhaps under way, or not numbered yet.
_WORK = """
    SELECT o.recipient FROM records_outboxrow o
    WHERE o.sender = %(sender)s AND o.seq IS NULL AND o.arrived_at IS NULL
      AND o.recipient = ANY(%(recipients)s)
    UNION SELECT r.originator FROM exchange_report r
    WHERE r.party = %(sender)s AND r.item_id IS NULL AND r.originator = ANY(%(recipients)s)
    UNION SELECT c.recipient FROM exchange_channel c
    WHERE c.sender = %(sender)s AND c.recipient = ANY(%(recipients)s)
      AND (c.settled < c.sequenced OR c.manifest <> '')
"""


def outbound(sender: str, recipient: str) -> Channel:
    """The channel from a Party that is hosted here to a remote one; made when it is first wanted."""
    with acting_as(Identity.of_node(sender)):
        return Channel.objects.get_or_create(
            sender=sender, recipient=recipient, defaults={"party": sender}
        )[0]


def inbound(sender: str, recipient: str) -> Channel:
    """The channel from a remote Party to one that is hosted here; made when it is first fetched."""
    with acting_as(Identity.of_node(recipient, sender=sender)):
        return Channel.objects.get_or_create(
            sender=sender, recipient=recipient, defaults={"party": recipient}
        )[0]


def locked(channel: Channel) -> Channel:
    """The channel as it is now, its row locked until the present transaction ends."""
    return Channel.objects.select_for_update().get(pk=channel.pk)


def drains(sender: str, recipient: str) -> Peer | None:
    """The peer, if envelopes of this channel are pushed to it: not where it fetches them."""
    if sender not in settings.HOSTED_PARTIES or not peers.is_remote(recipient):
        return None
    peer: Peer | None = peers.enrolled().filter(party_id=recipient, mode=Peer.PUSH).first()
    return peer


def may_send(channel: Channel) -> bool:
    """Not stopped, paused or suspended. (Time for the next try is another question: `is_time`.)"""
    return (
        channel.paused_at is None
        and channel.last_error not in STOPPING
        and not agreements.is_suspended(channel.sender, channel.recipient)
    )


def due(sender: str) -> list[str]:
    """The peers to whom `sender` has something to push now: items, or a newer key set."""
    pushed = peers.enrolled().filter(mode=Peer.PUSH).exclude(party_id=sender)
    return _due(sender, list(pushed.values_list("party_id", flat=True)))


def is_due(sender: str, recipient: str) -> bool:
    return drains(sender, recipient) is not None and bool(_due(sender, [recipient]))


def _due(sender: str, codes: list[str]) -> list[str]:
    with acting_as(Identity.of_node(sender)):
        held = {c.recipient: c for c in Channel.objects.filter(sender=sender, party=sender)}
        timely = [code for code in codes if code not in held or is_time(held[code])]
        with connection.cursor() as cursor:
            cursor.execute(_WORK, {"sender": sender, "recipients": timely})
            working = {code for (code,) in cursor.fetchall()}
        ours = keysets.current(sender)
        return [
            code
            for code in timely
            if (code in working and _open(held.get(code)))
            or (ours is not None and peers.acknowledged(code, sender) < ours.number)
        ]


def _open(channel: Channel | None) -> bool:
    return channel is None or may_send(channel)


def is_time(channel: Channel) -> bool:
    """Whether the pause after a failure is over."""
    if channel.next_try_at is None:
        return True
    wait = channel.next_try_at - clock.now()
    # A pause that is longer than any is the work of a clock that was put back.
    return not timedelta() < wait <= timedelta(seconds=settings.EXCHANGE_LONGEST_PAUSE)


def failed(channel: Channel, trouble: Trouble) -> Channel:
    """A try to send, or to fetch, did not succeed: the next one comes after a pause. Where the two
    ends differ there is no next try."""
    with acting_as(Identity.of_node(channel.party)):
        held = locked(channel)
        now = clock.now()
        held.attempts += 1
        held.failing_since = held.failing_since or now
        pause = pauses.seconds(held.attempts, trouble.after)
        held.next_try_at = None if trouble.stops else now + timedelta(seconds=pause)
        if held.last_error not in STOPPING:
            if held.last_error != trouble.code:
                tag = "channel:stop" if trouble.stops else "channel:fail"
                note(tag, held, code=trouble.code, detail=trouble.detail)
            held.last_error, held.last_detail = trouble.code, trouble.detail
        held.save()
        tell(held)
    return held


def recovered(channel: Channel) -> None:
    """The peer answered as it should. The caller holds the row and saves it."""
    if channel.failing_since is not None:
        note("channel:recover", channel, attempts=channel.attempts)
    channel.attempts, channel.failing_since, channel.next_try_at = 0, None, None
    channel.last_error = channel.last_detail = ""


def reached(channel: Channel) -> None:
    """The peer answered, though not to a batch."""
    with acting_as(Identity.of_node(channel.party)):
        held = locked(channel)
        held.heard_at, held.next_try_at = clock.now(), None
        if held.last_error not in STOPPING:
            recovered(held)
        held.save()
        tell(held)


def heard(remote: str, hosted: str) -> None:
    """`remote` said something to `hosted` that was authenticated: do not wait to try it again.

    For the end of a transaction, or after it: drains hold the channel's row before other rows.
    """
    with acting_as(Identity.of_node(hosted)):
        now = clock.now()
        waiting = Channel.objects.filter(sender=hosted, recipient=remote, next_try_at__gt=now)
        if waiting.update(next_try_at=None):
            ring("exchange.drain", hosted, remote)
        between = Q(sender=hosted, recipient=remote) | Q(sender=remote, recipient=hosted)
        Channel.objects.filter(between, party=hosted).update(heard_at=now)
        witnessing.heard(remote)


def pause(channel: Channel, by: Identity | None = None) -> Channel:
    """Nothing more leaves until it is resumed; what comes meanwhile waits."""
    with acting_as(Identity.of_node(channel.sender)):
        Channel.objects.filter(pk=channel.pk).update(
            paused_at=Coalesce(F("paused_at"), clock.now()), paused_by_name=by.name if by else ""
        )
        note("channel:pause", channel, by)
        tell(channel)
        return Channel.objects.get(pk=channel.pk)


def resume(channel: Channel, by: Identity | None = None) -> Channel:
    """Go on at once, also with a failing channel, and with one whose recipient said too often that it
    had another history."""
    with acting_as(Identity.of_node(channel.sender)):
        held = locked(channel)
        held.paused_at, held.paused_by_name, held.next_try_at = None, "", None
        if held.last_error == LOST:
            forgive(held)
        held.save()
        note("channel:resume", held, by)
        tell(held)
        ring("exchange.drain", held.sender, held.recipient)
    return held


def forgive(channel: Channel) -> None:
    """Of what went wrong nothing is counted any more. The caller holds the row and saves it."""
    channel.attempts, channel.failing_since, channel.next_try_at = 0, None, None
    channel.last_error = channel.last_detail = ""
    channel.later_epochs, channel.later_since = 0, None


def restart(channel: Channel, by: Identity | None = None) -> Channel:
    """Begin a new epoch with all that the recipient is to have: when the two histories no longer
    fit, as after an older backup came back on either side. What it has already, it takes again.

    Raises Trouble."""
    from . import restarting  # numbers items, which needs this module

    with acting_as(Identity.of_node(channel.sender)):
        held = locked(channel)
        sent = restarting.begin_epoch(held)
        note("channel:restart", held, by, sent=sent)
        tell(held)
        ring("exchange.drain", held.sender, held.recipient)
    return held


def tell(channel: Channel) -> None:
    """The administrators' open pages hear that the channel changed."""
    if administrators := administrators_of(channel.party):
        events.emit_all([News(channel.party, "channels", channel.pk, administrators)])


def administrators_of(party: str) -> tuple[UUID, ...]:
    found = Officer.objects.filter(party_id=party, roles__contains=[ADMINISTRATOR], is_active=True)
    return tuple(found.values_list("pk", flat=True))


def note(tag: str, channel: Channel, by: Identity | None = None, **detail: object) -> None:
    """An entry in the log of the Party whose channel it is."""
    log.write(
        tag,
        actor=by or Identity.of_node(channel.party),
        about=f"{channel.sender}-{channel.recipient}",
        detail={"epoch": channel.epoch, "settled": channel.settled, **detail},
    )
