"""Somebody took the name of a Party's next log: its revocations are heard all the same."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from audit import findings, keys
from cordillera.parties import peers
from cordillera.parties.tasks import settle_logs
from sharing.exchange import introducing

from ..foreign import Foreign
from ..foreign_log import ForeignLog
from .conftest import Peers, alert, send

OWN, NEXT = "us.example/audit", "us.example/audit/2"


def renew(one: Foreign, log: str) -> None:
    one.log = ForeignLog(log) if log else None
    one.issue()
    assert introducing.take(one.key_set.encode(), "MX").status == 200


def test_a_revocation_is_taken_though_somebody_took_the_log_s_name(foreign: Peers) -> None:
    """Here the node is MX's, CA the one who squats."""
    us, ca = foreign.US, foreign.CA
    renew(us, OWN)
    renew(ca, NEXT)
    stolen = us.kid()
    us.make("signing")
    us.revoke(stolen)
    renew(us, NEXT)
    forged = send(us, [alert(us, "MX", kid=stolen)], kid=stolen)
    assert (forged.status, b"revoked-key" in forged.body) == (403, True)
    assert keys.logs() == {OWN: ["US"], NEXT: ["CA"]}


@pytest.fixture
def taken(foreign: Peers) -> Peers:
    """CA has the name of US's next log, which US has announced."""
    renew(foreign.US, OWN)
    renew(foreign.CA, NEXT)
    renew(foreign.US, NEXT)
    assert findings.is_open("US", findings.TAKEN)
    return foreign


def test_it_is_settled_once_the_other_one_leaves_the_name(taken: Peers) -> None:
    settle_logs()
    assert findings.is_open("US", findings.TAKEN)
    renew(taken.CA, "ca.example/audit")
    settle_logs()
    assert keys.logs() == {NEXT: ["US"], "ca.example/audit": ["CA"]}
    assert not findings.is_open("US", findings.TAKEN)


def test_it_is_settled_once_the_other_one_is_removed(taken: Peers) -> None:
    peers.remove("CA")
    settle_logs()
    assert keys.logs() == {NEXT: ["US"]}
    assert not findings.is_open("US", findings.TAKEN)


def test_a_key_set_that_names_no_log_any_more_settles_it(taken: Peers) -> None:
    renew(taken.US, "")
    assert not findings.is_open("US", findings.TAKEN)
    assert keys.logs() == {OWN: ["US"], NEXT: ["CA"]}


def test_it_is_looked_once_for_all_whose_the_logs_are(
    foreign: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew(foreign.US, OWN)
    renew(foreign.CA, "ca.example/audit")
    looked = []
    monkeypatch.setattr(keys, "_alone", lambda: looked.append(1))
    settle_logs()
    assert looked == [1]


def test_who_is_taken_off_log_shared_is_told_of_and_counts_no_more(
    foreign: Peers, settings: LazySettings
) -> None:
    settings.LOG_SHARED = ["CA+US"]
    us, ca = foreign.US, foreign.CA
    renew(us, OWN)
    ca.log = us.log
    ca.issue()
    assert introducing.take(ca.key_set.encode(), "MX").status == 200
    settle_logs()
    assert keys.logs() == {OWN: ["US", "CA"]}
    settings.LOG_SHARED = []
    settle_logs()
    assert keys.logs() == {OWN: ["US"]}
    assert findings.is_open("CA", findings.TAKEN)
    assert not findings.is_open("US", findings.TAKEN)
    settings.LOG_SHARED = ["CA+US"]
    settle_logs()
    assert keys.logs() == {OWN: ["US", "CA"]}
    assert not findings.is_open("CA", findings.TAKEN)
