"""What the audit log, which knows nothing of us, is given of this node."""

from __future__ import annotations

from django.conf import settings

from audit import keys, wiring
from cordillera import doorbell

from . import keysets, peers, sealing


def connect() -> None:
    wiring.connect(
        wiring.Wiring(
            origin=_origin,
            seal=_seal,
            unseal=_unseal,
            ring=doorbell.ring,
            required=_required,
            announce=_announce,
        )
    )


def _origin() -> str:
    """The node's address without its scheme, as log names are written: node.example/audit."""
    return f"{settings.PUBLIC_URL.partition('://')[2]}/audit"


def _required() -> set[str]:
    """Those of the setting; else every enrolled Party, and who is trusted by hand."""
    if settings.LOG_WITNESSES:
        return set(settings.LOG_WITNESSES)
    trusted = {party for parties in keys.witnesses().values() for party in parties}
    return trusted | set(peers.enrolled().values_list("party_id", flat=True))


def _announce() -> None:
    for party in settings.HOSTED_PARTIES:
        keysets.announce_log(party)


def _seal(secret: bytes, name: str) -> bytes:
    return sealing.seal(secret, key=sealing.read_key(settings.KEY_ENCRYPTION_KEY), name=name)


def _unseal(sealed: bytes, name: str) -> bytes:
    return sealing.unseal(sealed, key=sealing.read_key(settings.KEY_ENCRYPTION_KEY), name=name)
