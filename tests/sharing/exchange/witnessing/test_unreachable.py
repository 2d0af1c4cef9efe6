"""A node that accepts no connection brings its proofs itself."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from audit import findings as kept
from audit import keys, proving, questions, witness
from audit.database import whole_log
from audit.models import Seen
from audit.note import encode
from cordillera.parties import peers
from sharing.exchange import witnessing
from sharing.exchange.tasks import gather_checkpoints
from tests.audit import trees

from ..foreign_log import ForeignLog
from ..logged import logged
from .conftest import Way, add, findings, write_entries


class Unreachable(Way):
    """A node that accepts no connection: it reads our questions, and brings the proofs."""

    def answer(self, *, grows_to: int = 0) -> int:
        digest = sha256(self.to.name.encode()).hexdigest()
        asked = Client().get(f"/exchange/v1/witness/{digest}/questions").content.decode()
        found = [
            "\n".join([f"consistency {pair}", *map(encode, self.to.proof(*map(int, pair.split())))])
            for pair in asked.splitlines()
        ]
        if grows_to:
            add(self.to.body(17, grows_to))
        body = "\n\n".join(found)
        return int(post_proofs(digest, body).content) if body else 0


def post_proofs(digest: str, body: str) -> Any:
    return Client().generic("POST", f"/exchange/v1/witness/{digest}/proofs", body)


@pytest.fixture
def unreachable(way: Way, settings: Any) -> Unreachable:
    settings.LOG_PROOF_PATIENCE = 0
    peers.change("US", mode="pull")
    witness.add_checkpoint(way.to.body(0, 17))
    return Unreachable(way.to)


def seen() -> list[tuple[int, int | None]]:
    with whole_log():
        return list(Seen.objects.values_list("size", "proved_from").order_by("size"))


@pytest.mark.parametrize("reached", [30, 35])
def test_a_node_that_cannot_be_asked_brings_its_proofs(
    unreachable: Unreachable, reached: int
) -> None:
    for size in (8, 30):
        witnessing.notice([unreachable.to.note(size)])
    assert (unreachable.answer(), findings()) == (2, [])
    assert seen() == [(30, 17)]  # it may still part from ours on the way there
    assert unreachable.answer() == 0
    add(unreachable.to.body(17, reached))
    assert unreachable.answer() == (reached > 30)
    witnessing.settle()
    assert (seen(), findings()) == ([], [])


def test_what_is_ahead_is_proved_from_the_newest_that_we_cosigned(unreachable: Unreachable) -> None:
    for size in (8, 30):
        witnessing.notice([unreachable.to.note(size)])
    assert (unreachable.answer(grows_to=20), seen()) == (1, [(30, None)])
    assert (unreachable.answer(), seen()) == (1, [(30, 20)])


def parting(log: ForeignLog, at: int) -> ForeignLog:
    """The same log under the same key, which goes on otherwise after `at` entries."""
    other = log.forked()
    leaves = [*trees.leaves(log.count, "entry")[:at], *trees.leaves(log.count, "other")[at:]]
    other.store = trees.Store(leaves)
    return other


@pytest.mark.parametrize("shown", [25, 35])
@pytest.mark.parametrize("mode", ["push", "pull"])
def test_a_true_proof_from_before_its_fork_settles_nothing(
    unreachable: Unreachable, shown: int, mode: str
) -> None:
    """Anybody may bring one, the log that forked first of all."""
    peers.change("US", mode=mode)
    log = unreachable.to
    witness.add_checkpoint(log.body(17, 30))
    fork = parting(log, 17)
    witnessing.notice([fork.note(shown)])
    digest = sha256(log.name.encode()).hexdigest()
    steps = "".join(f"{encode(one)}\n" for one in fork.proof(17, shown))
    assert post_proofs(digest, f"consistency 17 {shown}\n{steps}").content == b"0\n"
    assert seen() == [(shown, None)]
    unreachable.to = log if shown < 30 else fork
    assert (unreachable.answer(), findings(), seen()) == (1, ["forked"], [])


def test_nor_does_it_end_what_was_found(unreachable: Unreachable) -> None:
    log = unreachable.to
    witness.add_checkpoint(log.body(17, 30))
    fork = parting(log, 17)
    witnessing.notice([fork.note(25)])
    for size in (30, 31):
        add(log.body(30, size))
        witnessing.settle()
    assert findings() == ["will-not-prove"]
    digest = sha256(log.name.encode()).hexdigest()
    steps = "".join(f"{encode(one)}\n" for one in fork.proof(17, 25))
    post_proofs(digest, f"consistency 17 25\n{steps}")
    assert kept.is_open(log.name, kept.WILL_NOT_PROVE)


@pytest.mark.parametrize("what", ["questions", "proofs"])
def test_of_a_log_that_is_not_known_nothing_is_asked_or_taken(way: Way, what: str) -> None:
    digest = sha256(b"nobody.example/audit").hexdigest()
    path = f"/exchange/v1/witness/{digest}/{what}"
    answer = Client().get(path) if what == "questions" else post_proofs(digest, "consistency 5 6\n")
    assert answer.status_code == 404


@pytest.mark.parametrize("size", [8, 16, 17, 30, 32])
def test_and_shows_its_fork_by_them(unreachable: Unreachable, size: int) -> None:
    witnessing.notice([unreachable.to.forked().note(size)])
    if size > 17:
        unreachable.to = unreachable.to.forked()
    if size != 17:  # the same size shows without any proof
        assert unreachable.answer() == 1
    assert findings() == ["forked"]


def test_a_node_that_goes_on_and_leaves_the_question_open_is_told_of(
    unreachable: Unreachable, settings: Any
) -> None:
    witnessing.notice([unreachable.to.note(30)])
    assert (witnessing.settle(), findings()) == (0, [])
    # Silent altogether, it is not to blame.
    assert (witnessing.settle(), findings()) == (0, [])
    add(unreachable.to.body(17, 20))
    assert (witnessing.settle(), findings()) == (0, ["will-not-prove"])
    assert unreachable.answer() == 1
    assert len(logged("MX", "log:resolved")) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("consistency 17 30\n" + "A" * 43 + "=\n", 200),
        ("consistency 5 6\n", 200),
        ("x", 400),
        ("é", 400),
    ],
)
def test_what_anybody_brings_that_is_no_proof_changes_nothing(
    unreachable: Unreachable, body: str, status: int
) -> None:
    witnessing.notice([unreachable.to.note(30)])
    digest = sha256(unreachable.to.name.encode()).hexdigest()
    assert post_proofs(digest, body).status_code == status
    assert findings() == []
    assert unreachable.answer() == 1


def test_our_node_brings_its_proofs_where_it_fetches(way: Way, settings: Any) -> None:
    write_entries()
    write_entries()
    digest = sha256(keys.origin().encode()).hexdigest()
    way.shown[f"witness/{digest}/questions"] = b"3 6\n5 900\nx\n"
    settings.EXCHANGE_FETCHES = True
    gather_checkpoints()
    [proofs] = way.brought
    assert questions.read(proofs) == {(3, 6): proving.consistency(3, 6)}
