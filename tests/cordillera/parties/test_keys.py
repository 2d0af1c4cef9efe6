"""Signing keys: sealed at rest, one in use, retired ones verify for ever."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.db import transaction

from cordillera.access.decide import Refused
from cordillera.parties import checks, keys, keysets, sealing
from cordillera.parties.errors import KeyInUse, NoSigningKey
from cordillera.parties.models import PartyKey
from tests.conftest import Cast

KEK = base64.b64encode(b"k" * 32).decode()


def test_what_the_partys_key_signs_verifies_with_its_public_half(parties: Any) -> None:
    key = keys.signing_key("US")
    keys.public_key(key.kid).verify(key.private.sign(b"bytes"), b"bytes")


def test_the_key_id_names_the_party_and_follows_from_the_public_half(parties: Any) -> None:
    row = PartyKey.objects.get(party_id="MX", use="signing")
    assert row.kid == keys.key_id("MX", bytes(row.public))
    assert len(row.kid) == len("MX-") + 16


def test_the_private_half_is_not_in_the_database(parties: Any) -> None:
    row = PartyKey.objects.get(party_id="US", use="signing")
    assert keys.signing_key("US").private.private_bytes_raw() not in bytes(
        row.sealed_private or b""
    )


def test_rotation_retires_the_old_key_which_still_verifies(parties: Any, log_of: Any) -> None:
    old = keys.signing_key("US")
    signature = old.private.sign(b"old")
    new = keys.rotate("US")
    assert keys.signing_key("US").kid == new.kid != old.kid
    keys.public_key(old.kid).verify(signature, b"old")
    assert log_of("US", "key:rotate")[-1].detail == {"use": "signing", "retired": old.kid}


def test_the_second_signature_is_begun_and_ended(parties: Any, log_of: Any) -> None:
    with pytest.raises(NoSigningKey, match="no second time"):
        keys.sign_once("US")
    first = keys.rotate("US", use="signing-pq")
    assert keysets.newest("US").active("signing-pq")
    ended = keys.sign_once("US")
    assert (ended.kid, ended.state) == (first.kid, "retired")
    assert log_of("US", "key:retire")[-1].detail == {"use": "signing-pq"}
    newest = keysets.newest("US")
    assert not newest.active("signing-pq")
    assert newest.key(first.kid, "signing-pq").until
    # Who holds the earlier key set wants it still.
    assert keysets.second_key("US", newest.number - 1).kid == first.kid
    assert keysets.second_key("US", newest.number) is None
    assert keys.rotate("US", use="signing-pq").kid != first.kid


def test_only_the_partys_own_administrator_ends_the_second_signature(cast: Cast) -> None:
    keys.rotate("US", use="signing-pq")
    with pytest.raises(Refused), transaction.atomic():
        keys.sign_once("US", by=cast.identity("colleague"))
    with pytest.raises(Refused), transaction.atomic():
        keys.sign_once("US", by=cast.identity("recipient"))
    keys.sign_once("US", by=cast.identity("admin"))


def test_a_second_first_key_is_refused(parties: Any) -> None:
    with pytest.raises(KeyInUse):
        keys.make_signing_key("US")


def test_only_the_partys_own_administrator_rotates(cast: Cast) -> None:
    with pytest.raises(Refused):
        keys.rotate("MX", by=cast.identity("admin"))
    with pytest.raises(Refused):
        keys.rotate("US", by=cast.identity("colleague"))
    keys.rotate("US", by=cast.identity("admin"))


def test_an_unknown_key_and_a_party_without_one_are_named(db: Any) -> None:
    with pytest.raises(NoSigningKey, match="ZZ-0"):
        keys.public_key("ZZ-0")
    with pytest.raises(NoSigningKey, match="party key make ZZ"):
        keys.signing_key("ZZ")


def test_a_sealed_key_moved_to_another_row_does_not_open(parties: Any) -> None:
    us, mx = (
        PartyKey.objects.get(party_id="US", use="signing"),
        PartyKey.objects.get(party_id="MX", use="signing"),
    )
    us.sealed_private = mx.sealed_private
    us.save()
    with pytest.raises(sealing.SealingError, match=us.kid):
        keys.signing_key("US")


def test_resealing_moves_every_key_under_the_new_key(parties: Any, settings: Any) -> None:
    before = keys.signing_key("US").private.private_bytes_raw()
    old = settings.KEY_ENCRYPTION_KEY
    settings.KEY_ENCRYPTION_KEY = base64.b64encode(b"n" * 32).decode()
    with pytest.raises(sealing.SealingError), transaction.atomic():
        keys.signing_key("US")
    assert keys.reseal(old) == 12  # nine of the Parties, three of the log
    assert keys.signing_key("US").private.private_bytes_raw() == before


@pytest.mark.parametrize(
    ("text", "says"), [("%%%", "not base64"), ("YWJj", "3 bytes"), ("", "0 bytes"), ("é", "base64")]
)
def test_a_malformed_key_encryption_key_says_what_was_wanted(
    text: str, says: str, settings: Any
) -> None:
    with pytest.raises(sealing.SealingError, match=says) as caught:
        sealing.read_key(text)
    assert "openssl rand -base64 32" in str(caught.value)
    settings.KEY_ENCRYPTION_KEY = text
    assert [error.id for error in checks.key_encryption_key()] == ["parties.E001"]


def test_sealing_is_never_twice_the_same() -> None:
    key = sealing.read_key(KEK)
    one, two = (sealing.seal(b"secret", key=key, name="a") for _ in range(2))
    assert one != two
    assert sealing.unseal(one, key=key, name="a") == b"secret"
    with pytest.raises(sealing.SealingError):
        sealing.unseal(one, key=key, name="b")
