"""Make the next batch of a backlog while the present one travels.

Its manifest names the one that is under way, which is stored: so it can be made before that one's
receipt is here. Nothing of it is stored until then. In the transaction that writes the receipt down
it is looked at again, and goes only if it is still what would be made now: what was recalled
meanwhile does not leave. After any other answer it is thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto import jws
from cordillera.parties import keysets, peers

from . import batches, channels, contents, sequencing, statements
from .batches import Batch
from .contents import Mark
from .models import Channel, Item
from .troubles import Trouble


@dataclass(frozen=True, slots=True)
class Ahead:
    """A batch that is not stored, and what its items were when it was made."""

    batch: Batch
    previous: str
    marks: tuple[Mark, ...]
    envelope: bytes
    sealed_to: str

    def fits(self, channel: Channel) -> bool:
        """Whether it is what would be made now. The caller holds the channel's row."""
        made = self.batch
        follows = (channel.epoch, channel.settled + 1, channel.chain, channel.manifest) == (
            made.channel.epoch,
            made.first,
            self.previous,
            "",
        )
        return (
            follows
            and jws.kid_of(made.manifest)
            == statements.key_for(channel.sender, channel.recipient).kid
            and _second(channel) == (jws.kid_of(made.second) if made.second else "")
            and contents.marks(channel, made.first, made.last) == self.marks
        )

    def sealed(self) -> bytes:
        """Its envelope, sealed anew where the recipient has another key by now. Raises Trouble."""
        to = keysets.active_sealing(self.batch.channel.recipient)
        is_same = to is not None and to.kid == self.sealed_to
        return self.envelope if is_same else self.batch.sealed()


def is_worth_it(batch: Batch) -> bool:
    """Whether more waits behind the batch than a moment's releases."""
    full = len(batch.items) >= settings.EXCHANGE_BATCH_ITEMS
    return bool(batch.items) and (full or batch.channel.sequenced > batch.last)


def make(under_way: Batch) -> Ahead | None:
    """The batch behind this one, if there is one to be made now."""
    try:
        with acting_as(Identity.of_node(under_way.channel.sender)):
            made = _make(channels.locked(under_way.channel), under_way)
        return made and _sealed(under_way, *made)
    except Trouble:
        return None  # it will be told when the batch is made in its turn


def _make(channel: Channel, under_way: Batch) -> tuple[Batch, tuple[Mark, ...]] | None:
    if channel.manifest != under_way.under_way or not channels.may_send(channel):
        return None
    if channel.sequenced - under_way.last < settings.EXCHANGE_BATCH_ITEMS:
        sequencing.number(channel)
    batch = batches.make(channel, under_way.last, under_way.digest)
    if batch is None:
        return None
    marks = contents.marks(channel, batch.first, batch.last)
    # A file's key is drawn from the file itself, which may go at any time.
    return None if any(one.type == Item.KEY for one in marks) else (batch, marks)


def _sealed(under_way: Batch, batch: Batch, marks: tuple[Mark, ...]) -> Ahead:
    to = keysets.active_sealing(batch.channel.recipient)
    return Ahead(batch, under_way.digest, marks, batch.sealed(), to.kid if to else "")


def _second(channel: Channel) -> str:
    """The id of the second signing key that is due now; empty for none."""
    known = peers.acknowledged(channel.recipient, channel.sender) or None
    second = keysets.second_key(channel.sender, known)
    return second.kid if second else ""
