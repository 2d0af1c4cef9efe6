"""Take an envelope in: the recipient's numbered checks, one transaction, a signed receipt.

The numbers are those of PROTOCOL.md; steps 1 to 6 are in proving.py. From step 7 to the commit the
channel's row is locked: two copies of the same envelope come one after the other, and the second
one finds the first one's receipt. Whatever comes, the answer is one of the protocol's; what could
not be written answers that this node is busy, and nothing of it stays.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from django.db import connection

from audit import log, noticing
from cordillera import bulk, clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto.errors import Hostile

from . import answers, channels, refusals, told
from .answers import Answer
from .applying import Context, Taken, apply
from .formats.receipt import LONGEST_CHECKPOINT, MOST_CHECKPOINTS
from .formats.receipt import Receipt as SignedReceipt
from .models import Channel, Receipt
from .proving import Asked, Batch, prove
from .refusals import OutOfStep

logger = logging.getLogger(__name__)
#: How long an envelope waits for the one before it on the same channel.
LOCK_SECONDS = 10


def receive(data: bytes) -> Answer:
    """The answer to an envelope's bytes. Raises nothing."""
    asked = Asked()
    try:
        try:
            batch = prove(data, asked)
            answer = _settle(batch)
        except Hostile as error:
            return refusals.refuse(asked, error)
    except Exception as error:
        # The database cannot write, a key does not open …: not the sender's fault, and no end.
        logger.error("exchange.busy: %s", told.whole(error))
        return answers.busy()
    _hear(batch)
    return replace(answer, by=batch.manifest.sender)


def _hear(batch: Batch) -> None:
    """Who sends can be reached again: what waits for him need not wait for its next try."""
    try:
        channels.heard(batch.manifest.sender, batch.manifest.recipient)
    except Exception as error:
        logger.warning("exchange.heard: %s", told.what(error))


def _settle(batch: Batch) -> Answer:
    manifest = batch.manifest
    node = Identity.of_node(manifest.recipient, sender=manifest.sender)
    with acting_as(node):
        channel = _locked(manifest.sender, manifest.recipient)
        # 7. The number wanted is the next one; what was taken already gets the same receipt.
        if known := _known(channel, batch):
            return answers.receipt(known.jws)
        if new_epoch(channel, batch):
            channel.epoch, channel.settled, channel.chain = manifest.epoch, 0, ""
        if manifest.epoch == channel.epoch and manifest.first <= channel.settled:
            said = f"{manifest.epoch}/{manifest.first} was taken with another content"
            raise OutOfStep(said, "sequence-reused")
        if (manifest.epoch, manifest.first) != (channel.epoch, channel.settled + 1):
            return _gap(channel, batch)
        # 8. The batch before is the one that the sender says.
        if manifest.previous != channel.chain:
            raise OutOfStep("the batch before was another one", "mismatch")
        # 9. As many items as the manifest names, with their hashes.
        manifest.check_items(batch.items)
        # 10. Each item by itself. 11. All of it in this transaction, or nothing.
        taken = apply(Context.of(node, batch.key_set), batch.items)
        return answers.receipt(_commit(node, channel, batch, taken))


def _locked(sender: str, recipient: str) -> Channel:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(LOCK_SECONDS * 1000)])
    rows = Channel.objects.filter(sender=sender, recipient=recipient)
    if not rows.exists():
        made = Channel(party=recipient, sender=sender, recipient=recipient)
        Channel.objects.bulk_create([made], ignore_conflicts=True)
    return rows.select_for_update().get()


def _known(channel: Channel, batch: Batch) -> Receipt | None:
    """The receipt that this very manifest got."""
    given = Receipt.objects.filter(channel=channel, epoch=batch.manifest.epoch)
    return given.filter(first=batch.manifest.first, manifest=batch.chain).first()


def new_epoch(channel: Channel, batch: Batch) -> bool:
    """A later epoch begins; not only the next one, for an older backup may have come back here."""
    manifest = batch.manifest
    return manifest.epoch > channel.epoch and manifest.first == 1 and not manifest.previous


def _gap(channel: Channel, batch: Batch) -> Answer:
    """Nothing was taken; the number that is wanted, in the epoch that is held here."""
    manifest = batch.manifest
    said = f"{manifest.epoch}/{manifest.first} came; {channel.epoch}/{channel.settled + 1} follows"
    refusals.write_down("gap", said, party=channel.recipient, sender=channel.sender, proven=True)
    gap = _receipt(channel, batch, expected=channel.settled + 1, chain=channel.chain)
    return answers.receipt(refusals.sign(gap), 409)


def _receipt(channel: Channel, batch: Batch, **answer: object) -> SignedReceipt:
    return SignedReceipt(
        by=channel.recipient,
        to=channel.sender,
        at=clock.now(),
        epoch=channel.epoch,
        first=batch.manifest.first,
        last=batch.manifest.last,
        manifest=batch.chain,
        applied_through=channel.settled,
        checkpoints=tuple(noticing.shared(MOST_CHECKPOINTS, LONGEST_CHECKPOINT)),
        **answer,  # type: ignore[arg-type]
    )


def _commit(node: Identity, channel: Channel, batch: Batch, taken: Sequence[Taken]) -> str:
    """Write what became of the batch; its receipt's text."""
    now = clock.now()
    channel.settled, channel.chain = batch.manifest.last, batch.chain
    channel.heard_at = channel.last_receipt_at = now
    channel.last_error = channel.last_detail = ""
    channel.save()
    results = [one.result(batch.manifest.first + at) for at, one in enumerate(taken)]
    text = refusals.sign(_receipt(channel, batch, results=tuple(results)))
    receipt = Receipt.objects.create(
        channel=channel,
        party=channel.party,
        epoch=channel.epoch,
        first=batch.manifest.first,
        last=batch.manifest.last,
        manifest=batch.chain,
        jws=text,
        at=now,
    )
    bulk.insert(
        [one.row(channel, receipt, batch.manifest.first + at, now) for at, one in enumerate(taken)]
    )
    _note(node, channel, batch, taken)
    return text


def _note(node: Identity, channel: Channel, batch: Batch, taken: Sequence[Taken]) -> None:
    outcomes = Counter(one.reason or one.outcome for one in taken)
    log.write(
        "envelope:apply",
        actor=node,
        about=f"{channel.sender} {channel.epoch}/{batch.manifest.first}-{batch.manifest.last}",
        detail={"manifest": batch.chain, "outcomes": dict(outcomes)},
    )
