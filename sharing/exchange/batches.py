"""The next envelope of a channel: which items, under which manifest, sealed to whom.

The manifest is stored before anything is sent. If no receipt comes, nobody knows whether the
envelope arrived, so that very batch is sent again and the recipient gives the same receipt again.
Another batch of the same numbers would be a second history under the sender's signature.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings

from cordillera import clock
from cordillera.crypto import jws
from cordillera.crypto.errors import Hostile
from cordillera.parties import keysets, peers
from cordillera.parties.keys import SigningKey

from . import contents, statements
from .formats import envelope
from .formats.envelope import Header
from .formats.manifest import Manifest, item_hash
from .models import Channel, Item
from .troubles import Trouble

#: What may be shown again only to who may still have the record.
_HELD = (Item.VERSION, Item.KEY)


@dataclass(frozen=True, slots=True)
class Batch:
    """`under_way` is the manifest that the channel keeps.

    `items` are empty where that batch may have arrived and may not be shown (again): who holds it
    answers with his receipt, who does not says so, and another batch takes its numbers.

    An enquiry has another manifest, for a number that cannot be next: the recipient answers with
    the number that he wants and the hash of the last manifest that he holds, which tell whether
    that is the one under way. So one asks when the key that signed it is not believed any more.
    """

    channel: Channel
    first: int
    last: int
    manifest: str
    second: str
    digest: str
    items: tuple[str, ...]
    under_way: str

    @property
    def is_question(self) -> bool:
        return not self.items

    @property
    def is_enquiry(self) -> bool:
        return self.manifest != self.under_way

    def sealed(self) -> bytes:
        """The envelope, sealed to the recipient's key of now. Raises Trouble."""
        to = keysets.active_sealing(self.channel.recipient)
        if to is None:
            raise Trouble("unknown-key", "no key to seal to is known of the recipient")
        if to.suite not in settings.EXCHANGE_SUITES:
            raise Trouble("unknown-suite", f"{to.suite} is not allowed here")
        channel = self.channel
        header = Header(
            suite=to.suite,
            sender=channel.sender,
            recipient=channel.recipient,
            epoch=channel.epoch,
            first=self.first,
            last=self.last,
            key=to.kid,
        )
        try:
            return envelope.seal(header, self.manifest, self.items, to.public, self.second or None)
        except (ValueError, Hostile) as error:
            raise Trouble("too-large", str(error)) from error


def next_of(channel: Channel) -> Batch | None:
    """The batch that is under way, else the next one, which is then under way. The caller holds the
    channel's row. None when nothing is queued."""
    if channel.manifest:
        return again(channel)
    return build(channel) if channel.settled < channel.sequenced else None


def again(channel: Channel) -> Batch:
    """The batch whose receipt has not come, exactly as it was; or only the question for it."""
    manifest = Manifest.peek(channel.manifest)
    key = _believed(channel)
    if key is not None and jws.kid_of(channel.manifest) != key.kid:
        return _enquiry(channel, manifest, key)
    rows = contents.queued(channel, manifest.first, manifest.last, envelope.LARGEST)
    items = tuple(row.text or contents.text_now(row, channel, key) for row in rows)
    same = tuple(item_hash(item) for item in items) == manifest.items
    held = (row for row in rows if row.type in _HELD and not row.text)
    shown = all(row.is_held_by(channel.recipient) for row in held)
    shown = shown and not any(row.names for row in rows)
    return _batch(channel, manifest, items if same and shown else (), channel.manifest)


def _believed(channel: Channel) -> SigningKey | None:
    try:
        return statements.key_for(channel.sender, channel.recipient)
    except Trouble:
        return None  # what he knows is revoked: our newer key set goes to him behind this batch


def _enquiry(channel: Channel, manifest: Manifest, key: SigningKey) -> Batch:
    # One more than the next: a gap, whether he holds what is under way or not.
    beyond = manifest.last + 2
    asked = replace(
        manifest,
        first=beyond,
        last=beyond,
        previous=item_hash(channel.manifest),
        items=(item_hash(""),),
    )
    return _batch(channel, asked, (), asked.sign(key.kid, key.private))


def build(channel: Channel) -> Batch | None:
    """The next batch, its manifest stored with the channel."""
    batch = make(channel, channel.settled, channel.chain)
    return batch and put_under_way(channel, batch)


def put_under_way(channel: Channel, batch: Batch) -> Batch:
    """Store the batch's manifest with the channel, before anything of it is sent."""
    channel.manifest, channel.last_sent_at = batch.manifest, clock.now()
    channel.save(update_fields=["manifest", "last_sent_at"])
    return replace(batch, channel=channel, under_way=batch.manifest)


def make(channel: Channel, after: int, chain: str) -> Batch | None:
    """The batch behind the number `after`, where the manifest with the hash `chain` ended. Nothing of
    it is stored, but for statements that take the place of what may not leave."""
    first = after + 1
    last = min(channel.sequenced, after + settings.EXCHANGE_BATCH_ITEMS)
    if last < first:
        return None
    rows = contents.queued(channel, first, last, settings.EXCHANGE_BATCH_BYTES)
    if not rows:
        return None
    key = statements.key_for(channel.sender, channel.recipient)
    items = contents.texts(channel, rows, key)
    manifest = Manifest(
        sender=channel.sender,
        recipient=channel.recipient,
        epoch=channel.epoch,
        first=first,
        last=rows[-1].seq,
        previous=chain,
        items=tuple(item_hash(item) for item in items),
        created_at=clock.now(),
    )
    return _batch(channel, manifest, items, manifest.sign(key.kid, key.private))


def _batch(channel: Channel, manifest: Manifest, items: tuple[str, ...], text: str) -> Batch:
    return Batch(
        channel=channel,
        first=manifest.first,
        last=manifest.last,
        manifest=text,
        second=_second(channel, manifest),
        digest=item_hash(text),
        items=items,
        under_way=channel.manifest,
    )


def _second(channel: Channel, manifest: Manifest) -> str:
    """Made anew each time: it may be begun, ended or made with another key while the manifest, which
    it is no part of, is under way."""
    known = peers.acknowledged(channel.recipient, channel.sender) or None
    second = keysets.second_key(channel.sender, known)
    return manifest.sign_second(second.kid, second.private) if second else ""
