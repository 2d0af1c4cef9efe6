"""Each Party's keys: a root key, and one in use to sign, to seal, and where wanted to sign twice.

The earlier ones stay, retired, because what they signed must verify for ever; the private half of
a sealing key is destroyed as soon as nobody can still seal to it. A key's id is drawn from its
public half, so the id cannot point at another key. Every change issues a new key set.
"""

from __future__ import annotations

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from audit import keys as log_keys
from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity
from cordillera.crypto.keyset import key_id

from . import keysets, peers, sealing, vault
from .acting import acting
from .errors import KeyInUse, NoKey, NoSigningKey
from .models import KeySet, KeySetReceipt, Party, PartyKey
from .vault import SigningKey

__all__ = ["SigningKey", "key_id", "public_key", "signing_key"]

#: An envelope that was sealed to a key may still be on its way when the newer key set is receipted.
ON_THE_WAY = timedelta(seconds=60)
ROTATED = (PartyKey.SIGNING, PartyKey.SEALING, PartyKey.SIGNING_PQ)


def signing_key(party_code: str) -> SigningKey:
    """The key with which this Party signs now. Raises NoSigningKey, or SealingError."""
    row = (
        PartyKey.objects.filter(
            party_id=party_code,
            use=PartyKey.SIGNING,
            listed_in__isnull=False,
            retired_in=None,
            revoked_at=None,
            sealed_private__isnull=False,
        )
        .order_by("-created_at")
        .first()
    )
    if row is None:
        raise NoSigningKey(
            f"{party_code} has no signing key here that a key set lists: make its keys with "
            f"`manage.py party key make {party_code}`, or have the key set that is due signed "
            f"(`manage.py party keyset draft {party_code}`)."
        )
    return vault.signer(row)


def public_key(kid: str) -> Ed25519PublicKey:
    """The public half of any signing key, retired ones too. Raises NoSigningKey."""
    found = PartyKey.objects.filter(kid=kid, use=PartyKey.SIGNING)
    public = found.values_list("public", flat=True).first()
    if public is None:
        raise NoSigningKey(f"No key with the id {kid!r} is known here.")
    return Ed25519PublicKey.from_public_bytes(bytes(public))


@transaction.atomic
def make_signing_key(party_code: str, by: Identity | None = None) -> PartyKey:
    """The Party's first keys: root, signing and sealing, and its first key set. Returns the
    signing key. Raises KeyInUse when it already has one."""
    party = _locked(party_code, by)
    if PartyKey.objects.filter(party=party, use=PartyKey.SIGNING, retired_at=None).exists():
        raise KeyInUse(f"{party_code} already has a signing key in use; rotate it instead.")
    made = {}
    for use in (PartyKey.ROOT, PartyKey.SIGNING, PartyKey.SEALING):
        if PartyKey.objects.filter(party=party, use=use, retired_at=None).exists():
            continue
        made[use] = vault.make(party, use)
        log.write(
            "key:make", actor=acting(by, party_code), about=made[use].kid, detail={"use": use}
        )
    keysets.publish(party_code, by)
    return PartyKey.objects.get(kid=made[PartyKey.SIGNING].kid)


@transaction.atomic
def rotate(party_code: str, by: Identity | None = None, use: str = PartyKey.SIGNING) -> PartyKey:
    """Retire the key in use, and use a new one from the next key set on."""
    party = _locked(party_code, by)
    old = PartyKey.objects.filter(party=party, use=use, retired_at=None).first()
    if old is None and use != PartyKey.SIGNING_PQ:
        raise NoSigningKey(f"{party_code} has no {use} key to rotate.")
    if old:
        old.retired_at = clock.now()
        old.save(update_fields=["retired_at"])
    key = vault.make(party, use)
    log.write(
        "key:rotate",
        actor=acting(by, party_code),
        about=key.kid,
        detail={"use": use, "retired": old.kid if old else ""},
    )
    keysets.publish(party_code, by)
    key.refresh_from_db()
    return key


@transaction.atomic
def sign_once(party_code: str, by: Identity | None = None) -> PartyKey:
    """Sign no second time any more: the key for it is retired, and none takes its place. A peer wants
    the second signature, and gets it, until it holds the key set that says so. The retired key."""
    party = _locked(party_code, by)
    use = PartyKey.SIGNING_PQ
    old = PartyKey.objects.filter(party=party, use=use, retired_at=None).first()
    if old is None:
        raise NoSigningKey(f"{party_code} signs no second time.")
    old.retired_at = clock.now()
    old.save(update_fields=["retired_at"])
    log.write("key:retire", actor=acting(by, party_code), about=old.kid, detail={"use": use})
    keysets.publish(party_code, by)
    old.refresh_from_db()
    return old


@transaction.atomic
def revoke(kid: str, *, reason: str, by: Identity | None = None) -> PartyKey:
    """The key is in wrong hands: believe nothing that it signs, seal nothing to it.

    A new key takes its place at once, and the key set that says so goes out. Returns the new key,
    or the revoked one where it was not in use any more.
    """
    row = PartyKey.objects.filter(kid=kid, party_id__in=settings.HOSTED_PARTIES).first()
    if row is None or row.use not in ROTATED:
        raise NoKey(f"{kid!r} is no signing or sealing key of a Party that is hosted here.")
    party = _locked(row.party_id, by)
    row.refresh_from_db()
    if row.revoked_at:
        raise KeyInUse(f"{kid} was revoked already.")
    in_use = row.retired_at is None
    row.revoked_at = clock.now()
    row.retired_at = min(row.retired_at or row.revoked_at, row.revoked_at)
    row.save(update_fields=["revoked_at", "retired_at"])
    detail = {"use": row.use, "reason": reason[:300]}
    log.write("key:revoke", actor=acting(by, party.code), about=kid, detail=detail)
    new = vault.make(party, row.use) if in_use else row
    if in_use:
        log.write("key:make", actor=acting(by, party.code), about=new.kid, detail={"use": row.use})
    keysets.publish(party.code, by)
    new.refresh_from_db()
    return new


@transaction.atomic
def rotate_by_age() -> list[PartyKey]:
    """Rotate each hosted Party's keys that have grown old; the new ones."""
    ages = {
        PartyKey.SIGNING: timedelta(days=settings.KEY_SIGNING_DAYS),
        PartyKey.SIGNING_PQ: timedelta(days=settings.KEY_SIGNING_DAYS),
        PartyKey.SEALING: timedelta(days=settings.KEY_SEALING_DAYS),
    }
    made = []
    for use, age in ages.items():
        old = PartyKey.objects.filter(
            party_id__in=settings.HOSTED_PARTIES,
            use=use,
            retired_at=None,
            sealed_private__isnull=False,
            created_at__lt=clock.now() - age,
        )
        made += [rotate(row.party_id, Identity.of_node(row.party_id), use) for row in old]
    return made


@transaction.atomic
def destroy_old_sealing() -> list[str]:
    """Destroy the private half of each retired sealing key to which nobody seals any more: every
    peer has receipted a key set without it, and a minute has passed. Their ids."""
    waiting = PartyKey.objects.select_for_update(skip_locked=True).filter(
        party_id__in=settings.HOSTED_PARTIES,
        use=PartyKey.SEALING,
        retired_in__isnull=False,
        sealed_private__isnull=False,
    )
    destroyed = []
    for row in waiting:
        if not _replaced_everywhere(row):
            continue
        row.sealed_private, row.destroyed_at = None, clock.now()
        row.save(update_fields=["sealed_private", "destroyed_at"])
        log.write("key:destroy", actor=Identity.of_node(row.party_id), about=row.kid)
        destroyed.append(row.kid)
    return destroyed


def _replaced_everywhere(row: PartyKey) -> bool:
    before, replaced = clock.now() - ON_THE_WAY, row.retired_in or 0
    issued = KeySet.objects.filter(party_id=row.party_id, number=replaced)
    if not issued.filter(issued_at__lt=before).exists():
        return False
    told = KeySetReceipt.objects.filter(party_id=row.party_id, number__gte=replaced, at__lt=before)
    return not peers.enrolled().exclude(pk__in=told.values("peer_id")).exists()


@transaction.atomic
def reseal(old_key: str, by: Identity | None = None) -> int:
    """Seal every private key anew after KEY_ENCRYPTION_KEY changed; `old_key` in base64."""
    old = sealing.read_key(old_key)
    rows = PartyKey.objects.select_for_update().exclude(sealed_private=None)
    for row in rows:
        secret = sealing.unseal(bytes(row.sealed_private or b""), key=old, name=row.kid)
        row.sealed_private = vault.seal(row.kid, secret)
        row.save(update_fields=["sealed_private"])
        log.write("key:reseal", actor=acting(by, row.party_id), about=row.kid)
    return len(rows) + log_keys.reseal(
        lambda sealed, name: sealing.unseal(sealed, key=old, name=name)
    )


def _locked(party_code: str, by: Identity | None) -> Party:
    # The row lock lets two administrators rotate one after the other, never both at once.
    party = Party.objects.select_for_update().get(code=party_code)
    if by is not None and not by.node:
        require(by, "key.manage", PartyKey(party=party))
    return party
