"""The logs and witnesses that other Parties' key sets name: believed, refused, and held again against
whose they are once that has changed."""

from __future__ import annotations

from django.db import transaction

from audit import findings
from audit import keys as log_keys
from audit.errors import Taken
from cordillera.crypto import keyset as wire
from cordillera.crypto.errors import Hostile
from cordillera.doorbell import ring

from ..models import Peer
from .held import newest

TASK = "parties.settle_logs"


def trust_log(new: wire.KeySet) -> None:
    """Believe the log and the witness that this Party's newest key set names, and no others of its
    own. One that names none says nothing of them. Raises Hostile where they are another node's."""
    try:
        if new.log is not None:
            _believe(new.party, (*new.log.log, *new.log.witness))
    except Taken as error:
        raise Hostile(str(error), "log-taken") from error
    because = f"Its key set {new.number} names no log and no witness of another node."
    findings.resolve(new.party, findings.TAKEN, because)


def _believe(party: str, vkeys: tuple[str, ...]) -> None:
    log_keys.check_not_ours(vkeys, party)
    if log_keys.announced(party, vkeys):
        ring("exchange.cosign")


def tell_taken(new: wire.KeySet, why: str) -> None:
    """Once, until it is settled."""
    if findings.is_open(new.party, findings.TAKEN):
        return
    kept = "holds for all but its log and its witness, of which nothing new is believed"
    findings.report(new.party, findings.TAKEN, f"{why}; its key set {new.number} {kept}.")


def settle(party_code: str) -> None:
    """Another node may have left the names that were taken when this Party's key set came, or shares
    its node no more (LOG_SHARED)."""
    with transaction.atomic():
        if not Peer.objects.select_for_update().filter(party_id=party_code).exists():
            return
        new = newest(party_code)
        if new is None or new.log is None:
            return
        try:
            if findings.is_open(party_code, findings.TAKEN):
                trust_log(new)
            else:
                log_keys.check_free(party_code, (*new.log.log, *new.log.witness))
        except (Hostile, Taken) as error:
            tell_taken(new, str(error))
