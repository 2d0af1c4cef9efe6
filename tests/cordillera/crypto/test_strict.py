import json
import time
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.crypto import strict
from cordillera.crypto.errors import Hostile

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-strict.LARGEST_INTEGER, strict.LARGEST_INTEGER)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)
SURPRISES = [
    b"",
    b"\xff",
    b'\xef\xbb\xbf{"a":1}',
    '{"a":1}'.encode("utf-16"),
    b'{"a":1,"a":1}',
    b'{"a":{"b":1,"\\u0062":2}}',
    b"1.0",
    b'{"a":"\\u0000"}',
    b'{"a\\u0000":1}',
    b'{"a":1.5}',
    b'{"a":[{"b":1e2}]}',
    b'{"a":9007199254740992}',
    b'{"a":' * 33 + b"1" + b"}" * 33,
    b"1e2",
    b"-0.0",
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"9007199254740992",
    b"-9007199254740992",
    b"1" * 5000,
    b"01",
    b'"\\ud800"',
    b'{"\\udfff":1}',
    b'"\\u0000"',
    b'"\x00"',
    b'"\n"',
    b"'a'",
    b"[1,]",
    b"{} {}",
    b"[" * 33 + b"]" * 33,
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" + b"[]," * 250_000 + b"[]]",
]


@given(VALUES)
def test_what_is_written_is_read(value: Any) -> None:
    assert strict.read(strict.canonical(value)) == value


@given(
    st.recursive(
        VALUES | st.floats(), lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner)
    )
)
def test_the_short_way_reads_as_the_long_one(value: Any) -> None:
    data = json.dumps({"a": value}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    short, long = read_either(data), None
    with patch.object(strict, "_plain_object", lambda data, depth: None):
        long = read_either(data)
    assert (short, type(short)) == (long, type(long))


def read_either(data: str) -> Any:
    try:
        return strict.read(data.encode())
    except Hostile as error:
        return str(error)


@given(VALUES)
def test_escapes_are_read_as_what_they_stand_for(value: Any) -> None:
    assert strict.read(json.dumps(value, ensure_ascii=True).encode()) == value


@pytest.mark.parametrize("data", SURPRISES, ids=lambda data: repr(data[:20]))
def test_surprises_are_refused(data: bytes) -> None:
    with pytest.raises(Hostile):
        strict.read(data)


@given(
    st.binary() | TEXTS.map(str.encode) | st.text('[]{}",:\\u0d8e1-.', max_size=200).map(str.encode)
)
def test_any_bytes_are_a_value_or_hostile(data: bytes) -> None:
    try:
        value = strict.read(data)
    except Hostile:
        return
    assert strict.read(strict.canonical(value)) == value


def test_thirty_two_levels_are_read_and_brackets_in_texts_are_no_levels() -> None:
    strict.read(b"[" * 32 + b"]" * 32)
    strict.read(json.dumps([r"\"[[[{{{" * 20] * 5).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 40 + b'"' + b'\\"' * 3_000_000,
        b"[" * 40 + b'"' * 6_000_000,
        b"[" * 6_000_000,
        b"[0" + b",0" * 3_000_000 + b"]",
        b'["\\u0020' + b"a" * 6_000_000 + b'"]',
        b"9" * 6_000_000,
    ],
    ids=["escapes", "quotes", "levels", "values", "text", "digits"],
)
def test_a_large_text_takes_little_time(data: bytes) -> None:
    started = time.process_time()
    with suppress(Hostile):
        strict.read(data)
    assert time.process_time() - started < 3


@given(st.binary())
def test_base64url_has_one_spelling(data: bytes) -> None:
    text = strict.encode(data)
    assert strict.decode(text) == data
    for other in (text + "=", text + "\n", " " + text, text + "A" * (1 + (len(text) % 4 == 3))):
        try:
            assert strict.decode(other) != data
        except Hostile:
            continue


@pytest.mark.parametrize("text", ["AB", "A", "AAA=", "A+/A", "é", "AAAA\n", "AA AA"])
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(Hostile):
        strict.decode(text)
