"""This node as a witness of others, and its own log for reading."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest
from django.test import Client

from audit import sequencer
from audit.checkpoint import read

from ..foreign import Foreign
from ..foreign_log import ForeignLog
from .conftest import (
    WITNESS,
    add,
    write_entries,
)


def test_a_peer_s_growing_log_is_cosigned(us: Foreign) -> None:
    assert us.log is not None
    for old, size in ((0, 5), (5, 40)):
        answer = add(us.log.body(old, size))
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
        assert answer.content.decode().startswith("— ")
    digest = sha256(us.log.name.encode()).hexdigest()
    kept = Client().get(f"/exchange/v1/witness/{digest}/checkpoint")
    assert read(kept.content)[0].size == 40


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (lambda log: log.body(0, 5) + b"x", 400),
        (lambda log: b"old 9\n\n" + log.note(5).encode(), 400),
        (lambda log: b"x" * (256 * 1024 + 1), 400),
        (lambda log: ForeignLog(log.name).body(0, 5), 403),
        (lambda log: ForeignLog("else.example/audit").body(0, 5), 404),
        (lambda log: log.body(3, 5), 409),
        (lambda log: log.body(0, 5).replace(b"old 0\n", b"old 0\n" + b"A" * 43 + b"=\n"), 422),
    ],
)
def test_the_statuses_of_a_witness(
    us: Foreign, body: Callable[[ForeignLog], bytes], status: int
) -> None:
    assert us.log is not None
    answer = add(body(us.log))
    assert answer.status_code == status
    kind = "text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8"
    assert answer["Content-Type"] == kind


def test_other_methods_and_encodings_are_not_taken(us: Foreign) -> None:
    assert us.log is not None
    assert Client().get(WITNESS).status_code == 405
    assert add(us.log.body(0, 5), **{"Content-Encoding": "gzip"}).status_code == 400
    assert Client().generic("POST", WITNESS, b"x", CONTENT_LENGTH="").status_code == 411


def test_witnessing_writes_nothing_into_the_log(us: Foreign) -> None:
    assert us.log is not None
    before = sequencer.waiting()
    add(us.log.body(0, 5))
    add(b"garbage")
    assert sequencer.waiting() == before


def test_the_log_is_read_and_proves_that_it_has_only_grown(us: Foreign) -> None:
    from audit import merkle
    from audit.checkpoint import read_hash

    heads = []
    for _ in range(2):
        write_entries(5)
        heads.append(read(Client().get("/exchange/v1/log/checkpoint").content)[0])
    old, new = heads
    answer = Client().get(f"/exchange/v1/log/consistency/{old.size}/{new.size}")
    path = [read_hash(line) for line in answer.content.decode().splitlines()]
    merkle.verify_consistency(old.size, new.size, old.root, new.root, path)
    assert Client().get(f"/exchange/v1/log/tile/0/000.p/{new.size}").status_code == 200


@pytest.mark.parametrize(
    "path", ["tile/0/999", "tile/../x", "consistency/2/1", "consistency/1/999", "consistency/x/2"]
)
def test_what_the_log_does_not_have_is_404(us: Foreign, path: str) -> None:
    write_entries()
    assert Client().get(f"/exchange/v1/log/{path}").status_code == 404
