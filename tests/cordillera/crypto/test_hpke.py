from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.crypto import hpke
from cordillera.crypto.errors import CannotOpen, Hostile, UnknownSuite
from tests.vectors.scene import seed

every_suite = pytest.mark.parametrize("suite", hpke.SUITES.values(), ids=lambda suite: suite.name)


@every_suite
@given(plaintext=st.binary(), info=st.binary())
def test_what_is_sealed_opens(suite: hpke.SealingSuite, plaintext: bytes, info: bytes) -> None:
    private = seed("someone")
    sealed = suite.seal(suite.public_of(private), info, plaintext)
    assert suite.open(private, info, sealed) == plaintext


@every_suite
def test_a_new_key_has_the_promised_sizes(suite: hpke.SealingSuite) -> None:
    private, public = suite.generate()
    assert (len(private), len(public)) == (suite.private_bytes, suite.public_bytes)
    assert suite.public_of(private) == public
    assert suite.generate()[0] != private


@every_suite
def test_it_opens_with_the_same_info_and_key_alone(suite: hpke.SealingSuite) -> None:
    private, public = suite.generate()
    sealed = suite.seal(public, b"this header", b"secret")
    with pytest.raises(CannotOpen):
        suite.open(private, b"that header", sealed)
    with pytest.raises(CannotOpen):
        suite.open(suite.generate()[0], b"this header", sealed)


@every_suite
@given(data=st.data())
def test_every_flipped_bit_is_refused(suite: hpke.SealingSuite, data: st.DataObject) -> None:
    private = seed("someone")
    sealed = bytearray(suite.seal(suite.public_of(private), b"", b"secret"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(CannotOpen):
        suite.open(private, b"", bytes(sealed))


@every_suite
@given(sealed=st.binary(max_size=3000))
def test_any_bytes_do_not_open(suite: hpke.SealingSuite, sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        suite.open(seed("someone"), b"", sealed)


@every_suite
@given(data=st.data())
def test_any_public_key_seals_or_is_hostile(suite: hpke.SealingSuite, data: st.DataObject) -> None:
    size = data.draw(st.sampled_from([0, 1, 31, 32, 33, suite.public_bytes]))
    public = data.draw(st.binary(min_size=size, max_size=size) | st.just(bytes(size)))
    with suppress(Hostile):
        suite.seal(public, b"", b"secret")


@every_suite
def test_a_point_that_gives_everybody_the_same_secret_is_refused(suite: hpke.SealingSuite) -> None:
    with pytest.raises(Hostile):
        suite.seal(bytes(suite.public_bytes), b"", b"secret")


def test_a_suite_that_is_not_known_is_hostile() -> None:
    with pytest.raises(UnknownSuite):
        hpke.suite("HPKE-NULL")
