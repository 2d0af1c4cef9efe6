"""Make keys and open their private halves. Nothing here decides or logs."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from django.conf import settings

from cordillera import clock
from cordillera.crypto import hpke
from cordillera.crypto.keyset import ED25519, ML_DSA_65, key_id

from . import sealing
from .errors import NoKey
from .models import Party, PartyKey


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What a signature needs: the key's id and the private half, opened."""

    kid: str
    private: Ed25519PrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class SecondKey:
    """The same for the second, post-quantum signature."""

    kid: str
    private: MLDSA65PrivateKey = field(repr=False)


def make(party: Party, use: str) -> PartyKey:
    """A new key, its private half sealed; it does nothing until a key set lists it."""
    alg, private, public = _generate(use)
    kid = key_id(party.code, public, use)
    return PartyKey.objects.create(
        kid=kid,
        party=party,
        use=use,
        alg=alg,
        public=public,
        sealed_private=seal(kid, private),
        created_at=clock.now(),
    )


def _generate(use: str) -> tuple[str, bytes, bytes]:
    """Algorithm, private and public bytes."""
    if use == PartyKey.SEALING:
        suite = hpke.suite(settings.EXCHANGE_SUITES[0])
        return (suite.name, *suite.generate())
    if use == PartyKey.SIGNING_PQ:
        second = MLDSA65PrivateKey.generate()
        return ML_DSA_65, second.private_bytes_raw(), second.public_key().public_bytes_raw()
    key = Ed25519PrivateKey.generate()
    return ED25519, key.private_bytes_raw(), key.public_key().public_bytes_raw()


def seal(kid: str, private: bytes) -> bytes:
    return sealing.seal(private, key=sealing.read_key(settings.KEY_ENCRYPTION_KEY), name=kid)


def private_bytes(row: PartyKey) -> bytes:
    """The private half. Raises NoKey where it is not here, SealingError where it does not open."""
    if row.sealed_private is None:
        raise NoKey(f"The private half of {row.kid} is not here.")
    key = sealing.read_key(settings.KEY_ENCRYPTION_KEY)
    return sealing.unseal(bytes(row.sealed_private), key=key, name=row.kid)


def signer(row: PartyKey) -> SigningKey:
    return SigningKey(row.kid, Ed25519PrivateKey.from_private_bytes(private_bytes(row)))


def second_signer(row: PartyKey) -> SecondKey:
    return SecondKey(row.kid, MLDSA65PrivateKey.from_seed_bytes(private_bytes(row)))
