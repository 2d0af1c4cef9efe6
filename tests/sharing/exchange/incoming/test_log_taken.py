"""Somebody took the name of a Party's next log: its revocations are heard all the same."""

from __future__ import annotations

from audit import keys
from sharing.exchange import introducing

from ..foreign import Foreign
from ..foreign_log import ForeignLog
from .conftest import Peers, alert, send


def renew(one: Foreign, log: str) -> None:
    one.log = ForeignLog(log)
    one.issue()
    assert introducing.take(one.key_set.encode(), "MX").status == 200


def test_a_revocation_is_taken_though_somebody_took_the_log_s_name(foreign: Peers) -> None:
    """Here the node is MX's, CA the one who squats."""
    us, ca = foreign.US, foreign.CA
    renew(us, "us.example/audit")
    renew(ca, "us.example/audit/2")
    stolen = us.kid()
    us.make("signing")
    us.revoke(stolen)
    renew(us, "us.example/audit/2")
    forged = send(us, [alert(us, "MX", kid=stolen)], kid=stolen)
    assert (forged.status, b"revoked-key" in forged.body) == (403, True)
    assert keys.logs() == {"us.example/audit": ["US"], "us.example/audit/2": ["CA"]}
