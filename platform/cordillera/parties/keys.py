"""Each Party's Ed25519 signing keys.

One key per Party is in use; the earlier ones stay, retired, because what they signed must verify
for ever. A key's id is drawn from its public half, so the id cannot point at another key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity

from . import sealing
from .acting import acting
from .errors import KeyInUse, NoSigningKey
from .models import Party, PartyKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What a signature needs: the key's id and the private half, opened."""

    kid: str
    private: Ed25519PrivateKey


def key_id(party_code: str, public: bytes) -> str:
    """As US-0f3a…: the Party and the first 16 hex digits of the public key's SHA-256."""
    return f"{party_code}-{hashlib.sha256(public).hexdigest()[:16]}"


def signing_key(party_code: str) -> SigningKey:
    """The key with which this Party signs now. Raises NoSigningKey, or SealingError."""
    row = PartyKey.objects.filter(
        party_id=party_code, retired_at=None, sealed_private__isnull=False
    ).first()
    if row is None:
        raise NoSigningKey(
            f"{party_code} has no signing key here: make one with "
            f"`manage.py party key make {party_code}`."
        )
    return SigningKey(row.kid, _open(row))


def public_key(kid: str) -> Ed25519PublicKey:
    """The public half of any key, retired ones too. Raises NoSigningKey."""
    public = PartyKey.objects.filter(kid=kid).values_list("public", flat=True).first()
    if public is None:
        raise NoSigningKey(f"No key with the id {kid!r} is known here.")
    return Ed25519PublicKey.from_public_bytes(bytes(public))


@transaction.atomic
def make_signing_key(party_code: str, by: Identity | None = None) -> PartyKey:
    """The Party's first key. Raises KeyInUse when it already has one."""
    party = _locked(party_code, by)
    if PartyKey.objects.filter(party=party, retired_at=None).exists():
        raise KeyInUse(f"{party_code} already has a signing key in use; rotate it instead.")
    key = _make(party)
    log.write("key:make", actor=acting(by, party_code), about=key.kid)
    return key


@transaction.atomic
def rotate(party_code: str, by: Identity | None = None) -> PartyKey:
    """Retire the key in use and sign with a new one from now on."""
    party = _locked(party_code, by)
    old = PartyKey.objects.filter(party=party, retired_at=None).first()
    if old is None:
        raise NoSigningKey(f"{party_code} has no signing key to rotate.")
    old.retired_at = clock.now()
    old.save(update_fields=["retired_at"])
    key = _make(party)
    log.write(
        "key:rotate", actor=acting(by, party_code), about=key.kid, detail={"retired": old.kid}
    )
    return key


@transaction.atomic
def reseal(old_key: str, by: Identity | None = None) -> int:
    """Seal every private key anew after KEY_ENCRYPTION_KEY changed; `old_key` in base64."""
    old = sealing.read_key(old_key)
    new = sealing.read_key(settings.KEY_ENCRYPTION_KEY)
    rows = PartyKey.objects.select_for_update().exclude(sealed_private=None)
    for row in rows:
        secret = sealing.unseal(bytes(row.sealed_private or b""), key=old, name=row.kid)
        row.sealed_private = sealing.seal(secret, key=new, name=row.kid)
        row.save(update_fields=["sealed_private"])
        log.write("key:reseal", actor=acting(by, row.party_id), about=row.kid)
    return len(rows)


def _locked(party_code: str, by: Identity | None) -> Party:
    # The row lock lets two administrators rotate one after the other, never both at once.
    party = Party.objects.select_for_update().get(code=party_code)
    if by is not None:
        require(by, "key.manage", PartyKey(party=party))
    return party


def _make(party: Party) -> PartyKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    kid = key_id(party.code, public)
    sealed = sealing.seal(
        private.private_bytes_raw(), key=sealing.read_key(settings.KEY_ENCRYPTION_KEY), name=kid
    )
    return PartyKey.objects.create(
        kid=kid, party=party, public=public, sealed_private=sealed, created_at=clock.now()
    )


def _open(row: PartyKey) -> Ed25519PrivateKey:
    key = sealing.read_key(settings.KEY_ENCRYPTION_KEY)
    secret = sealing.unseal(bytes(row.sealed_private or b""), key=key, name=row.kid)
    return Ed25519PrivateKey.from_private_bytes(secret)
