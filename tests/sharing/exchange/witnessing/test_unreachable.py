"""A node that accepts no connection brings its proofs itself."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from audit import keys, proving, questions, witness
from audit.note import encode
from cordillera.parties import peers
from sharing.exchange import witnessing
from sharing.exchange.tasks import gather_checkpoints

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
        return int(post_proofs(digest, body).content)


def post_proofs(digest: str, body: str) -> Any:
    return Client().generic("POST", f"/exchange/v1/witness/{digest}/proofs", body)


@pytest.fixture
def unreachable(way: Way, settings: Any) -> Unreachable:
    settings.LOG_PROOF_PATIENCE = 0
    peers.change("US", mode="pull")
    witness.add_checkpoint(way.to.body(0, 17))
    return Unreachable(way.to)


@pytest.mark.parametrize("grows_to", [0, 20])
def test_a_node_that_cannot_be_asked_brings_its_proofs(
    unreachable: Unreachable, grows_to: int
) -> None:
    for size in (8, 30):
        witnessing.notice([unreachable.to.note(size)])
    assert (unreachable.answer(grows_to=grows_to), findings()) == (2, [])


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
