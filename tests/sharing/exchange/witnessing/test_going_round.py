"""Checkpoints go round with receipts, and forks are found by them."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from audit import keys, witness
from audit.checkpoint import read
from audit.database import whole_log
from audit.models import CosignedBefore, Seen
from cordillera.parties import peers
from sharing.exchange import witnessing

from ..foreign import Foreign
from ..foreign_log import ForeignLog
from ..incoming.conftest import alert, send
from ..logged import logged
from ..outgoing.conftest import ADDRESS
from .conftest import (
    CA_LOG,
    US_LOG,
    Way,
    add,
    findings,
    write_entries,
)


def test_a_receipt_brings_our_newest_checkpoint_and_those_we_cosigned(us: Foreign) -> None:
    assert us.log is not None
    write_entries()
    witness.add_checkpoint(us.log.body(0, 5))
    receipt = us.settle(send(us, [alert(us, "MX")]).body)
    heads = [read(text.encode())[0] for text in receipt.checkpoints]
    assert [head.origin for head in heads] == [keys.origin(), us.log.name]
    assert heads[1].size == 5
    assert all(text.count("\n— ") == 1 for text in receipt.checkpoints)


def test_what_another_witness_was_shown_is_held_against_ours(way: Way, us: Foreign) -> None:
    peers.enrol(Foreign("CA", address=ADDRESS, log=CA_LOG).key_set, confirmed_with="the tests")
    witness.add_checkpoint(CA_LOG.body(0, 17))
    way.show(CA_LOG, 17)
    witnessing.gather(peers.get("US"))
    assert findings() == []
    way.show(CA_LOG.forked(), 17)
    witnessing.gather(peers.get("US"))
    assert findings() == ["forked"]
    [entry] = logged("MX", "log:finding")
    assert entry.detail["origin"] == CA_LOG.name


def test_another_size_is_proved_by_the_log_itself_or_it_has_forked(way: Way, us: Foreign) -> None:
    witness.add_checkpoint(way.to.body(0, 17))
    witnessing.notice([way.to.note(30)])
    assert witnessing.settle() == 1
    assert findings() == []
    fork = way.to.forked()
    witnessing.notice([fork.note(32)])
    way.to = fork
    assert witnessing.settle() == 1
    assert findings() == ["forked"]
    with whole_log():
        assert [seen.size for seen in Seen.objects.all()] == [30]  # until ours is as large


def test_a_log_is_asked_for_a_turn_and_by_one_task_at_a_time(
    way: Way, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that answers slowly, and signs much, keeps no worker from other Parties' items."""
    witness.add_checkpoint(way.to.body(0, 17))
    witnessing.notice([way.to.note(30)])
    settings.EXCHANGE_TURN_SECONDS, settings.LOG_PROOF_PATIENCE = -1, 0
    assert (witnessing.settle(), findings()) == (0, [])
    settings.EXCHANGE_TURN_SECONDS = 15
    with monkeypatch.context() as patch:
        patch.setattr(witnessing.locks, "alone", lambda name: nullcontext(False))
        assert witnessing.settle() == 0
    assert way.read == []
    assert witnessing.settle() == 1


def test_a_fork_whose_other_tree_s_proof_is_shown_is_told_and_proves_nothing(way: Way) -> None:
    witness.add_checkpoint(way.to.body(0, 17))
    witnessing.notice([way.to.forked().note(30)])
    assert witnessing.settle() == 0
    assert findings() == ["will-not-prove"]


@pytest.mark.parametrize(
    "answer", [(404, b"<html>no such page</html>"), (200, b"<html>"), (502, b"")]
)
def test_a_proxy_s_page_is_no_fork_and_its_silence_is_told_after_a_while(
    way: Way, settings: Any, answer: tuple[int, bytes]
) -> None:
    witness.add_checkpoint(way.to.body(0, 17))
    witnessing.notice([way.to.note(30)])
    honest, way.get_log = way.get_log, lambda address, name: answer  # type: ignore[method-assign]
    assert (witnessing.settle(), findings()) == (0, [])
    settings.LOG_PROOF_PATIENCE = 0
    assert (witnessing.settle(), findings()) == (0, ["will-not-prove"])
    way.get_log = honest  # type: ignore[method-assign]
    assert witnessing.settle() == 1
    assert len(logged("MX", "log:resolved")) == 1


def test_a_node_that_cannot_be_asked_is_not_said_to_be_silent(way: Way, settings: Any) -> None:
    settings.LOG_PROOF_PATIENCE = 0
    witness.add_checkpoint(way.to.body(0, 17))
    witnessing.notice([way.to.note(30)])
    peers.change("US", mode="pull")
    assert (witnessing.settle(), findings()) == (0, [])


def test_an_honest_checkpoint_with_a_false_proof_is_proved_by_its_log(way: Way) -> None:
    add(way.to.body(0, 17))
    false = way.to.body(17, 30).replace(way.to.note(30).encode(), b"")
    garbage = false.partition(b"\n")[0] + b"\n" + b"A" * 43 + b"=\n\n"
    assert add(garbage + way.to.note(30).encode()).status_code == 422
    assert witnessing.settle() == 1
    assert findings() == []


def test_a_rewritten_log_that_asks_to_be_cosigned_is_found_out(way: Way) -> None:
    add(way.to.body(0, 17))
    way.to = way.to.forked()
    assert add(way.to.body(17, 30)).status_code == 422
    assert witnessing.settle() == 1
    assert findings() == ["forked"]


def test_a_fork_meets_what_was_cosigned_before(way: Way) -> None:
    for old, size in ((0, 17), (17, 30)):
        witness.add_checkpoint(way.to.body(old, size))
    witnessing.notice([way.to.note(17)])
    assert findings() == []
    witnessing.notice([way.to.forked().note(17)])
    assert findings() == ["forked"]
    with whole_log():
        assert CosignedBefore.objects.count() == 2


def test_logs_are_locked_in_one_order_whichever_receipt_names_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else two receipts, of US and of CA, could wait for each other."""
    noticed: list[str] = []

    def notice(raw: bytes) -> str:
        noticed.append(read(raw)[0].origin)
        return "same"

    monkeypatch.setattr("audit.noticing.notice", notice)
    witnessing.notice([US_LOG.note(5), CA_LOG.note(5)])
    witnessing.notice([CA_LOG.note(7), US_LOG.note(7)])
    assert noticed == [CA_LOG.name, US_LOG.name] * 2


def test_our_own_key_in_other_hands_is_noticed_when_its_work_comes_back(us: Foreign) -> None:
    write_entries()
    origin, private = keys.log_key()
    stolen = ForeignLog(origin, private=private)
    witnessing.notice([stolen.note(2)])
    assert findings() == ["not-ours"]


@pytest.mark.django_db(transaction=True)
def test_what_is_found_while_no_transaction_is_open_is_logged(us: Foreign) -> None:
    for _ in range(2):
        findings_report()
    assert len(logged("MX", "log:finding")) == 1


def findings_report() -> None:
    from audit.findings import report

    report("us.example/audit", "rolled-back", "It has lost entries.")


@pytest.mark.parametrize("text", ["", "\x00", "x\n\n— y AAAA\n", "— " * 100])
def test_hostile_checkpoints_are_passed_over(us: Foreign, text: str) -> None:
    witnessing.notice([text])
    assert findings() == []
