"""How far what left for another node has come, for the pages of the originator."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cordillera.access.identity import Identity
from cordillera.crypto.errors import Hostile
from cordillera.parties import agreements, keysets
from sharing.records.attachments.room import OVER_QUOTA
from sharing.records.models import OutboxRow, Record
from sharing.records.reading.deliveries import APPLIED, HELD, MOST, QUEUED, SENT, Delivery

from . import words
from .contents import is_held_back
from .formats.receipt import Receipt as Signed
from .models import Item, Receipt

VERBS = {Item.WITHDRAWAL: OutboxRow.RECALLED, Item.EXPIRY: OutboxRow.EXPIRED}


def remote(identity: Identity, record: Record) -> list[Delivery]:
    """The record's deliveries to Parties on other nodes."""
    found = [*_queued(record), *_numbered(identity, record)]
    for recipient in {one.recipient for one in found if one.state == QUEUED}:
        if agreements.is_suspended(identity.party, recipient):
            _explain(found, recipient)
    return found


def _explain(found: list[Delivery], recipient: str) -> None:
    """Why what is queued for `recipient` does not leave."""
    for one in found:
        if (one.recipient, one.state) == (recipient, QUEUED):
            one.reason = _("Sharing with this Party is suspended: everything waits.")


def _queued(record: Record) -> Iterator[Delivery]:
    """Decided, and not yet given a number."""
    rows = OutboxRow.objects.filter(
        record_id=record.pk, sender=record.originator_id, seq=None, arrived_at=None
    ).exclude(recipient__in=settings.HOSTED_PARTIES)
    numbers = dict(record.versions.values_list("id", "number"))
    for row in rows.order_by("-id")[:MOST]:
        yield Delivery(
            recipient=row.recipient,
            verb=row.verb,
            number=numbers.get(row.version_id) if row.version_id else None,
            state=QUEUED,
            decided_at=row.created_at,
            is_remote=True,
        )


def _numbered(identity: Identity, record: Record) -> Iterator[Delivery]:
    items = (
        Item.objects.filter(
            record_id=record.pk,
            party=identity.party,
            channel__sender=identity.party,
            type__in=(Item.VERSION, *VERBS),
        )
        .select_related("channel", "receipt")
        .order_by("epoch", "seq")
    )
    had: set[str] = set()
    without = _without_files(identity, record)
    for item in items[:MOST]:
        recipient = item.channel.recipient
        verb = OutboxRow.AMENDED if recipient in had else OutboxRow.RELEASED
        verb = VERBS.get(item.type, verb)
        if verb == OutboxRow.RECALLED:
            had.discard(recipient)
        elif not is_held_back(item):
            had.add(recipient)
        one = _delivery(item, recipient, verb)
        if one.state == APPLIED and (recipient, item.number) in without:
            one.reason = _("Its files wait there for room: they are more than that Party takes.")
        yield one


def _without_files(identity: Identity, record: Record) -> set[tuple[str, int]]:
    """(recipient, number) of versions whose files find no room there; none that was withdrawn since."""
    later = Q(epoch__gt=OuterRef("epoch")) | Q(epoch=OuterRef("epoch"), seq__gt=OuterRef("seq"))
    withdrawn = Item.objects.filter(
        later,
        channel=OuterRef("channel"),
        record_id=OuterRef("record_id"),
        type=Item.WITHDRAWAL,
        outcome=Item.APPLIED,
    )
    keys = Item.objects.filter(
        record_id=record.pk,
        party=identity.party,
        channel__sender=identity.party,
        type=Item.KEY,
        reason=OVER_QUOTA,
    )
    return set(keys.exclude(Exists(withdrawn)).values_list("channel__recipient", "number"))


def _delivery(item: Item, recipient: str, verb: str) -> Delivery:
    state = item.outcome or (SENT if item.sent_at else QUEUED)
    if is_held_back(item):
        state = HELD
    return Delivery(
        recipient=recipient,
        verb=verb,
        number=item.number or None,
        state=state,
        decided_at=item.created_at,
        sent_at=item.sent_at,
        arrived_at=item.settled_at if state == APPLIED else None,
        read_at=item.read_at,
        purged_at=item.purged_at,
        purged=item.purged or {},
        reason=words.reason(item.reason) if item.reason else "",
        receipt=verifies(item.receipt) if item.receipt else None,
        is_remote=True,
    )


def verifies(receipt: Receipt) -> bool:
    """Whether the receipt is signed by a key of the Party that gave it, and says what we keep."""
    try:
        giver = Signed.peek(receipt.jws).by
        said = Signed.read(receipt.jws, lambda kid: _public(giver, kid))
    except Hostile:
        return False
    kept = (receipt.epoch, receipt.first, receipt.last, receipt.manifest)
    return (said.epoch, said.first, said.last, said.manifest) == kept


def _public(party: str, kid: str) -> Ed25519PublicKey | None:
    listed = keysets.signing_public(party, kid)
    return listed.public if listed else None
