from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.crypto import jws, strict
from cordillera.crypto.errors import BadSignature, Hostile, Mismatch, TooLarge, UnknownKey
from tests.vectors.scene import MX, US

TYP = "cordillera-test+jws"
GOOD = jws.sign({"a": 1}, typ=TYP, kid=US.kid(), private=US.ed25519())
SECOND = jws.sign_second({"a": 1}, typ=TYP, kid=US.second_kid, private=US.second)


def key_of(kid: str) -> Any:
    return US.ed25519().public_key() if kid == US.kid() else None


def second_of(kid: str) -> Any:
    return US.second.public_key() if kid == US.second_kid else None


def test_what_was_signed_is_read() -> None:
    assert jws.verify(GOOD, typ=TYP, key_of=key_of) == {"a": 1}
    assert jws.peek(GOOD, TYP) == {"a": 1}
    assert jws.kid_of(GOOD) == US.kid()


def test_the_second_signature_is_over_the_same_payload() -> None:
    assert jws.verify_second(SECOND, first=GOOD, typ=TYP, key_of=second_of) == {"a": 1}
    other = jws.sign({"a": 2}, typ=TYP, kid=US.kid(), private=US.ed25519())
    with pytest.raises(Mismatch):
        jws.verify_second(SECOND, first=other, typ=TYP, key_of=second_of)


def test_one_signature_cannot_stand_for_the_other() -> None:
    with pytest.raises(BadSignature):
        jws.verify(SECOND, typ=TYP, key_of=second_of)
    with pytest.raises(BadSignature):
        jws.verify_second(GOOD, first=GOOD, typ=TYP, key_of=key_of)


def test_a_signature_for_one_purpose_does_not_serve_another() -> None:
    with pytest.raises(BadSignature):
        jws.verify(GOOD, typ="cordillera-version+jws", key_of=key_of)
    with pytest.raises(BadSignature):
        jws.peek(GOOD, "cordillera-version+jws")


def test_a_text_that_is_too_long_is_not_looked_at() -> None:
    with pytest.raises(TooLarge):
        jws.verify(GOOD, typ=TYP, key_of=key_of, largest=len(GOOD) - 1)


def test_another_key_does_not_verify() -> None:
    with pytest.raises(UnknownKey):
        jws.verify(GOOD, typ=TYP, key_of=lambda kid: None)
    with pytest.raises(BadSignature):
        jws.verify(GOOD, typ=TYP, key_of=lambda kid: MX.ed25519().public_key())


@pytest.mark.parametrize("payload", [{"a": 1.5}, {"a": float("nan")}, {"a": "\0"}, {"a": 2**53}])
def test_what_no_reader_would_accept_is_not_signed(payload: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"reader|JSON"):
        jws.sign(payload, typ=TYP, kid=US.kid(), private=US.ed25519())


@pytest.mark.parametrize("good", [GOOD, SECOND], ids=["Ed25519", "ML-DSA-65"])
@given(data=st.data())
def test_every_flipped_bit_is_refused(good: str, data: st.DataObject) -> None:
    octets = bytearray(good.encode())
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Hostile):
        _verify(octets.decode("latin-1"))


@given(st.text(max_size=300) | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"))
def test_any_text_is_hostile(text: str) -> None:
    for read in (_verify, jws.kid_of, lambda text: jws.peek(text, TYP)):
        with pytest.raises(Hostile):
            read(text)


@given(
    st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "jwk"]), st.text() | st.none())
)
def test_any_header_but_the_right_one_is_hostile(header: dict[str, Any]) -> None:
    _, body, signature = GOOD.split(".")
    with pytest.raises(Hostile):
        _verify(f"{strict.encode(strict.canonical(header))}.{body}.{signature}")


def _verify(text: str) -> None:
    """As whichever of the two it says it is."""
    if len(text) > 4000:
        jws.verify_second(text, first=GOOD, typ=TYP, key_of=second_of)
    else:
        jws.verify(text, typ=TYP, key_of=key_of)
