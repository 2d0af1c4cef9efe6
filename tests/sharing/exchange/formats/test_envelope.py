import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.crypto import hpke, strict
from cordillera.crypto.errors import CannotOpen, Hostile, TooLarge, UnknownKey, UnknownSuite
from sharing.exchange.formats import envelope
from sharing.exchange.formats.envelope import Header
from tests.vectors import scene
from tests.vectors.scene import MX, US

MANIFEST = scene.manifest().sign(US.kid(), US.ed25519())
SEALED = envelope.seal(scene.header(), MANIFEST, scene.items(), MX.sealing_public())
BOTH = frozenset(hpke.SUITES)


def private_of(kid: str) -> hpke.SealingKey | None:
    return next((MX.sealing(suite) for suite in BOTH if MX.sealing(suite).kid == kid), None)


def sealed(header: dict[str, Any], inner: Any, suite: str = hpke.XWING) -> bytes:
    """An envelope of whatever header and plaintext, sealed well."""
    head = strict.canonical(header)
    body = inner if isinstance(inner, bytes) else strict.canonical(inner)
    text = hpke.SUITES[suite].seal(
        MX.sealing_public(suite), b"cordillera-envelope/1\0" + head, body
    )
    return struct.pack(">I", len(head)) + head + text


@pytest.mark.parametrize("suite", sorted(BOTH))
def test_what_is_sealed_opens(suite: str) -> None:
    made = envelope.seal(
        scene.header(suite), MANIFEST, scene.items(), MX.sealing_public(suite), "second"
    )
    opened = envelope.open(made, private_of, BOTH)
    assert opened == envelope.Opened(scene.header(suite), MANIFEST, scene.items(), "second")
    assert envelope.read_header(made) == scene.header(suite)


@given(st.data())
@settings(max_examples=300)
def test_every_flipped_bit_is_refused(data: st.DataObject) -> None:
    flipped = bytearray(SEALED)
    position = data.draw(st.integers(0, len(flipped) - 1) | st.integers(0, 260))
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Hostile):
        envelope.open(bytes(flipped), private_of, BOTH)


@given(st.integers(0, len(SEALED) - 1), st.binary(min_size=1, max_size=40))
def test_cut_off_or_drawn_out_it_is_refused(length: int, more: bytes) -> None:
    for other in (SEALED[:length], SEALED + more, more + SEALED):
        with pytest.raises(Hostile):
            envelope.open(other, private_of, BOTH)


@given(
    st.binary(max_size=2000)
    | st.binary(max_size=300).map(lambda b: struct.pack(">I", len(b)) + b + b)
)
def test_any_bytes_are_hostile(data: bytes) -> None:
    for read in (envelope.read_header, lambda data: envelope.open(data, private_of, BOTH)):
        with pytest.raises(Hostile):
            read(data)


def test_a_suite_that_the_node_does_not_allow_is_refused() -> None:
    weaker = envelope.seal(
        scene.header(hpke.X25519), MANIFEST, scene.items(), MX.sealing_public(hpke.X25519)
    )
    with pytest.raises(UnknownSuite):
        envelope.open(weaker, private_of)
    with pytest.raises(UnknownSuite):
        envelope.open(weaker, private_of, {"HPKE-X25519-SHA256-AES256GCM "})


def test_a_key_serves_its_own_suite_alone() -> None:
    header = {**scene.header(hpke.X25519).to_payload(), "key": MX.sealing().kid}
    with pytest.raises(UnknownSuite):
        envelope.open(sealed(header, {}, hpke.X25519), private_of, BOTH)


def test_a_key_that_was_destroyed_is_not_known() -> None:
    with pytest.raises(UnknownKey):
        envelope.open(SEALED, lambda kid: None)


def test_a_header_that_was_exchanged_does_not_open() -> None:
    length = struct.unpack(">I", SEALED[:4])[0]
    header = scene.header().to_payload()
    for name, value in {"sender": "CA", "epoch": 2, "first": 2}.items():
        head = strict.canonical({**header, name: value})
        with pytest.raises(CannotOpen):
            envelope.open(struct.pack(">I", len(head)) + head + SEALED[4 + length :], private_of)


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ({}, "malformed"),
        ([], "malformed"),
        ({"manifest": MANIFEST}, "malformed"),
        ({"manifest": MANIFEST, "items": [1]}, "malformed"),
        ({"manifest": MANIFEST, "items": ["é"]}, "malformed"),
        ({"manifest": MANIFEST, "items": "abc"}, "malformed"),
        ({"manifest": MANIFEST, "items": [], "second": None}, "malformed"),
        ({"manifest": MANIFEST, "items": [], "more": 1}, "malformed"),
        ({"manifest": MANIFEST, "items": ["x"] * 501}, "malformed"),
        ({"manifest": MANIFEST, "items": [[]]}, "malformed"),
        (b'{"items":[' + b"0," * 2_000_000 + b"0]}", "malformed"),
        (b"[" * 100_000, "malformed"),
        (b"\xff", "malformed"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_plaintext_that_is_no_batch_is_hostile(inner: Any, code: str) -> None:
    with pytest.raises(Hostile) as refused:
        envelope.open(sealed(scene.header().to_payload(), inner), private_of)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "change",
    [
        {"first": 0},
        {"first": 4},
        {"last": 501},
        {"epoch": 0},
        {"epoch": True},
        {"sender": "us"},
        {"recipient": "MEX"},
        {"format": "cordillera-envelope/2"},
        {"suite": None},
        {"compression": "gzip"},
    ],
    ids=str,
)
def test_a_header_out_of_bounds_is_hostile(change: dict[str, Any]) -> None:
    with pytest.raises(Hostile):
        envelope.read_header(sealed({**scene.header().to_payload(), **change}, {}))


def test_too_much_is_refused_before_it_is_opened() -> None:
    with pytest.raises(TooLarge):
        envelope.open(SEALED + bytes(envelope.LARGEST), private_of)
    with pytest.raises(ValueError, match="at most"):
        envelope.seal(scene.header(), MANIFEST, ["x" * envelope.LARGEST], MX.sealing_public())


def test_the_header_says_how_many_items_go() -> None:
    with pytest.raises(TooLarge):
        Header.from_payload(scene.header(first=1, last=501).to_payload())
