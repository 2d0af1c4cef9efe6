"""The recipient's answer to a batch: read it, verify it, and write down what it says, once.

    1. whose answer it is: signed by a key of the recipient that was in use then
    2. that it answers this batch: Parties, epoch, numbers, the manifest's hash
    3. in one transaction, under the channel's row: outcomes, outbox, receipt, position, log, events

An answer to a batch that is no longer under way changes nothing: somebody else took its receipt.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from audit import log
from cordillera import clock, events
from cordillera.access.identity import Identity
from cordillera.crypto.errors import CODES, Hostile
from cordillera.events import News
from cordillera.parties import keysets
from sharing.records.models import OutboxRow, Record

from . import channels
from .batches import Batch
from .formats.receipt import APPLIED, Receipt
from .models import Channel, Item
from .models import Receipt as Kept
from .troubles import STOPPING, Trouble

#: What a recipient says whose newest key set does not list the manifest's key (any more).
_KEYS = frozenset({"unknown-key", "revoked-key", "bad-signature"})
_OUTCOMES = """
    UPDATE exchange_item i SET outcome = g.outcome, reason = g.reason
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS g(seq, outcome, reason)
    WHERE i.channel_id = %s AND i.epoch = %s AND i.seq = g.seq
"""


def read(batch: Batch, status: int, body: bytes) -> tuple[Receipt, str]:
    """The verified receipt in an answer, and its text. Raises Trouble where there is none."""
    text = _text(status, body)
    try:
        receipt = verified(text, batch.channel.recipient)
    except Hostile as error:
        raise Trouble("answer", f"the receipt: {error.code}: {error}") from error
    if (receipt.by, receipt.to) != (batch.channel.recipient, batch.channel.sender):
        raise Trouble("answer", f"a receipt of {receipt.by} for {receipt.to}")
    if not _answers(receipt, batch):
        raise Trouble("answer", "a receipt for another batch")
    if receipt.results and status != 200:
        raise Trouble("answer", f"a receipt with the status {status}")
    return receipt, text


def verified(text: str, recipient: str) -> Receipt:
    """The receipt, signed by a key that `recipient` used at the time it tells: a receipt that is
    given again may be older than the key in use. Raises Hostile."""
    known = keysets.newest(recipient)
    if known is None:
        raise Hostile(f"{recipient} is not enrolled here", "unknown-sender")
    at = Receipt.peek(text).at
    return Receipt.read(text, lambda kid: known.signer_at(kid, at))


def _answers(receipt: Receipt, batch: Batch) -> bool:
    if receipt.expected is None and receipt.epoch != batch.channel.epoch:
        return False  # beside `expected` stands the epoch that the recipient is at
    wanted = (batch.first, batch.last, batch.digest)
    return (receipt.first, receipt.last, receipt.manifest) == wanted


def _text(status: int, body: bytes) -> str:
    """The receipt's text, which a problem document may carry; else Trouble with what is known."""
    try:
        text = body.decode("ascii" if not body.startswith(b"{") else "utf-8").strip()
    except UnicodeDecodeError as error:
        raise Trouble(_http(status), "an answer that is no text") from error
    if not text.startswith("{"):
        if status in (200, 409) and text.count(".") == 2:
            return text
        raise Trouble(_http(status), "an answer without a receipt")
    try:
        problem = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Trouble(_http(status), "an answer that is no JSON") from error
    if isinstance(problem.get("refusal"), str):
        return str(problem["refusal"])
    raise Trouble(_problem_code(problem, status), str(problem.get("detail") or "")[:200])


def _problem_code(problem: dict[str, Any], status: int) -> str:
    code = str(problem.get("type", "")).rpartition(":")[2]
    # Anybody on the way could have written it: not reason enough to stop the channel.
    return code if code in CODES - STOPPING else _http(status)


def _http(status: int) -> str:
    return "answer" if status == 200 else f"http-{status}"


def apply(batch: Batch, receipt: Receipt, text: str) -> Channel:
    """Write down what a verified answer says, in the present transaction. The channel, locked.

    Raises Trouble where the batch was not taken and it is no use to go on at once.
    """
    channel = channels.locked(batch.channel)
    if channel.manifest != batch.manifest or channel.epoch != batch.channel.epoch:
        return channel
    if receipt.results:
        _settle(channel, batch, receipt, text)
    elif receipt.expected is not None:
        _resume(channel, batch, receipt, text)
    else:
        _refused(channel, batch, receipt)
    return channel


def _settle(channel: Channel, batch: Batch, receipt: Receipt, text: str) -> None:
    now = clock.now()
    kept = Kept.objects.create(
        channel=channel,
        party=channel.party,
        epoch=channel.epoch,
        first=batch.first,
        last=batch.last,
        manifest=batch.digest,
        jws=text,
        at=now,
    )
    items = Item.objects.filter(
        channel=channel, epoch=channel.epoch, seq__range=(batch.first, batch.last)
    )
    items.update(outcome=Item.APPLIED, receipt=kept, settled_at=now, sent_at=channel.last_sent_at)
    _put_outcomes(channel, receipt)
    OutboxRow.objects.filter(
        sender=channel.sender,
        recipient=channel.recipient,
        arrived_at=None,
        seq__range=(batch.first, batch.last),
    ).update(arrived_at=now)
    channels.recovered(channel)
    channel.settled, channel.chain = batch.last, batch.digest
    channel.manifest = channel.second = ""
    channel.last_receipt_at = channel.heard_at = now
    channel.save()
    _log(channel, batch, receipt)
    _tell(channel, [pk for pk in items.values_list("record_id", flat=True) if pk])


def _put_outcomes(channel: Channel, receipt: Receipt) -> None:
    others = [one for one in receipt.results if one.outcome != APPLIED]
    if not others:
        return
    columns: list[list[Any]] = [
        [one.seq for one in others],
        [one.outcome for one in others],
        [one.reason for one in others],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, [*columns, channel.pk, channel.epoch])


def _log(channel: Channel, batch: Batch, receipt: Receipt) -> None:
    others = [one for one in receipt.results if one.outcome != APPLIED]
    log.write(
        "envelope:receipt",
        actor=Identity.of_node(channel.party),
        about=f"{channel.sender}-{channel.recipient}",
        detail={
            "epoch": channel.epoch,
            "first": batch.first,
            "last": batch.last,
            "manifest": batch.digest,
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
        if through == batch.last and receipt.chain == batch.digest:
            # It has this very batch, and did not say what became of each item.
            _settle(channel, batch, receipt, text)
            return
        if through == channel.settled and receipt.chain == channel.chain:
            raise Trouble("answer", "the recipient asks for the batch that it was sent")
        if through < channel.settled and receipt.chain == _chain_at(channel, through):
            _rewind(channel, through, receipt.chain or "")
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
    return kept.values_list("manifest", flat=True).first()


def _rewind(channel: Channel, through: int, chain: str) -> None:
    """The recipient lost what came later, as with an older backup: it is sent once more."""
    items = Item.objects.filter(channel=channel, epoch=channel.epoch, seq__gt=through)
    items.update(outcome=Item.QUEUED, reason="", detail="", receipt=None, settled_at=None)
    Kept.objects.filter(channel=channel, epoch=channel.epoch, last__gt=through).delete()
    log.write(
        "channel:rewind",
        actor=Identity.of_node(channel.party),
        about=f"{channel.sender}-{channel.recipient}",
        detail={"epoch": channel.epoch, "from": channel.settled, "to": through},
    )
    channels.recovered(channel)
    channel.settled, channel.chain = through, chain
    channel.manifest = channel.second = ""
    channel.heard_at = clock.now()
    channel.save()
    channels.tell(channel)


def _refused(channel: Channel, batch: Batch, receipt: Receipt) -> None:
    """The whole batch was refused. Where that proves that it was never taken, its numbers are free:
    the next one may be another."""
    code = receipt.refused or ""
    untaken = receipt.applied_through < batch.first
    answered = batch.is_question and code == "mismatch"
    if untaken and (answered or code in _KEYS):
        channel.manifest = channel.second = ""
        channel.save(update_fields=["manifest", "second"])
        if answered:
            return
    raise Trouble(
        code, f"{channel.recipient} refused numbers {batch.first} to {batch.last}", signed=True
    )
