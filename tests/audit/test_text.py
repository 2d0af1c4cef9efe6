"""The bytes that an entry is committed to by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import text
from audit.errors import Malformed

AT = datetime(2026, 11, 21, 21, 23, 33, 250, tzinfo=UTC)
HEAD = text.head(id="e1", at=text.moment(AT), party="MX", tag="record:read")
BODY = text.body(
    actor="a1", actor_name="Inés Ávila", about="US-OA-1", purpose="", detail={"z": 1, "a": ["ñ"]}
)


def test_the_bytes_are_those_that_the_specification_names() -> None:
    assert HEAD == (
        b'{"at":"2026-11-21T21:23:33.000250Z","id":"e1","party":"MX","tag":"record:read","v":1}'
    )
    wanted = (
        '{"about":"US-OA-1","actor":"a1","actor_name":"Inés Ávila","detail":{"a":["ñ"],"z":1},'
        '"purpose":""}'
    )
    assert wanted.encode() == BODY


def test_a_moment_is_the_same_in_every_zone() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=-6)))
    assert text.moment(elsewhere) == text.moment(AT)


def test_the_commitment_is_what_the_specification_says() -> None:
    salt = bytes(range(32))
    inner = sha256(b"cordillera/audit/body/v1\n" + salt + BODY).digest()
    outer = sha256(b"cordillera/audit/entry/v1\n" + inner + HEAD).digest()
    assert text.Opened.of(HEAD, BODY, salt).commitment == outer


def test_an_erased_body_leaves_the_commitment_as_it_was() -> None:
    whole = text.Opened.of(HEAD, BODY, b"s" * 32)
    erased = text.Opened.erased(whole.head, whole.hash)
    assert erased.commitment == whole.commitment
    assert "body" not in erased.members()


def test_entries_are_written_and_read() -> None:
    whole = text.Opened.of(HEAD, BODY, b"s" * 32)
    erased = text.Opened.erased(HEAD, whole.hash)
    assert [text.Opened.parse(one.members()) for one in (whole, erased)] == [whole, erased]


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(Malformed, match="32 bytes"):
        text.body_hash(BODY, b"s")


WORDS = st.text(max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(WORDS, min_size=4, max_size=4), st.dictionaries(WORDS, VALUES, max_size=4))
def test_what_is_written_out_is_canonical(words: list[str], detail: dict[str, Any]) -> None:
    one, two, three, four = words
    head = text.head(id=one, at=two, party=three, tag=four)
    assert head == text.canonical({"id": one, "at": two, "party": three, "tag": four, "v": 1})
    members = {"actor": one, "actor_name": two, "about": three, "purpose": four}
    assert text.body(**members, detail=detail) == text.canonical({**members, "detail": detail})
