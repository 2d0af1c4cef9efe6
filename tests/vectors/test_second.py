"""A second implementation of PROTOCOL.md, in another language and on libraries that are not ours,
reads what this code writes, refuses what it must, and writes what this code reads."""

import json
import random
import re
import subprocess
from functools import cache
from typing import Any

import pytest

from cordillera.crypto import hpke, strict
from cordillera.crypto.errors import Hostile
from deploy.launch import bootstrap
from deploy.launch.place import SECOND
from sharing.exchange.formats import envelope
from sharing.exchange.formats.manifest import Manifest
from sharing.exchange.formats.receipt import Receipt
from sharing.exchange.formats.version import Version
from tests.fuzz import run
from tests.vectors import make, scene
from tests.vectors.scene import MX, US

NUMBERS = (b"7", b"-0", b"-7", b"007", b"1.0", b"1e3", b"9007199254740991", b"9007199254740992")
VECTORS: dict[str, Any] = json.loads(make.FILE.read_text())


def second(script: str, *arguments: str, given: str = "") -> str:
    """What a script of the second implementation prints."""
    assert (SECOND / "node_modules").is_dir(), (
        "The second implementation's packages are not installed: run ./deploy/test, or "
        f"`npm ci --ignore-scripts` in {SECOND}."
    )
    command = [*bootstrap.node(), str(SECOND / script), *arguments]
    done = subprocess.run(command, input=given, text=True, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@cache
def said() -> dict[str, Any]:
    """What it says of the vectors. It ends with an error at any doubt."""
    return dict(json.loads(second("check.js", str(make.FILE))))


def test_it_verifies_all_that_is_signed_and_opens_both_suites() -> None:
    assert set(said()["checked"]) == {
        *("keysets", "version", "statements", "manifest", "receipts", "pull", "envelopes"),
        *("file", "chunk"),
        *(f"checkpoint of {party.log_name}" for party in (US, MX)),
    }


def test_it_refuses_all_that_must_be_refused() -> None:
    assert said()["refused"] == [vector["what"] for vector in VECTORS["refused"]]


@pytest.mark.parametrize("suite", sorted(hpke.SUITES))
def test_what_it_sends_is_opened_and_verified_here(suite: str) -> None:
    sent = strict.decode(said()["envelopes"][suite])
    keys = US.keyset()
    opened = envelope.open(sent, {MX.sealing(suite).kid: MX.sealing(suite)}.get, {suite})
    manifest = Manifest.read(opened.manifest, keys.signer)
    Manifest.check_second(opened.second, opened.manifest, keys.second_signer)
    manifest.check_header(opened.header)
    manifest.check_items(opened.items)
    assert (manifest.first, manifest.previous) == (4, VECTORS["manifest"]["hash"])
    version = Version.read(opened.items[0], keys.signer)
    assert (version.number, version.body) == (2, scene.ALERT.body)


def canonical_here(data: bytes) -> bool:
    try:
        return strict.canonical(strict.read_object(data)) == data
    except Hostile:
        return False


def test_both_agree_which_texts_are_canonical() -> None:
    chance = random.Random(5)
    good = [strict.canonical(thing.to_payload()) for thing in (scene.ALERT, scene.manifest())]
    texts = good + [run.mutated(chance.choice(good), chance) for _ in range(5000)]
    texts += [re.sub(rb"[0-9]+", chance.choice(NUMBERS), good[0], count=7) for _ in range(100)]
    answers = second("judge.js", given="".join(f"{strict.encode(data)}\n" for data in texts))
    there = [answer == "true" for answer in answers.split()]
    differ = [data for data, it in zip(texts, there, strict=True) if canonical_here(data) != it]
    assert differ == []
    assert 100 < sum(there) < 4000


def test_its_receipt_is_read_here() -> None:
    receipt = Receipt.read(said()["receipt"], MX.keyset().signer)
    assert (receipt.by, receipt.to, receipt.applied_through) == ("MX", "US", 3)
    assert [result.outcome for result in receipt.results] == ["applied"] * 3
