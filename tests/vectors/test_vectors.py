"""The vectors are what this code says, and this code opens and refuses them."""

import json
from typing import Any
from uuid import UUID

import pytest

from cordillera.crypto import hpke, jws, strict
from cordillera.crypto.errors import Hostile
from cordillera.crypto.keyset import KeySet
from sharing.exchange.formats import envelope
from sharing.exchange.formats.manifest import Manifest
from sharing.exchange.formats.receipt import KeysetReceipt, Receipt
from sharing.exchange.formats.statement import Statement
from sharing.exchange.formats.version import Version
from sharing.records.attachments import sealed
from tests.vectors import make
from tests.vectors.scene import MX, US

VECTORS: dict[str, Any] = json.loads(make.FILE.read_text())
READERS = {reader.TYPE: reader for reader in (Version, Statement, Manifest, Receipt)}


def test_the_vectors_are_what_this_code_writes() -> None:
    fixed = json.loads(make.written(make.fixed()))
    assert {name: VECTORS[name] for name in fixed} == fixed
    assert set(VECTORS) - set(fixed) == {"second", "envelopes", "chunk"}


def test_the_chunk_opens() -> None:
    vector = VECTORS["chunk"]
    chunk, key = strict.decode(vector["chunk"]), strict.decode(vector["key"])
    place = UUID(vector["file"]), vector["number"], vector["last"]
    assert sealed.unseal(chunk, key, *place) == strict.decode(vector["plain"])


@pytest.mark.parametrize("party", ["US", "MX"])
def test_a_key_set_is_read_with_the_root_key(party: str) -> None:
    root = strict.decode(VECTORS["keys"][party]["root"]["public"])
    keys = KeySet.read(VECTORS["keysets"][party], root)
    listed = {key.kid for key in keys.keys}
    assert listed == {k["kid"] for name, k in VECTORS["keys"][party].items() if name != "root"}


@pytest.mark.parametrize("suite", list(hpke.SUITES))
def test_the_envelopes_open_and_hold_together(suite: str) -> None:
    vector, key = VECTORS["envelopes"][suite], VECTORS["keys"]["MX"][suite]
    private = hpke.SealingKey(key["kid"], suite, strict.decode(key["private"]))
    opened = envelope.open(strict.decode(vector["envelope"]), {key["kid"]: private}.get, {suite})
    sender = KeySet.read(VECTORS["keysets"]["US"], US.public("root"))
    manifest = Manifest.read(opened.manifest, sender.signer)
    manifest.check_header(opened.header)
    manifest.check_items(opened.items)
    Manifest.check_second(opened.second, opened.manifest, sender.second_signer)
    assert list(opened.items) == vector["items"]
    assert opened.header.to_payload() == vector["header"]


def test_the_receipts_verify() -> None:
    signer = KeySet.read(VECTORS["keysets"]["MX"], MX.public("root")).signer
    for name, vector in VECTORS["receipts"].items():
        reader = KeysetReceipt if name == "keyset" else Receipt
        assert reader.read(vector["jws"], signer).to_payload() == vector["payload"]


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["what"])
def test_what_must_be_refused_is(vector: dict[str, str]) -> None:
    sender = KeySet.read(VECTORS["keysets"]["US"], US.public("root"))
    with pytest.raises(Hostile) as refused:
        READERS[vector["typ"]].read(vector["jws"], sender.signer)
    assert refused.value.code == vector["code"]


def test_the_hash_of_a_manifest_is_over_its_text() -> None:
    assert jws.digest(VECTORS["manifest"]["jws"]) == VECTORS["manifest"]["hash"]
