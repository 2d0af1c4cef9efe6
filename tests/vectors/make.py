"""Write exchange.json anew: `python -m tests.vectors.make`, from the top folder, with the source roots
(. and platform) on PYTHONPATH.

Only when a format changes. What draws random numbers (sealed bytes, ML-DSA signatures) differs
then; everything else stays as long as the formats do, and a test compares it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cordillera.crypto import hpke, jws, keyset, strict
from sharing.exchange.formats import envelope
from sharing.records.attachments import sealed as sealed_chunk
from tests.vectors import hostile, scene
from tests.vectors.scene import MX, US, Signer

FILE = Path(__file__).parent / "exchange.json"


def fixed() -> dict[str, Any]:
    """What is the same each time."""
    signed = {"key": US.ed25519(), "kid": US.kid()}
    return {
        "about": "Test vectors of sharing/exchange/PROTOCOL.md. Private keys are for tests only; "
        "seeds and keys are base64url.",
        "keys": {signer.party: _keys(signer) for signer in (US, MX)},
        "keysets": {signer.party: signer.keyset().jws for signer in (US, MX)},
        "version": {
            "jws": scene.ALERT.sign(signed["kid"], signed["key"]),
            "payload": scene.ALERT.to_payload(),
        },
        "statements": {
            name: {"jws": said.sign(US.kid(), US.ed25519()), "payload": said.to_payload()}
            for name, said in scene.STATEMENTS.items()
        },
        "manifest": {
            "jws": _manifest(),
            "hash": jws.digest(_manifest()),
            "payload": scene.manifest().to_payload(),
        },
        "receipts": {
            name: {"jws": said.sign(MX.kid(), MX.ed25519()), "payload": said.to_payload()}
            for name, said in scene.receipts().items()
        },
        "pull": {
            "jws": scene.pull().sign(MX.kid(), MX.ed25519()),
            "payload": scene.pull().to_payload(),
        },
        "file": {
            "jws": scene.file().sign(MX.kid(), MX.ed25519()),
            "payload": scene.file().to_payload(),
        },
        "refused": hostile.texts(),
    }


def drawn() -> dict[str, Any]:
    """What differs each time."""
    second = scene.manifest().sign_second(US.second_kid, US.second)
    sealed = {suite: _sealed(suite, second) for suite in hpke.SUITES}
    return {"second": second, "envelopes": sealed, "chunk": _chunk()}


def _chunk() -> dict[str, Any]:
    """The last chunk of a file, as it travels."""
    key, plain = scene.seed("file key"), b"%PDF-1.7"
    chunk = sealed_chunk.seal(plain, key, scene.uuid("file"), 1, last=True)
    return {
        "key": strict.encode(key),
        "file": str(scene.uuid("file")),
        "number": 1,
        "last": True,
        "chunk": strict.encode(chunk),
        "plain": strict.encode(plain),
    }


def _sealed(suite: str, second: str) -> dict[str, Any]:
    header, public = scene.header(suite), MX.sealing_public(suite)
    sealed = envelope.seal(header, _manifest(), scene.items(), public, second)
    return {
        "envelope": strict.encode(sealed),
        "header": header.to_payload(),
        "manifest": _manifest(),
        "items": list(scene.items()),
    }


def _manifest() -> str:
    return scene.manifest().sign(US.kid(), US.ed25519())


def _keys(signer: Signer) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: {
            "kid": signer.kid(name),
            "alg": "Ed25519",
            "private": strict.encode(signer.ed25519(name).private_bytes_raw()),
            "public": strict.encode(signer.public(name)),
        }
        for name in ("root", "older", "stolen", "signing")
    }
    found["second"] = {
        "kid": signer.second_kid,
        "alg": keyset.ML_DSA_65,
        "private": strict.encode(signer.second.private_bytes_raw()),
        "public": strict.encode(signer.second.public_key().public_bytes_raw()),
    }
    for suite in hpke.SUITES:
        key = signer.sealing(suite)
        found[suite] = {
            "kid": key.kid,
            "alg": suite,
            "private": strict.encode(key.private),
            "public": strict.encode(signer.sealing_public(suite)),
        }
    return found


def written(vectors: dict[str, Any]) -> str:
    return json.dumps(vectors, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(written({**fixed(), **drawn()}))
    print(f"{FILE}: {FILE.stat().st_size} bytes")
