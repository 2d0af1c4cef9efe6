"""Ids that say whose they are."""

from __future__ import annotations

from uuid import UUID, uuid4, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.crypto import ids


@given(st.binary(min_size=16, max_size=16))
def test_an_id_bears_its_partys_code_and_what_was_drawn(drawn: bytes) -> None:
    made = ids.bound("US", drawn)
    assert (ids.party_of(made), made.version) == ("US", 8)
    assert made.bytes[2:6] + made.bytes[7:8] + made.bytes[9:] == drawn[2:6] + drawn[7:8] + drawn[9:]
    assert (made.bytes[6] ^ drawn[6]) & 0x0F == 0
    assert (made.bytes[8] ^ drawn[8]) & 0x3F == 0


def test_each_is_another_one() -> None:
    made = [ids.new("MX").int for _ in range(1000)]
    assert len(set(made)) == 1000
    # All 106 bits vary.
    ones = zeros = 0
    for one in made:
        ones, zeros = ones | one, zeros | ~one
    assert (ones & zeros & (2**128 - 1)).bit_count() == 106


@pytest.mark.parametrize(
    "thing",
    [
        uuid4(),
        uuid5(uuid4(), "US"),
        UUID(int=0),
        UUID("55530c5e-0d2a-4f31-9d0e-6f8a4e2b7c19"),  # version 4
        UUID("55530c5e-0d2a-8f31-cd0e-6f8a4e2b7c19"),  # another variant
        UUID("75730c5e-0d2a-8f31-9d0e-6f8a4e2b7c19"),  # small letters
        UUID("55310c5e-0d2a-8f31-9d0e-6f8a4e2b7c19"),  # a digit
        UUID("ff530c5e-0d2a-8f31-9d0e-6f8a4e2b7c19"),
    ],
)
def test_another_form_is_nobodys(thing: UUID) -> None:
    assert ids.party_of(thing) is None


@pytest.mark.parametrize("party", ["", "U", "us", "USA", "U1", "ÄÖ"])
def test_only_a_partys_code_is_borne(party: str) -> None:
    with pytest.raises(ValueError, match=r"came|encode"):
        ids.new(party)
