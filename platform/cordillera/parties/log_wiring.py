"""What the audit log, which knows nothing of us, is given of this node."""

from __future__ import annotations

from django.conf import settings
from django.dispatch import receiver

from audit import findings, keys, log, wiring
from audit.models import Finding, Resolution
from cordillera import doorbell
from cordillera.access.identity import Identity

from . import keysets, peers, sealing
from .models import Peer


def connect() -> None:
    wiring.connect(
        wiring.Wiring(
            origin=_origin,
            seal=_seal,
            unseal=_unseal,
            ring=doorbell.ring,
            required=_required,
            announce=_announce,
            node=_node,
        )
    )


@receiver(findings.found, dispatch_uid="parties.finding")
def _note(finding: Finding, **kwargs: object) -> None:
    """Into the log of every Party that is hosted here: what one of the logs did concerns them all."""
    detail = {"kind": finding.kind, "origin": finding.origin, "said": finding.said}
    for party in settings.HOSTED_PARTIES:
        log.write("log:finding", actor=Identity.of_node(party), about=finding.pk, detail=detail)


@receiver(findings.resolved, dispatch_uid="parties.resolution")
def _note_resolution(resolution: Resolution, **kwargs: object) -> None:
    """Likewise, that it is no longer so."""
    finding = resolution.finding
    detail = {"kind": finding.kind, "origin": finding.origin, "said": resolution.because}
    for party in settings.HOSTED_PARTIES:
        log.write("log:resolved", actor=Identity.of_node(party), about=finding.pk, detail=detail)


def _origin() -> str:
    """The node's address without its scheme, as log names are written: node.example/audit."""
    return f"{settings.PUBLIC_URL.partition('://')[2]}/audit"


def _required() -> set[str]:
    """Those of the setting; else every enrolled Party whose node can be asked, and who is trusted by
    hand."""
    if settings.LOG_WITNESSES:
        return set(settings.LOG_WITNESSES)
    trusted = {party for parties in keys.witnesses().values() for party in parties}
    return trusted | set(peers.enrolled().filter(mode=Peer.PUSH).values_list("party_id", flat=True))


def _announce() -> None:
    for party in settings.HOSTED_PARTIES:
        keysets.announce_log(party)


def _node(party: str) -> str:
    """By the setting; else each other Party has a node of its own."""
    together = (item.split("+") for item in settings.LOG_SHARED)
    return next(("+".join(sorted(found)) for found in together if party in found), party)


def _seal(secret: bytes, name: str) -> bytes:
    return sealing.seal(secret, key=sealing.read_key(settings.KEY_ENCRYPTION_KEY), name=name)


def _unseal(sealed: bytes, name: str) -> bytes:
    return sealing.unseal(sealed, key=sealing.read_key(settings.KEY_ENCRYPTION_KEY), name=name)
