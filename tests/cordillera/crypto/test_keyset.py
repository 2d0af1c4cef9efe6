from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cordillera.crypto import hpke, jws, keyset, strict
from cordillera.crypto.errors import BadSignature, Hostile, Mismatch, RevokedKey, UnknownKey
from cordillera.crypto.keyset import KeySet
from tests.vectors.scene import MX, NOON, US

FIRST = US.keyset()


def read(payload: dict[str, Any]) -> KeySet:
    return KeySet.read(US.signed_keyset(payload), US.public("root"))


def test_what_is_built_is_read() -> None:
    assert FIRST.to_payload() == KeySet.read(FIRST.jws, None).to_payload()
    assert FIRST.address == "https://us.example/cordillera"
    assert FIRST.contacts[0].roles == ("officer",)


def test_another_root_key_is_refused() -> None:
    with pytest.raises(BadSignature):
        KeySet.read(FIRST.jws, MX.public("root"))


def test_a_key_set_that_its_own_root_key_did_not_sign_is_refused() -> None:
    forged = jws.sign(
        FIRST.to_payload(), typ=keyset.TYPE, kid=US.kid("root"), private=MX.ed25519("root")
    )
    with pytest.raises(BadSignature):
        KeySet.read(forged, None)
    named = jws.sign(
        FIRST.to_payload(), typ=keyset.TYPE, kid=MX.kid("root"), private=MX.ed25519("root")
    )
    with pytest.raises(UnknownKey):
        KeySet.read(named, None)


def test_the_keys_in_use_are_neither_retired_nor_revoked() -> None:
    assert [key.kid for key in FIRST.active(keyset.SIGNING)] == [US.kid()]
    assert {key.alg for key in FIRST.active(keyset.SEALING)} == set(hpke.SUITES)


def test_who_signs_now_and_who_signed_then() -> None:
    assert FIRST.signer(US.kid()).public_bytes_raw() == US.public()
    with pytest.raises(UnknownKey):
        FIRST.signer(US.kid("older"))
    with pytest.raises(RevokedKey):
        FIRST.signer(US.kid("stolen"))
    with pytest.raises(UnknownKey):
        FIRST.signer(US.second_kid)
    before = NOON - timedelta(days=8)
    assert FIRST.signer_at(US.kid("older"), before).public_bytes_raw() == US.public("older")
    with pytest.raises(UnknownKey):
        FIRST.signer_at(US.kid("older"), NOON)
    with pytest.raises(RevokedKey):
        FIRST.signer_at(US.kid("stolen"), before)


def test_the_next_key_set_follows() -> None:
    US.keyset(2, FIRST).check_follows(FIRST)
    FIRST.check_follows(FIRST)


def test_an_older_key_set_does_not_come_back() -> None:
    with pytest.raises(Mismatch):
        FIRST.check_follows(US.keyset(2, FIRST))


def test_two_key_sets_of_one_number_are_a_lie() -> None:
    other = read({**FIRST.to_payload(), "address": None})
    with pytest.raises(Hostile) as refused:
        other.check_follows(FIRST)
    assert refused.value.code == "sequence-reused"


def test_another_history_is_refused() -> None:
    second = read({**US.keyset(2, FIRST).to_payload(), "previous": jws.digest("another")})
    with pytest.raises(Mismatch):
        second.check_follows(FIRST)
    with pytest.raises(Mismatch):
        MX.keyset().check_follows(FIRST)


def without(kid: str) -> KeySet:
    later = US.keyset(2, FIRST).to_payload()
    return read({**later, "keys": [key for key in later["keys"] if key["kid"] != kid]})


def test_a_signing_key_stays_listed_and_a_sealing_key_may_go() -> None:
    without(US.sealing().kid).check_follows(FIRST)
    for kid in (US.kid("older"), US.second_kid):
        with pytest.raises(Mismatch):
            without(kid).check_follows(FIRST)


def test_a_revoked_key_is_not_believed_again() -> None:
    later = US.keyset(2, FIRST).to_payload()
    keys = [{**key, "revoked_at": None} for key in later["keys"]]
    with pytest.raises(Mismatch):
        read({**later, "keys": keys}).check_follows(FIRST)


def test_a_sealing_suite_of_tomorrow_does_not_spoil_the_key_set() -> None:
    payload = FIRST.to_payload()
    public = b"x" * 64
    kid = keyset.key_id("US", public, keyset.SEALING)
    key = {**payload["keys"][-1], "kid": kid, "alg": "HPKE-2031", "public": strict.encode(public)}
    assert read({**payload, "keys": [*payload["keys"], key]}).key(kid, keyset.SEALING)


@pytest.mark.parametrize(
    "change",
    [
        {"address": "ftp://us.example"},
        {"address": "https://user@us.example"},
        {"address": "https://us.example/?a=b"},
        {"address": "https://us.example/\nHost: x"},
        {"number": 2},
        {"number": 0},
        {"previous": jws.digest("")},
        {"party": "MX"},
        {"names": {"english": "United States"}},
        {"root": {"kid": US.kid("root"), "public": strict.encode(MX.public("root"))}},
        {"keys": [FIRST.to_payload()["keys"][0]] * 2},
        {"keys": [{**FIRST.to_payload()["keys"][0], "kid": US.kid()}]},
        {"keys": [{**FIRST.to_payload()["keys"][0], "alg": "ML-DSA-65"}]},
        {"keys": [{**FIRST.to_payload()["keys"][0], "use": "root"}]},
        {"keys": [{**FIRST.to_payload()["keys"][-1], "alg": hpke.XWING}]},
    ],
    ids=str,
)
def test_a_key_set_that_contradicts_itself_is_hostile(change: dict[str, Any]) -> None:
    with pytest.raises(Hostile):
        read({**FIRST.to_payload(), **change})


SMALL = [
    bytes(32),
    b"\x01" + bytes(31),
    b"\xec" + b"\xff" * 30 + b"\x7f",
    b"\xee" + b"\xff" * 30 + b"\x7f",
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
]


def test_under_a_key_of_small_order_one_signature_fits_every_text() -> None:
    key = Ed25519PublicKey.from_public_bytes(SMALL[1])
    signature = b"\x01" + bytes(63)
    key.verify(signature, b"this")
    key.verify(signature, b"that")


@pytest.mark.parametrize("public", SMALL, ids=bytes.hex)
@pytest.mark.parametrize("sign", [0, 0x80])
def test_so_it_is_no_key(public: bytes, sign: int) -> None:
    public = public[:31] + bytes([public[31] | sign])
    key = {
        **FIRST.to_payload()["keys"][0],
        "kid": keyset.key_id("US", public),
        "public": strict.encode(public),
    }
    with pytest.raises(Hostile, match="one signer"):
        read({**FIRST.to_payload(), "keys": [key]})


@pytest.mark.parametrize("name", ["two\nlines", "turned \u202e round", "\u2028", "\x1b[31m"])
def test_a_name_is_one_plain_line(name: str) -> None:
    with pytest.raises(Hostile):
        read({**FIRST.to_payload(), "names": {"en": name}})


def test_the_id_of_a_key_is_drawn_from_it() -> None:
    assert keyset.key_id("US", US.public()) == FIRST.active(keyset.SIGNING)[0].kid
    assert replace(FIRST, root=US.public()).root_kid != FIRST.root_kid
