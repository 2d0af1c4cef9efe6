"""What is fed with hostile bytes: everything that reads what another node sent.

Each target takes bytes and returns; an exception that gets out is a finding. The expected refusal,
Hostile, is caught here and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from cordillera.crypto import hpke, jws, strict
from cordillera.crypto.errors import Hostile
from cordillera.crypto.keyset import KeySet
from sharing.exchange.formats import envelope
from sharing.exchange.formats.file import FileRequest
from sharing.exchange.formats.manifest import Manifest
from sharing.exchange.formats.pull import Pull
from sharing.exchange.formats.receipt import KeysetReceipt, Receipt
from sharing.exchange.formats.statement import Statement
from sharing.exchange.formats.version import Version
from tests.vectors.scene import MX, US, header

VECTORS = Path(__file__).parent.parent / "vectors" / "exchange.json"
FORMATS: tuple[Any, ...] = (
    *(Version, Statement, Manifest, Receipt, KeysetReceipt, Pull, FileRequest),
    KeySet,
)
SIGNER = US.keyset().signer
SUITES = frozenset(hpke.SUITES)
KEYS = {MX.sealing(suite).kid: MX.sealing(suite) for suite in SUITES}
BATCH = header()


def _json(data: bytes) -> None:
    strict.canonical(strict.read(data))


def _base64url(data: bytes) -> None:
    strict.decode(data.decode("latin-1"))


def _signed(data: bytes) -> None:
    text = data.decode("latin-1")
    for read in FORMATS[:-1]:
        with suppress(Hostile):
            read.peek(text)
    with suppress(Hostile):
        KeySet.read(text, None)
    Version.read(text, SIGNER)


def _payloads(data: bytes) -> None:
    payload = strict.read_object(data)
    for read in FORMATS:
        with suppress(Hostile):
            found = read.from_payload(payload)
            if read.from_payload(found.to_payload()) != found:
                raise AssertionError(f"{read.__name__}: written, and read as something else")


def _well_signed(data: bytes) -> None:
    """A payload of hostile bytes under a signature that fits."""
    head = strict.encode(strict.canonical({"alg": "Ed25519", "kid": US.kid(), "typ": Version.TYPE}))
    signed = f"{head}.{strict.encode(data)}"
    Version.read(f"{signed}.{strict.encode(US.ed25519().sign(signed.encode()))}", SIGNER)


def _second(data: bytes) -> None:
    text = data.decode("latin-1")
    jws.verify_second(
        text, first=text, typ=Manifest.TYPE, key_of=lambda kid: US.second.public_key()
    )


def _envelopes(data: bytes) -> None:
    envelope.open(data, KEYS.get, SUITES)


def _inside(data: bytes) -> None:
    """Hostile bytes, sealed well."""
    envelope._read_inner(BATCH, data)


TARGETS: tuple[Callable[[bytes], None], ...] = (
    *(_json, _base64url, _signed, _payloads, _well_signed, _second, _envelopes, _inside),
)


def one(data: bytes) -> None:
    """The first byte says which target gets the others."""
    if data:
        with suppress(Hostile):
            TARGETS[data[0] % len(TARGETS)](data[1:])


def seeds() -> Iterator[bytes]:
    """What the fuzzer begins with: the test vectors, for the targets that they suit."""
    vectors = json.loads(VECTORS.read_text())
    texts = [vectors[name]["jws"] for name in ("version", "manifest", "pull", "file")]
    texts += vectors["keysets"].values()
    texts += [vector["jws"] for vector in vectors["refused"]]
    for name in ("statements", "receipts"):
        texts += [vector["jws"] for vector in vectors[name].values()]
    for text in texts:
        yield _seed(_signed, text.encode())
        payload = strict.decode(text.split(".")[1]) if text.count(".") == 2 else b"{}"
        for target in (_json, _payloads, _well_signed):
            yield _seed(target, payload)
    yield _seed(_second, vectors["second"].encode())
    for vector in vectors["envelopes"].values():
        yield _seed(_envelopes, strict.decode(vector["envelope"]))
        inner = {"manifest": vector["manifest"], "items": vector["items"]}
        yield _seed(_inside, strict.canonical(inner))


def _seed(target: Callable[[bytes], None], data: bytes) -> bytes:
    return bytes([TARGETS.index(target)]) + data
