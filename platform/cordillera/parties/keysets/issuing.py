"""Issue our own key sets: a new one after each change, signed by the root key."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from audit import keys as log_keys
from audit import log, note
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.crypto import jws
from cordillera.crypto import keyset as wire
from cordillera.crypto.log_keys import LogKeys
from cordillera.doorbell import ring

from .. import contacts, vault
from ..acting import acting
from ..errors import NoKey, PartiesError
from ..models import KeySet, Party, PartyKey
from ..vault import SigningKey
from .held import current, said

#: A signature that was under way when its key was retired still counts.
GRACE = timedelta(minutes=1)


def draft(party_code: str) -> dict[str, Any] | None:
    """The payload of the key set that is due, to be signed by the root; None when none is due."""
    party = Party.objects.select_for_update().get(code=party_code)
    root = PartyKey.objects.filter(party=party, use=PartyKey.ROOT, retired_at=None).first()
    if root is None:
        raise NoKey(
            f"{party_code} has no root key here: make its keys with "
            f"`manage.py party key make {party_code}`."
        )
    last = KeySet.objects.filter(party=party).order_by("-number").first()
    due = _compose(party, root, last)
    if last and last.root_id == root.kid and _contents(due) == _contents(said(last)):
        return None
    return due.to_payload()


def is_due(party_code: str) -> bool:
    """Whether a key set waits for the root key, which is kept elsewhere."""
    unlisted = PartyKey.objects.filter(party_id=party_code).exclude(use=PartyKey.ROOT)
    waiting = Q(listed_in=None) | Q(retired_at__isnull=False, retired_in=None)
    here = PartyKey.objects.filter(
        party_id=party_code, use=PartyKey.ROOT, retired_at=None, sealed_private__isnull=False
    )
    if here.exists() or not unlisted.exists():
        return False
    return unlisted.filter(waiting).exists() or not _announced(party_code)


def _compose(party: Party, root: PartyKey, last: KeySet | None) -> wire.KeySet:
    now = clock.now()
    return wire.KeySet(
        party=party.code,
        number=last.number + 1 if last else 1,
        issued_at=now,
        root=bytes(root.public),
        keys=tuple(_entry(row, now) for row in _to_list(party)),
        previous=last.digest if last else None,
        address=party.address or None,
        names={
            **party.country_names,
            "administration": party.administration,
            "short": party.short_name,
        },
        contacts=contacts.of(party),
        log=_log_keys(),
    )


def _log_keys() -> LogKeys:
    """Of the node's one log, whichever of its Parties announces it."""
    own = log_keys.own_keys()
    return LogKeys(
        log=tuple(str(key) for key in own if key.kind == note.ED25519),
        witness=tuple(str(key) for key in own if key.kind != note.ED25519),
    )


def _announced(party_code: str) -> bool:
    """Whether the newest key set names the log's keys as they are."""
    last = current(party_code)
    return last is not None and said(last).log == _log_keys()


def _to_list(party: Party) -> list[PartyKey]:
    """Every signing key for ever; sealing keys as long as something opens with them."""
    rows = PartyKey.objects.filter(party=party).exclude(use=PartyKey.ROOT)
    return [
        row
        for row in rows.order_by("created_at", "kid")
        if row.use != PartyKey.SEALING or row.sealed_private
    ]


def _entry(row: PartyKey, now: datetime) -> wire.Key:
    return wire.Key(
        kid=row.kid,
        use=row.use,
        alg=row.alg,
        public=bytes(row.public),
        since=row.created_at,
        until=_until(row, now),
        revoked_at=row.revoked_at,
    )


def _until(row: PartyKey, now: datetime) -> datetime | None:
    if row.retired_at is None or row.retired_in or row.revoked_at:
        return row.retired_at
    return now + GRACE  # it has signed until now, whenever its retiring was decided


def _contents(key_set: wire.KeySet) -> dict[str, Any]:
    """What a key set says besides its number and time."""
    said = key_set.to_payload()
    for name in ("number", "issued_at", "previous"):
        del said[name]
    return said


@transaction.atomic
def publish(party_code: str, by: Identity | None = None) -> KeySet | None:
    """Issue a new key set where what it says has changed, and send it to the peers.

    None when nothing changed, or when the root key is kept elsewhere: `draft` is then signed there.
    """
    payload = draft(party_code)
    if payload is None:
        return None
    root = PartyKey.objects.get(kid=payload["root"]["kid"])
    if root.sealed_private is None:
        log.write("key:unsigned", actor=acting(by, party_code), about=payload["number"])
        return None
    return _issue(root, sign(payload, vault.signer(root)), by)


def announce_log(party_code: str) -> None:
    """Tell the peers which keys this node's log and its witness have now, if they do not know."""
    if current(party_code) and not _announced(party_code):
        publish(party_code)


def contacts_changed(party_code: str, by: Identity | None) -> None:
    """Tell the peers, where this Party is hosted here and has its keys."""
    root = PartyKey.objects.filter(party_id=party_code, use=PartyKey.ROOT, retired_at=None)
    if party_code in settings.HOSTED_PARTIES and root.exists():
        publish(party_code, by)


def sign(payload: dict[str, Any], root: SigningKey) -> str:
    """The key set's text. Needs no database, so that it can be done where the root key is kept."""
    return jws.sign(payload, typ=wire.TYPE, kid=root.kid, private=root.private)


@transaction.atomic
def publish_signed(text: str, by: Identity | None = None) -> KeySet:
    """Issue our key set that was signed elsewhere. Raises Hostile, or PartiesError when it is not
    what is due now."""
    claimed = wire.KeySet.read(text, None)
    payload = draft(claimed.party)
    root = PartyKey.objects.filter(
        kid=claimed.root_kid, use=PartyKey.ROOT, retired_at=None, party_id=claimed.party
    ).first()
    if root is None or payload is None or not _same(wire.KeySet.from_payload(payload), claimed):
        raise PartiesError(
            "This is not the key set that is due now: draft it again and sign that one."
        )
    return _issue(root, text, by)


def _same(due: wire.KeySet, signed: wire.KeySet) -> bool:
    """All but the moment, and the end of keys that is told from it."""

    def plain(one: wire.KeySet) -> dict[str, Any]:
        found = {**one.to_payload(), "issued_at": None}
        for key in found["keys"]:
            key["until"] = key["until"] and bool(key["until"])
        return found

    return plain(due) == plain(signed)


def _issue(root: PartyKey, text: str, by: Identity | None) -> KeySet:
    what = wire.KeySet.read(text, bytes(root.public))
    made = KeySet.objects.create(
        party_id=what.party,
        root=root,
        number=what.number,
        jws=text,
        digest=what.digest,
        issued_at=what.issued_at,
    )
    rows = PartyKey.objects.in_bulk([key.kid for key in what.keys])
    for key in what.keys:
        mark(rows[key.kid], key, what.number)
    detail = {"number": what.number, "keys": [key.kid for key in what.keys if key.active]}
    log.write("key:publish", actor=acting(by, what.party), about=root.kid, detail=detail)
    ring("exchange.keysets")
    return made


def mark(row: PartyKey, key: wire.Key, number: int) -> None:
    """Write into a key's row what the key set `number` says of it."""
    row.listed_in = row.listed_in or number
    if not key.active:
        row.retired_in = row.retired_in or number
        row.retired_at = key.until or key.revoked_at
        row.revoked_at = key.revoked_at
    # These alone: the private half may be destroyed meanwhile, and must stay so.
    told = ["listed_in", "retired_in", "retired_at", "revoked_at"]
    row.save(update_fields=None if row._state.adding else told)
