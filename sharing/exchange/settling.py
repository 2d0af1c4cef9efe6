"""Write down what a recipient's verified answer says, once, under the channel's row.

One transaction holds the items' outcomes, the outbox rows' arrival, the receipt, the channel's place,
the log and the events. An answer to what is no longer under way changes nothing: somebody else took
its receipt.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Q
from django.dispatch import Signal

from audit import log
from cordillera import clock, events
from cordillera.access.identity import Identity
from cordillera.crypto.jws import digest
from cordillera.events import News
from sharing.records.models import OutboxRow, Record

from . import channels, unnaming, witnessing
from .batches import Batch
from .contents import is_held_back
from .formats.manifest import Manifest
from .formats.receipt import APPLIED, REFUSED, Receipt
from .later import begin_later
from .models import Channel, Item
from .models import Receipt as Kept
from .troubles import Trouble

#: So often a recipient may say that it has lost what it receipted: it would be sent for ever.
MOST_LOST = 10
#: What a recipient says whose newest key set does not list the manifest's key (any more).
_KEYS = frozenset({"unknown-key", "revoked-key", "bad-signature"})
#: Sent with `party`, `recipient` and what `happened`: pairs of an item and a word, which is its
#: outcome or the event that a report tells. In the transaction that writes it down.
reached = Signal()
#: That word for a version which a ceiling held back: its number was taken, the version did not go.
HELD_BACK = "held-back"
_OUTCOMES = """
    UPDATE exchange_item i SET outcome = g.outcome, reason = g.reason
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS g(seq, outcome, reason)
    WHERE i.channel_id = %s AND i.epoch = %s AND i.seq = g.seq
"""


def apply(batch: Batch, receipt: Receipt, text: str) -> Channel:
    """The channel, locked, after what the answer says was written down in the present transaction.

    Raises Trouble where the batch was not taken and it is no use to go on at once.
    """
    channel = channels.locked(batch.channel)
    if channel.manifest != batch.under_way or channel.epoch != batch.channel.epoch:
        return channel
    witnessing.notice(receipt.checkpoints)
    if receipt.results:
        _settle(channel, receipt, text)
    elif receipt.expected is not None:
        _resume(channel, batch, receipt, text)
    else:
        _refused(channel, batch, receipt)
    return channel


def _settle(channel: Channel, receipt: Receipt, text: str) -> None:
    """The recipient has what is under way. Where he did not say what became of each item, he holds
    them all."""
    now = clock.now()
    sent = Manifest.peek(channel.manifest)
    seqs = (sent.first, sent.last)
    kept = Kept.objects.create(
        channel=channel,
        party=channel.party,
        epoch=channel.epoch,
        first=sent.first,
        last=sent.last,
        manifest=digest(channel.manifest),
        jws=text,
        at=now,
    )
    items = Item.objects.filter(channel=channel, epoch=channel.epoch, seq__range=seqs)
    # What he reported of some of them since is here already, or just being written down, in the same
    # order; it is later than his receipt.
    locked = items.select_for_update(no_key=True).order_by("seq").values_list("seq", "outcome")
    told = {seq for seq, outcome in locked if outcome != Item.QUEUED}
    from_receipt = {"receipt": kept, "sent_at": channel.last_sent_at}
    items.exclude(seq__in=told).update(outcome=Item.APPLIED, settled_at=now, **from_receipt)
    if told:
        items.filter(seq__in=told).update(**from_receipt)
    _put_outcomes(channel, receipt, told)
    OutboxRow.objects.filter(
        sender=channel.sender, recipient=channel.recipient, arrived_at=None, seq__range=seqs
    ).update(arrived_at=now)
    channels.recovered(channel)
    channel.settled, channel.chain = sent.last, kept.manifest
    channel.manifest = ""
    channel.last_receipt_at = channel.heard_at = now
    channel.save()
    _log(channel, kept, receipt)
    settled = list(items.defer("text", "detail", "created_at", "sent_at", "settled_at"))
    unnaming.settled(settled)
    known = _refused_before(kept, receipt)
    happened = [
        (item, HELD_BACK if is_held_back(item) else item.outcome)
        for item in settled
        if item.seq not in told and (item.seq, item.reason) not in known
    ]
    reached.send(Item, party=channel.party, recipient=channel.recipient, happened=happened)
    _tell(channel, [item.record_id for item in settled if item.record_id])


def _refused_before(kept: Kept, receipt: Receipt) -> set[tuple[int, str | None]]:
    """(number, reason) of what the recipient refused before it lost it, and refuses again."""
    if all(one.outcome != REFUSED for one in receipt.results):
        return set()
    before = Kept.objects.filter(channel=kept.channel, epoch=kept.epoch).exclude(pk=kept.pk)
    texts = before.filter(first__lte=kept.last, last__gte=kept.first).values_list("jws", flat=True)
    results = chain.from_iterable(Receipt.peek(text).results for text in texts)
    return {(one.seq, one.reason) for one in results if one.outcome == REFUSED}


def _put_outcomes(channel: Channel, receipt: Receipt, told: set[int]) -> None:
    others = [one for one in receipt.results if one.outcome != APPLIED and one.seq not in told]
    if not others:
        return
    columns: list[list[Any]] = [
        [one.seq for one in others],
        [one.outcome for one in others],
        [one.reason for one in others],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, [*columns, channel.pk, channel.epoch])


def _log(channel: Channel, kept: Kept, receipt: Receipt) -> None:
    others = [one for one in receipt.results if one.outcome != APPLIED]
    log.write(
        "envelope:receipt",
        actor=Identity.of_node(channel.party),
        about=f"{channel.sender}-{channel.recipient}",
        detail={
            "epoch": channel.epoch,
            "first": kept.first,
            "last": kept.last,
            "manifest": kept.manifest,
            "others": [[one.seq, one.outcome, one.reason] for one in others[:50]],
        },
    )


def _tell(channel: Channel, records: list[Any]) -> None:
    """The originator's officers hear of their record; of TLP:RED only who is named."""
    found = Record.objects.filter(pk__in=set(records)).values_list("pk", "tlp", "named")
    events.emit_all(
        News(channel.party, "record", pk, tuple(named) if tlp == "RED" else None)
        for pk, tlp, named in found
    )
    channels.tell(channel)


# --- Not taken --------------------------------------------------------------------------------


def _resume(channel: Channel, batch: Batch, receipt: Receipt, text: str) -> None:
    """The recipient says where it stands: go on there, if its history there is ours."""
    through = receipt.applied_through
    if receipt.epoch == channel.epoch:
        if through > channel.settled and receipt.chain == digest(channel.manifest):
            _settle(channel, receipt, text)
            return
        if through == channel.settled and receipt.chain == channel.chain:
            if batch.is_enquiry:
                _release(channel)
                return
            raise Trouble("answer", "the recipient asks for the batch that it was sent")
        if through < channel.settled and receipt.chain == _chain_at(channel, through):
            _rewind(channel, receipt, text)
            return
    if batch.is_enquiry and receipt.epoch < channel.epoch and not channel.settled:
        _release(channel)  # he has not heard of this epoch: what begins it was never taken
        return
    if receipt.epoch >= channel.epoch and begin_later(channel, receipt.epoch + 1):
        return
    raise Trouble(
        "gap",
        f"{channel.recipient} has epoch {receipt.epoch} up to {through}; "
        f"here it is epoch {channel.epoch} up to {channel.settled}, or the manifests differ",
        signed=True,
    )


def _chain_at(channel: Channel, through: int) -> str | None:
    """The hash of our manifest that ended at this number; None where none did."""
    if through == 0:
        return ""
    kept = Kept.objects.filter(channel=channel, epoch=channel.epoch, last=through)
    return kept.order_by("-id").values_list("manifest", flat=True).first()


def _rewind(channel: Channel, receipt: Receipt, text: str) -> None:
    """The recipient lost what came later, as with an older backup: it is sent once more. Its receipts
    stay, and its signed word that it lost them is in the log: it has had what it says it lost."""
    through = receipt.applied_through
    again = Q(first__lte=through + 1, last__gt=through)
    if Kept.objects.filter(again, channel=channel, epoch=channel.epoch).count() >= MOST_LOST:
        detail = (
            f"{channel.recipient} has receipted number {through + 1} and lost it again and again"
        )
        raise Trouble("gap", detail, signed=True)
    items = Item.objects.filter(channel=channel, epoch=channel.epoch, seq__gt=through)
    items.update(outcome=Item.QUEUED, reason="", detail="", receipt=None, settled_at=None)
    log.write(
        "channel:rewind",
        actor=Identity.of_node(channel.party),
        about=f"{channel.sender}-{channel.recipient}",
        detail={
            "epoch": channel.epoch,
            "from": channel.settled,
            "to": through,
            "receipt": text,
        },
    )
    channels.recovered(channel)
    channel.settled, channel.chain = through, receipt.chain or ""
    channel.manifest = ""
    channel.heard_at = clock.now()
    channel.save()
    channels.tell(channel)


def _refused(channel: Channel, batch: Batch, receipt: Receipt) -> None:
    """The whole batch was refused. Where that proves that what is under way was never taken, its
    numbers are free: the next one may be another."""
    code, through = receipt.refused or "", receipt.applied_through
    if code == "sequence-reused" and begin_later(channel, channel.epoch + 1):
        return
    untaken = through < Manifest.peek(channel.manifest).first
    if untaken and batch.is_question and not batch.is_enquiry and code == "mismatch":
        _release(channel)
        return
    if untaken and code in _KEYS:
        _release(channel)
    detail = f"{channel.recipient} refused numbers {batch.first} to {batch.last}"
    raise Trouble(code, detail, signed=True)


def _release(channel: Channel) -> None:
    channel.manifest = ""
    channel.save(update_fields=["manifest"])
