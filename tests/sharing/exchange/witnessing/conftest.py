"""A node that hosts MX, its one peer US, and the way to that peer's log."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from audit import log, sequencer
from audit.database import whole_log
from audit.models import Finding
from audit.note import encode
from cordillera.parties import keysets, peers
from sharing.exchange import witnessing
from sharing.exchange.admission import admission
from sharing.exchange.troubles import Trouble

from ..foreign import Foreign
from ..foreign_log import ForeignLog
from ..outgoing.conftest import ADDRESS

WITNESS = "/exchange/v1/witness/add-checkpoint"
US_LOG, CA_LOG = ForeignLog("us.example/audit"), ForeignLog("ca.example/audit")


@pytest.fixture
def us(parties: dict[str, Any]) -> Foreign:
    """The one enrolled peer of MX; its node's log is known here."""
    made = Foreign("US", address=ADDRESS, log=ForeignLog("us.example/audit"))
    peers.enrol(made.key_set, confirmed_with="the tests")
    held = keysets.current("MX")
    assert held is not None
    made.learn(held.jws)
    return made


@pytest.fixture
def parties(db: None, settings: Any) -> dict[str, Any]:
    from ..incoming import conftest

    admission.forget()
    made: dict[str, Any] = conftest.parties.__wrapped__(db, settings, ["MX"])  # type: ignore[attr-defined]
    return made


def add(body: bytes, **headers: str) -> Any:
    return Client().generic("POST", WITNESS, body, headers=headers)


def findings() -> list[str]:
    with whole_log():
        return list(Finding.objects.order_by("id").values_list("kind", flat=True))


def write_entries(count: int = 3) -> None:
    with transaction.atomic():
        for number in range(count):
            log.write("record:read", actor=log.NodeOf("MX"), about=number)
    sequencer.sequence(at_once=True)


class Way:
    """To a foreign node's log; `trouble` for one that does not answer."""

    def __init__(self, to: ForeignLog) -> None:
        self.to, self.trouble, self.shown = to, "", dict[str, bytes]()
        self.after: float | None = None
        self.read: list[str] = []
        self.brought: list[str] = []

    def post_checkpoint(self, address: str, body: bytes) -> tuple[int, bytes]:
        assert address == ADDRESS
        if self.trouble:
            raise Trouble(self.trouble, after=self.after)
        return self.to.cosign(body)

    def get_log(self, address: str, name: str) -> tuple[int, bytes]:
        self.read.append(name)
        if self.trouble:
            raise Trouble(self.trouble, after=self.after)
        if name.startswith("witness/"):
            return (200, self.shown[name]) if name in self.shown else (404, b"")
        old, new = (int(text) for text in name.rsplit("/", 2)[1:])
        if new > self.to.count:
            return 404, b""
        return 200, "".join(f"{encode(step)}\n" for step in self.to.proof(old, new)).encode()

    def post_log(self, address: str, name: str, body: bytes) -> tuple[int, bytes]:
        self.brought.append(body.decode())
        return 200, b"1\n"

    def show(self, log: ForeignLog, size: int) -> None:
        """As what it co-signed, as a witness."""
        digest = sha256(log.name.encode()).hexdigest()
        self.shown[f"witness/{digest}/checkpoint"] = log.note(size).encode()


@pytest.fixture
def way(us: Foreign, monkeypatch: pytest.MonkeyPatch) -> Way:
    assert us.log is not None
    made = Way(us.log)
    monkeypatch.setattr(witnessing, "_to", lambda peer: made)
    return made
