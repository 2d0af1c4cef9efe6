"""The root key away from the node: exported under a passphrase, removed here, brought back.

Whoever has the root key is the Party, so it is best kept in a safe; key sets are then drafted here,
signed there and published here. The file is an encrypted PKCS#8 PEM, as other tools read it.
"""

from __future__ import annotations

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity
from cordillera.crypto.keyset import ROOT, key_id

from . import keysets, vault
from .acting import acting
from .errors import NoKey, PartiesError
from .models import Party, PartyKey
from .vault import SigningKey

SHORTEST = 12


@transaction.atomic
def export(party_code: str, passphrase: str, by: Identity | None = None) -> bytes:
    """The root key's file. Raises NoKey where it is not here."""
    root = _root(party_code, by)
    if len(passphrase) < SHORTEST:
        raise PartiesError(f"The passphrase has {len(passphrase)} characters; wanted {SHORTEST}.")
    private = vault.signer(root).private
    log.write("key:root-export", actor=acting(by, party_code), about=root.kid)
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )


def read(party_code: str, file: bytes, passphrase: str) -> SigningKey:
    """The root key in an exported file. Needs no database."""
    try:
        private = serialization.load_pem_private_key(file, passphrase.encode())
    except (ValueError, TypeError) as error:
        raise PartiesError(
            "The file does not open: it is no exported root key, or the passphrase is another."
        ) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise PartiesError("The file holds another kind of key than a root key.")
    public = private.public_key().public_bytes_raw()
    return SigningKey(key_id(party_code, public, ROOT), private)


@transaction.atomic
def remove(party_code: str, file: bytes, passphrase: str, by: Identity | None = None) -> PartyKey:
    """Forget the private half here, once its exported file has been seen to hold it."""
    root = _root(party_code, by)
    _check(root, read(party_code, file, passphrase))
    root.sealed_private = None
    root.save(update_fields=["sealed_private"])
    log.write("key:root-remove", actor=acting(by, party_code), about=root.kid)
    return root


@transaction.atomic
def restore(party_code: str, file: bytes, passphrase: str, by: Identity | None = None) -> PartyKey:
    """Keep the root key here again, and issue the key set that waited for it."""
    root = _root(party_code, by)
    key = read(party_code, file, passphrase)
    _check(root, key)
    root.sealed_private = vault.seal(root.kid, key.private.private_bytes_raw())
    root.save(update_fields=["sealed_private"])
    log.write("key:root-restore", actor=acting(by, party_code), about=root.kid)
    keysets.publish(party_code, by)
    return root


@transaction.atomic
def renew(party_code: str, by: Identity | None = None) -> PartyKey:
    """A new root key in place of one that is lost or in wrong hands.

    No peer believes it before it has removed this Party and enrolled it again, words compared anew.
    """
    old = _root(party_code, by)
    old.retired_at, old.sealed_private = clock.now(), None
    old.save(update_fields=["retired_at", "sealed_private"])
    root = vault.make(old.party, ROOT)
    log.write(
        "key:root-renew",
        actor=acting(by, party_code),
        about=root.kid,
        detail={"retired": old.kid},
    )
    keysets.publish(party_code, by)
    return root


def _root(party_code: str, by: Identity | None) -> PartyKey:
    party = Party.objects.select_for_update().get(code=party_code)
    if by is not None:
        require(by, "key.manage", PartyKey(party=party))
    root = PartyKey.objects.filter(party=party, use=PartyKey.ROOT, retired_at=None).first()
    if root is None or not party.is_hosted:
        raise NoKey(f"{party_code} has no root key here.")
    return root


def _check(root: PartyKey, key: SigningKey) -> None:
    if key.kid != root.kid:
        raise PartiesError(f"The file holds {key.kid}; the root key is {root.kid}.")
