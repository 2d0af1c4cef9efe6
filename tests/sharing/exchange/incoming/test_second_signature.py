"""A peer that signs twice: only its root key takes the second signature away again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cordillera.crypto import jws
from cordillera.parties import keysets
from sharing.exchange import introducing, receiving

from ..foreign import Foreign
from ..logged import logged
from .conftest import Peers, alert, outcomes, send


@pytest.fixture
def us(parties: Any) -> Foreign:
    return Peers(["MX"], second=True).US


def once(us: Foreign) -> str:
    """The code with which an envelope of one signature is refused; empty where it is taken."""
    us.second = False
    answer = receiving.receive(us.envelope("MX", [alert(us, "MX")]))
    us.second = True
    if answer.status == 200:
        us.settle(answer.body)
        return ""
    return str(json.loads(answer.body)["type"].rpartition(":")[2])


def test_it_is_wanted_and_must_be_of_the_listed_key(us: Foreign) -> None:
    assert outcomes(send(us, [alert(us, "MX")])) == ["applied"]
    assert once(us) == "bad-signature"
    old = us.kid("signing-pq")
    us.make("signing-pq")
    us.retire(old)
    assert introducing.take(us.issue().encode()).status == 200
    assert outcomes(send(us, [alert(us, "MX")])) == ["applied"]


def test_a_newer_key_set_of_the_root_takes_it_away(us: Foreign) -> None:
    us.retire(us.kid("signing-pq"))
    assert introducing.take(us.issue().encode()).status == 200
    assert once(us) == ""
    assert logged("MX", "key:accept")[-1].detail["second_signature"] == "ends"
    us.make("signing-pq")
    assert introducing.take(us.issue().encode()).status == 200
    assert once(us) == "bad-signature"
    assert logged("MX", "key:accept")[-1].detail["second_signature"] == "begins"


def test_an_older_key_set_does_not(parties: Any) -> None:
    us = Peers(["MX"]).US
    us.make("signing-pq")
    us.second = True
    before, newest = us.key_set, us.issue()
    assert introducing.take(newest.encode()).status == 200
    assert introducing.take(before.encode()).status == 200
    assert keysets.newest("US").number == 2
    assert once(us) == "bad-signature"


def test_nor_does_who_has_a_signing_key_alone(us: Foreign) -> None:
    """Another root, another key set of the same number, one that leaves the key out."""
    us.retire(us.kid("signing-pq"))
    thief = Foreign("US")
    assert introducing.take(
        thief.issue(number=2, previous=jws.digest(us.key_sets[0])).encode()
    ).status in (400, 403)
    root, us.root = us.root, thief.root
    assert introducing.take(
        us.issue(root=root.public_key().public_bytes_raw()).encode()
    ).status in (400, 403)
    us.root = root
    us.key_sets.pop()
    assert introducing.take(us.issue(number=1, previous=None).encode()).status == 409
    us.key_sets.pop()
    fewer = [key.listed for key in us.keys.values() if key.listed.use != "signing-pq"]
    assert introducing.take(us.issue(keys=tuple(fewer)).encode()).status == 400
    assert once(us) == "bad-signature"
