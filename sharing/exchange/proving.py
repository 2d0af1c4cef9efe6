"""Steps 1 to 6 of the recipient's checks: who sent these bytes to whom, proven by signatures.

Nothing is written here and no lock is held. Raises Hostile and nothing else for what came; `Asked`
then tells how far it came, so that the refusal can be written down and, where the sender is
proven, signed.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from cordillera.crypto import jws
from cordillera.crypto import keyset as wire
from cordillera.crypto.errors import Hostile
from cordillera.crypto.hpke import SealingKey
from cordillera.parties import keysets, peers
from cordillera.parties.models import PartyKey

from .formats import envelope
from .formats.envelope import Header
from .formats.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch whose manifest its sender signed. `chain` is the hash of the manifest's JWS."""

    manifest: Manifest
    chain: str
    items: tuple[str, ...]
    key_set: wire.KeySet


@dataclass(slots=True)
class Asked:
    """What is known so far of who sent what. `sender` once he is enrolled, `manifest` and `chain`
    once he is proven."""

    header: Header | None = None
    sender: str = ""
    manifest: Manifest | None = None
    chain: str = ""


def prove(data: bytes, asked: Asked) -> Batch:
    """The batch that the envelope holds. Raises Hostile."""
    # 1. Size and header.
    header = asked.header = envelope.read_header(data)
    # 2. The recipient is hosted here, and the sender is enrolled.
    if header.recipient not in settings.HOSTED_PARTIES:
        raise Hostile(f"{header.recipient} is not hosted here", "unknown-recipient")
    key_set = keysets.newest(header.sender) if peers.is_remote(header.sender) else None
    if key_set is None:
        raise Hostile(f"{header.sender} is not enrolled here", "unknown-sender")
    asked.sender = header.sender
    # 3. The suite is allowed here and the key's own; 4. it opens, with the very header bytes.
    opened = envelope.open(
        data, lambda kid: _sealing_key(header.recipient, kid), settings.EXCHANGE_SUITES
    )
    # 5. The manifest is signed by a key of the sender that is in use and not revoked, and a second
    #    time where the sender has a key for it.
    manifest = Manifest.read(opened.manifest, key_set.signer)
    if key_set.active(wire.SIGNING_PQ):
        Manifest.check_second(opened.second, opened.manifest, key_set.second_signer)
    if manifest.sender == header.sender and manifest.recipient == header.recipient:
        asked.manifest, asked.chain = manifest, jws.digest(opened.manifest)
    # 6. The manifest says what the header says.
    manifest.check_header(header)
    return Batch(manifest, jws.digest(opened.manifest), opened.items, key_set)


def _sealing_key(party: str, kid: str) -> SealingKey | None:
    """The recipient's own sealing key: another hosted Party's does not open his mail."""
    row = PartyKey.objects.filter(kid=kid, party_id=party, use=PartyKey.SEALING).first()
    return SealingKey(kid, row.alg, keysets.private_sealing(kid)) if row else None
