"""Texts that every node must refuse, each with the error code: signed well, and yet wrong."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from cordillera.crypto import keyset, strict
from sharing.exchange.formats.manifest import Manifest
from sharing.exchange.formats.receipt import Receipt
from sharing.exchange.formats.statement import Statement
from sharing.exchange.formats.version import Version
from tests.vectors import scene
from tests.vectors.scene import US


def texts() -> list[dict[str, str]]:
    """Each: `what` is wrong, `typ` it claims to be, the `jws`, the error `code`."""
    return [*_payloads(), *_headers(), *_signatures(), *_ids(), *_readers()]


def _payloads() -> list[dict[str, str]]:
    payload = scene.ALERT.to_payload()
    said = json.dumps(payload)
    bodies = {
        "the same key twice": said[:-1] + ', "number": 2}',
        "a fraction": said[:-1] + ', "number": 1.5}',
        "an exponent": said.replace('"packages": 12', '"packages": 1e1'),
        "an integer that a double does not hold": said.replace(": 12}", f": {2**53}}}"),
        "NaN": said.replace(": 12}", ": NaN}"),
        "half a surrogate pair": said.replace("720839", "\\ud800"),
        "the character U+0000": said.replace("720839", "\\u0000"),
        "33 levels": said.replace('"720839"', "[" * 30 + "]" * 30),
        "an unknown field": json.dumps({**payload, "urgent": True}),
        "a missing field": json.dumps({k: v for k, v in payload.items() if k != "about"}),
        "another format": json.dumps({**payload, "format": "cordillera-version/2"}),
        "an audience without the originator": json.dumps(
            {**payload, "handling": {"audience": ["MX"], "tlp": "AMBER"}}
        ),
        "no object": "[]",
        "another encoding than UTF-8": "",
    }
    found = []
    for what, body in bodies.items():
        data = body.encode() if body else said.encode("utf-16")
        found.append(_entry(what, Version.TYPE, _signed(_header(), data), "malformed"))
    return found


def _ids() -> list[dict[str, str]]:
    """Things under an id of another Party, or of none."""
    version, key = scene.ALERT.to_payload(), scene.STATEMENTS["attachment-key"].to_payload()
    theirs, none = (
        str(scene.uuid("alert", "CA")),
        str(UUID(bytes=scene.seed("alert")[:16], version=4)),
    )
    file = {**version["attachments"][0], "id": theirs}
    cases: list[tuple[str, str, dict[str, Any], str]] = [
        (
            "a record of another Party's id",
            Version.TYPE,
            {**version, "record": theirs},
            "foreign-id",
        ),
        ("a record of nobody's id", Version.TYPE, {**version, "record": none}, "foreign-id"),
        (
            "a file of another Party's id",
            Version.TYPE,
            {**version, "attachments": [file]},
            "foreign-id",
        ),
        (
            "an answer to whom it is not for",
            Version.TYPE,
            {**version, "about": theirs},
            "record-mismatch",
        ),
        ("the key of another Party's file", Statement.TYPE, {**key, "file": theirs}, "foreign-id"),
        *(
            (
                f"the {name} of another Party's record",
                Statement.TYPE,
                {**scene.STATEMENTS[name].to_payload(), "record": theirs},
                "foreign-id",
            )
            for name in ("withdrawal", "expiry", "attachment-key")
        ),
    ]
    return [
        _entry(what, typ, _signed(_header(typ=typ), strict.canonical(payload)), code)
        for what, typ, payload, code in cases
    ]


def _readers() -> list[dict[str, str]]:
    """Statements that name readers otherwise than they may."""
    good = scene.STATEMENTS["readers"].to_payload()
    [entry] = good["entries"]
    [reader, _other] = entry["readers"]
    cases: dict[str, dict[str, Any]] = {
        "a reader with a name of 151 characters": {**reader, "name": "x" * 151},
        "a reader without a name": {**reader, "name": ""},
        "a reader whose name breaks the line": {**reader, "name": "R.\nExample"},
        "a reader with an id": {**reader, "officer": str(scene.uuid("reader", "MX"))},
    }
    texts = {what: [{**entry, "readers": [one]}] for what, one in cases.items()}
    texts["51 readers of one record"] = [{**entry, "readers": [reader] * 51}]
    texts["readers of 21 records"] = [entry] * 21
    return [
        _entry(
            what,
            Statement.TYPE,
            _signed(_header(typ=Statement.TYPE), strict.canonical({**good, "entries": entries})),
            "malformed",
        )
        for what, entries in texts.items()
    ]


def _headers() -> list[dict[str, str]]:
    data = strict.canonical(scene.ALERT.to_payload())
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("alg none", _header(alg="none"), "bad-signature"),
        ("alg EdDSA, the older name", _header(alg="EdDSA"), "bad-signature"),
        ("another typ", _header(typ=Manifest.TYPE), "bad-signature"),
        ("a header with one field more", {**_header(), "crit": ["b64"], "b64": False}, "malformed"),
        ("a header with its key inside", {**_header(), "jwk": {"kty": "OKP"}}, "malformed"),
        ("a header without kid", {"alg": "Ed25519", "typ": Version.TYPE}, "malformed"),
        ("a kid that is no key's id", _header(kid="../US"), "malformed"),
        ("a key that nobody lists", _header(kid="US-0123456789abcdef"), "unknown-key"),
        ("a revoked key", _header(kid=US.kid("stolen")), "revoked-key"),
    ]
    return [_entry(what, Version.TYPE, _signed(header, data), code) for what, header, code in cases]


def _signatures() -> list[dict[str, str]]:
    good = scene.ALERT.sign(US.kid(), US.ed25519())
    head, body, signature = good.split(".")
    other = scene.STATEMENTS["expiry"].sign(US.kid(), US.ed25519()).split(".")[2]
    root = strict.canonical({"alg": "Ed25519", "kid": US.kid("root"), "typ": keyset.TYPE})
    # A batch of one item whose manifest says that there are three.
    short = {**scene.manifest().to_payload(), "last": 1}
    batch = _signed(_header(typ=Manifest.TYPE), strict.canonical(short))
    to_itself = {**scene.receipts()["gap"].to_payload(), "from": "US"}
    receipt = _signed(_header(typ=Receipt.TYPE), strict.canonical(to_itself))
    return [
        _entry(
            "the signature of another text", Version.TYPE, f"{head}.{body}.{other}", "bad-signature"
        ),
        _entry("no signature", Version.TYPE, f"{head}.{body}.", "bad-signature"),
        _entry("two parts", Version.TYPE, f"{head}.{body}", "malformed"),
        _entry("four parts", Version.TYPE, f"{good}.{signature}", "malformed"),
        _entry("padding", Version.TYPE, f"{good}==", "malformed"),
        _entry("white space", Version.TYPE, f"{good}\n", "malformed"),
        _entry(
            "a key set's header",
            Version.TYPE,
            f"{strict.encode(root)}.{body}.{other}",
            "bad-signature",
        ),
        _entry("a manifest of fewer items than it says", Manifest.TYPE, batch, "malformed"),
        _entry("a receipt to oneself", Receipt.TYPE, receipt, "malformed"),
    ]


def _header(**changed: str) -> dict[str, Any]:
    return {"alg": "Ed25519", "kid": US.kid(), "typ": Version.TYPE, **changed}


def _signed(header: dict[str, Any], payload: bytes) -> str:
    """A signature that fits over whatever bytes are given."""
    signed = f"{strict.encode(strict.canonical(header))}.{strict.encode(payload)}"
    return f"{signed}.{strict.encode(US.ed25519().sign(signed.encode()))}"


def _entry(what: str, typ: str, jws: str, code: str) -> dict[str, str]:
    return {"what": what, "typ": typ, "jws": jws, "code": code}
