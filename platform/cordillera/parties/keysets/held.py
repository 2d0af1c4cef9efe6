"""What the key sets held here say, of our own Parties and of the others.

Nothing is remembered between calls but what the bytes of one key set say.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from django.conf import settings

from cordillera.crypto import keyset as wire
from cordillera.crypto.errors import UnknownKey

from .. import vault
from ..errors import NoSigningKey
from ..models import KeySet, PartyKey
from ..vault import SecondKey, SigningKey


class Listed(NamedTuple):
    """A signing key as the newest key set has it."""

    public: Ed25519PublicKey
    until: datetime | None
    revoked_at: datetime | None


class SealingTo(NamedTuple):
    """What is sealed to a Party."""

    kid: str
    suite: str
    public: bytes


def current(party_code: str) -> KeySet | None:
    """The newest key set of the Party under its present root key."""
    found = KeySet.objects.filter(party_id=party_code, root__retired_at=None)
    return found.select_related("root").order_by("-number").first()


def said(key_set: KeySet) -> wire.KeySet:
    """What a kept key set says, its signature verified."""
    return _read(key_set.jws, bytes(key_set.root.public))


def newest(party_code: str) -> wire.KeySet | None:
    """What the newest key set of the Party says."""
    found = current(party_code)
    return said(found) if found else None


@lru_cache(maxsize=16)
def _read(text: str, root: bytes) -> wire.KeySet:
    # Remembered by the very bytes, so it cannot outlive a change.
    return wire.KeySet.read(text, root)


def signing_public(party_code: str, kid: str) -> Listed | None:
    """A signing key that the Party has listed, retired and revoked ones too."""
    row = PartyKey.objects.filter(
        kid=kid, party_id=party_code, use=PartyKey.SIGNING, listed_in__isnull=False
    ).first()
    if row is None:
        return None
    public = Ed25519PublicKey.from_public_bytes(bytes(row.public))
    return Listed(public, row.retired_at if row.retired_in else None, row.revoked_at)


def active_sealing(party_code: str) -> SealingTo | None:
    """The newest sealing key in use, of a suite that is allowed here where there is one."""
    found = _active(party_code, PartyKey.SEALING)
    best = next((row for row in found if row.alg in settings.EXCHANGE_SUITES), None)
    row = best or (found[0] if found else None)
    return SealingTo(row.kid, row.alg, bytes(row.public)) if row else None


def active_pq(party_code: str) -> tuple[str, MLDSA65PublicKey] | None:
    """The key of the second signature in use, if the Party has one."""
    found = _active(party_code, PartyKey.SIGNING_PQ)
    if not found:
        return None
    return found[0].kid, MLDSA65PublicKey.from_public_bytes(bytes(found[0].public))


def _active(party_code: str, use: str) -> list[PartyKey]:
    listed = PartyKey.objects.filter(party_id=party_code, use=use, listed_in__isnull=False)
    return list(listed.filter(retired_in=None, revoked_at=None).order_by("-created_at"))


def private_sealing(kid: str) -> bytes:
    """The private half of a hosted Party's sealing key. Raises UnknownKey once it is destroyed."""
    row = PartyKey.objects.filter(kid=kid, use=PartyKey.SEALING).first()
    if row is None or row.sealed_private is None or row.revoked_at:
        raise UnknownKey(f"nothing sealed to {kid[:40]} opens here")
    return vault.private_bytes(row)


def manifest_key(sender: str, known_number: int | None) -> SigningKey:
    """The newest key that a peer who knows our key set `known_number` can verify.

    Without a number, or where every key that he knows is revoked, the key in use: he can verify it
    once the newer key set has reached him. Raises NoSigningKey where there is none.
    """
    row = _known(sender, PartyKey.SIGNING, known_number) or _known(sender, PartyKey.SIGNING, None)
    if row is None:
        raise NoSigningKey(f"{sender} has no signing key here that a key set lists.")
    return vault.signer(row)


def second_key(sender: str, known_number: int | None) -> SecondKey | None:
    """The same for the second signature; None where that key set lists no such key."""
    row = _known(sender, PartyKey.SIGNING_PQ, known_number)
    return vault.second_signer(row) if row else None


def _known(sender: str, use: str, number: int | None) -> PartyKey | None:
    usable = PartyKey.objects.filter(
        party_id=sender,
        use=use,
        revoked_at=None,
        listed_in__isnull=False,
        sealed_private__isnull=False,
    ).order_by("-created_at")
    sets = KeySet.objects.filter(party_id=sender, number=number or 0).select_related("root")
    key_set = sets.first()
    if key_set is None:
        return usable.filter(retired_in=None).first()
    return usable.filter(kid__in=[key.kid for key in said(key_set).active(use)]).first()
