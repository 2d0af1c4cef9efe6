"""Whose log it is: key sets announce it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from audit import keys
from cordillera.crypto.errors import Hostile
from cordillera.parties import keysets, peers

from ..foreign import Foreign
from ..foreign_log import ForeignLog
from ..logged import logged
from .conftest import (
    CA_LOG,
    findings,
)


def test_a_key_set_announces_the_node_s_one_log(parties: dict[str, Any]) -> None:
    said = keysets.newest("MX")
    assert said is not None
    assert said.log is not None
    assert said.log.log + said.log.witness == tuple(str(key) for key in keys.own_keys())


def test_a_peer_s_newer_key_set_replaces_its_log_s_keys(us: Foreign) -> None:
    assert us.log is not None
    assert [str(key) for key in keys.log_keys(us.log.name)] == list(us.log.keys().log)
    us.log = ForeignLog("us.example/audit")
    keysets.accept(us.issue())
    assert [str(key) for key in keys.log_keys(us.log.name)] == list(us.log.keys().log)


def test_a_key_set_of_before_says_nothing_of_a_log(us: Foreign) -> None:
    kept, us.log = us.log, None
    assert kept is not None
    keysets.accept(us.issue())
    assert keys.log_keys(kept.name)


def test_the_log_of_a_removed_peer_is_believed_no_more_until_it_is_back(us: Foreign) -> None:
    assert us.log is not None
    peers.remove("US")
    assert keys.log_keys(us.log.name) == []
    peers.enrol(us.key_set, confirmed_with="the tests")
    assert len(keys.log_keys(us.log.name)) == 1


def test_a_new_key_of_the_log_is_announced_at_once(us: Foreign) -> None:
    before = keysets.newest("MX")
    made = keys.rotate(1)
    after = keysets.newest("MX")
    assert before is not None
    assert after is not None
    assert after.number == before.number + 1
    assert after.log is not None
    assert after.log.log == (str(made),)


@pytest.mark.parametrize("how", ["enrolled", "sent"])
def test_nobody_comes_by_another_party_s_log_by_his_key_set(us: Foreign, how: str) -> None:
    """Else CA filled the quorum with US's witness, or was asked in place of US's log."""
    hostile = Foreign("CA", address="http://127.0.0.9:9", log=CA_LOG if how == "sent" else us.log)
    if how == "enrolled":
        with pytest.raises(Hostile, match="is US's here") as refused, transaction.atomic():
            peers.enrol(hostile.key_set, confirmed_with="the tests")
        assert refused.value.code == "log-taken"
        assert not peers.enrolled().filter(party_id="CA").exists()
    else:
        peers.enrol(hostile.key_set, confirmed_with="the tests")
        hostile.log = us.log
        for _ in range(2):
            answer = Client().generic(
                "POST",
                "/exchange/v1/keysets?to=MX",
                hostile.issue(),
                content_type="application/jose",
            )
            assert answer.status_code == 200
        assert findings() == ["taken"]
        assert keys.logs()[CA_LOG.name] == ["CA"]
        hostile.log = CA_LOG
        keysets.accept(hostile.issue())
        assert len(logged("MX", "log:resolved")) == 1
    assert us.log is not None
    assert keys.logs()[us.log.name] == ["US"]


def test_a_key_set_that_names_our_own_log_is_refused(us: Foreign) -> None:
    origin, private = keys.log_key()
    us.log = ForeignLog(origin, private=private)
    with pytest.raises(Hostile, match="this node's own"), transaction.atomic():
        keysets.accept(us.issue())
