"""What the audit log, which knows nothing of us, is given of this node."""

from __future__ import annotations

from django.conf import settings

from audit import wiring
from cordillera import doorbell

from . import sealing


def connect() -> None:
    wiring.connect(wiring.Wiring(origin=_origin, seal=_seal, unseal=_unseal, ring=doorbell.ring))


def _origin() -> str:
    """The node's address without its scheme, as log names are written: node.example/audit."""
    return f"{settings.PUBLIC_URL.partition('://')[2]}/audit"


def _seal(secret: bytes, name: str) -> bytes:
    return sealing.seal(secret, key=sealing.read_key(settings.KEY_ENCRYPTION_KEY), name=name)


def _unseal(sealed: bytes, name: str) -> bytes:
    return sealing.unseal(sealed, key=sealing.read_key(settings.KEY_ENCRYPTION_KEY), name=name)
