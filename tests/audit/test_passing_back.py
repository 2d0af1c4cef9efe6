"""A name that passes to an accomplice, or to an innocent, hides nothing and blames nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from audit import claims, findings, keys, noticing, wiring, witness, witnesses
from audit.cosigning import Outcome
from audit.database import WITNESS, whole_log
from audit.models import Finding
from tests.sharing.exchange.foreign_log import ForeignLog

from .test_passing import NAME, add, announce, held, squatter

__all__ = ["squatter"]
pytestmark = pytest.mark.django_db


def silent(old: int, new: int) -> list[bytes]:
    raise OSError("no answer")


def ask() -> None:
    noticing.prove_seen(NAME, silent, noticing.PATIENCE * 0)


def kept() -> list[tuple[str, str]]:
    with whole_log():
        return list(Finding.objects.order_by("id").values_list("party", "kind"))


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Which Parties share a node, to be changed."""
    nodes = dict[str, str]()
    real = wiring.wired()
    fake = replace(real, node=lambda party: nodes.get(party, party))
    monkeypatch.setattr("audit.keys.wired", lambda: fake)
    return nodes


def test_what_a_log_does_not_prove_stays_while_its_name_is_lent(squatter: ForeignLog) -> None:
    assert noticing.notice(squatter.forked().note(20).encode()) == "unproved"
    ask()
    announce("CA")
    announce("US", ForeignLog(NAME))
    assert not findings.is_open(NAME, findings.WILL_NOT_PROVE)
    with whole_log():
        assert findings.unresolved().get().party == "CA"
    announce("US")
    announce("CA", squatter)
    ask()
    assert findings.is_open(NAME, findings.WILL_NOT_PROVE)
    assert kept() == [("CA", "will-not-prove")]


def test_the_same_finding_opens_again_once_it_was_settled() -> None:
    for _ in range(2):
        findings.report("CA", findings.TAKEN, "its key set 3")
        findings.report("CA", findings.TAKEN, "its key set 3")
        assert findings.is_open("CA", findings.TAKEN)
        findings.resolve("CA", findings.TAKEN, "no more")
        assert not findings.is_open("CA", findings.TAKEN)
    assert len(kept()) == 2


def test_each_fork_is_of_the_party_that_signed_it(squatter: ForeignLog) -> None:
    assert noticing.notice(squatter.forked().note(30).encode()) == "forked"
    announce("CA")
    owner = ForeignLog(NAME)
    announce("US", owner)
    assert witness.add_checkpoint(owner.body(0, 30)).status == 200
    assert noticing.notice(owner.forked().note(30).encode()) == "forked"
    assert kept() == [("CA", "forked"), ("US", "forked")]
    with whole_log():
        assert owner.forked().note(30) in Finding.objects.order_by("id")[1].evidence


def test_forks_of_the_former_one_take_no_place_of_the_next(
    squatter: ForeignLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MOST_A_DAY", 1)
    findings.report(NAME, findings.FORKED, "one")
    findings.report(NAME, findings.FORKED, "two")
    announce("CA")
    announce("US", ForeignLog(NAME))
    findings.report(NAME, findings.FORKED, "three")
    assert [party for party, _ in kept()] == ["CA", "US"]


def test_what_a_witness_said_is_not_said_by_who_has_its_name_next(squatter: ForeignLog) -> None:
    name = squatter.cosigner.key.name
    witnesses.note(Outcome(name, claims.CLAIMS, "says more"), 60)
    findings.report(name, findings.CLAIMS, f"{name} says (409) that it has co-signed more.")
    assert findings.claimants() == [name]
    announce("CA")
    announce("US", ForeignLog(NAME))
    assert findings.claimants() == []
    assert findings.held_against(keys.origin())[1] == []
    assert [one.state for one in witnesses.witness_states() if one.name == name] != ["claims"]
    announce("US")
    announce("CA", squatter)
    assert findings.claimants() == [name]


def test_a_log_is_not_forgotten_where_those_who_shared_a_node_part(shared: dict[str, str]) -> None:
    shared |= {"CA": "CA+GT", "GT": "CA+GT"}
    log = ForeignLog(NAME)
    announce("CA", log)
    announce("GT", log)
    assert add(log, 0, 30) == 200
    assert noticing.notice(log.forked().note(30).encode()) == "forked"
    announce("CA")
    announce("GT")  # the last one: what was co-signed is set aside as GT's
    announce("US", ForeignLog(NAME))
    announce("US")
    shared.clear()
    announce("CA", log)
    assert add(log.forked(), 0, 40) == 409
    assert held() == {NAME: 30}


def test_two_trees_that_come_back_together_have_to_be_proved_one(shared: dict[str, str]) -> None:
    first, second = ForeignLog(NAME), ForeignLog(NAME, word="other")
    announce("CA", first)
    assert add(first, 0, 10) == 200
    announce("CA")
    announce("GT", second)
    assert add(second, 0, 20) == 200
    announce("GT")
    announce("US", ForeignLog(NAME))
    announce("US")
    shared |= {"CA": "CA+GT", "GT": "CA+GT"}
    announce("CA", first)
    assert held() == {NAME: 20, f"{NAME} CA": 10}
    with whole_log():
        assert [seen.size for seen in noticing.waiting(NAME)[1]] == [10]
    announce("CA")
    announce("US", ForeignLog(NAME))
    assert held() == {f"{NAME} GT": 20, f"{NAME} CA": 10}


def test_who_has_the_name_gets_back_what_was_of_a_party_that_joins_its_node(
    shared: dict[str, str], squatter: ForeignLog
) -> None:
    announce("CA")
    owner = ForeignLog(NAME)
    announce("US", owner)
    assert held() == {f"{NAME} CA": 30}
    shared |= {"CA": "CA+US", "US": "CA+US"}
    announce("CA", owner)
    assert held() == {NAME: 30}


def test_what_is_set_aside_is_shown_to_nobody(squatter: ForeignLog) -> None:
    announce("CA")
    announce("US", ForeignLog(NAME))
    for name in held():
        assert witness.latest(sha256(name.encode()).hexdigest()) is None


@pytest.mark.parametrize(
    ("where", "act", "said"),
    [
        ("witness", lambda log: add(log, 30, 40), 403),
        ("noticing", lambda log: noticing.notice(log.note(40).encode()), "bad-signature"),
    ],
)
def test_what_waited_while_the_name_passed_is_held_against_the_new_keys(
    where: str,
    act: Callable[[ForeignLog], object],
    said: object,
    squatter: ForeignLog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def passes(key: int, name: str) -> None:
        announce("CA")
        announce("US", ForeignLog(NAME))

    monkeypatch.setattr(f"audit.{where}.lock", passes)
    assert act(squatter) == said
    assert held() == {f"{NAME} CA": 30}


def test_a_name_passes_under_the_lock_of_the_witness(
    squatter: ForeignLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = list[tuple[int, str]]()
    monkeypatch.setattr("audit.passing.lock", lambda key, name: taken.append((key, name)))
    announce("CA", ForeignLog(NAME))
    assert (WITNESS, NAME) in taken
