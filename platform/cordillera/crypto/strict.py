"""JSON without surprises, base64url without padding, SHA-256.

Refused, because two readers could read them differently or because they cost more than they say:
another encoding than UTF-8, a key twice in one object, fractions and exponents, NaN and infinity,
integers that a double does not hold, half surrogate pairs, the character U+0000, more than 32
levels, more than 250,000 values (counted before anything is made of them: a text of `[],[],[]…`
would take thirty times its size). All of it in time that grows with the length and no faster.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from typing import Any, NoReturn

import orjson

from .errors import Hostile, TooLarge

DEPTH = 32
#: Commas and opening brackets, also those in texts: no fewer than there are values.
VALUES = 250_000
#: The largest integer that every JSON reader holds exactly (RFC 8259, section 6).
LARGEST_INTEGER = 2**53 - 1
# Possessive, and content with a text that never ends: nothing is looked at twice.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_UNFIT = re.compile("[\0\ud800-\udfff]")
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces. Raises ValueError on NaN and infinity."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def read(data: bytes, depth: int = DEPTH, values: int = VALUES) -> Any:
    """The value of a JSON text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Hostile("not UTF-8") from error
    brackets = _check_count(text, values)
    plain = _plain_object(data, depth)
    if plain is not None:
        return plain
    # Most texts have fewer brackets than levels are allowed: nothing to walk.
    if brackets > depth:
        _check_depth(text, depth)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_number,
        )
    except (ValueError, RecursionError) as error:
        raise Hostile("not JSON") from error
    if "\\u" in text:
        _check_texts(value)
    return value


def _plain_object(data: bytes, depth: int) -> dict[str, Any] | None:
    """The object, where it needs no closer look, as nearly all that honest nodes write: it serialises
    to the very same bytes, so no key is there twice and each number is an integer that is allowed."""
    if not data.startswith(b"{") or b"\\u" in data:
        return None
    try:
        value = orjson.loads(data)
        same = orjson.dumps(value, option=_CANONICAL) == data
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    return value if same and _is_plain(value, depth) else None


def _is_plain(value: Any, depth: int) -> bool:
    """Whether this object or list has at most so many levels, and no fraction."""
    if not depth:
        return False
    for inner in value.values() if type(value) is dict else value:
        kind = type(inner)
        if kind is float or (kind in (dict, list) and not _is_plain(inner, depth - 1)):
            return False
    return True


def read_object(data: bytes, depth: int = DEPTH, values: int = VALUES) -> dict[str, Any]:
    value = read(data, depth, values)
    if not isinstance(value, dict):
        raise Hostile(f"{type(value).__name__} came; an object was wanted")
    return value


def encode(data: bytes) -> str:
    """base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """What `encode` wrote; a second spelling of the same bytes is refused."""
    try:
        data = base64.b64decode(
            text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise Hostile("not base64url") from error
    if encode(data) != text:
        raise Hostile("not base64url in its one spelling")
    return data


def digest(data: str | bytes) -> str:
    """SHA-256 in base64url: 43 characters. A text is hashed as its UTF-8 bytes."""
    return encode(hashlib.sha256(data.encode() if isinstance(data, str) else data).digest())


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Hostile("the same key twice in one object")
    return found


def _integer(text: str) -> int:
    if len(text) > 17 or not -LARGEST_INTEGER <= (number := int(text)) <= LARGEST_INTEGER:
        raise Hostile(f"an integer beyond {LARGEST_INTEGER}")
    return number


def _number(text: str) -> NoReturn:
    raise Hostile(f"the number {text[:20]}; only integers are allowed")


def _check_count(text: str, values: int) -> int:
    """How many brackets it opens."""
    brackets = text.count("[") + text.count("{")
    if brackets + text.count(",") > values:
        raise TooLarge(f"more than {values} values", "malformed")
    return brackets


def _check_depth(text: str, depth: int) -> None:
    level = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        level += 1 if bracket in "[{" else -1
        if level > depth:
            raise TooLarge(f"more than {depth} levels", "malformed")


def _check_texts(value: Any) -> None:
    """Only an escape can spell U+0000 or half a surrogate pair, and no database keeps them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_texts(key)
            _check_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_texts(inner)
    elif isinstance(value, str) and _UNFIT.search(value):
        raise Hostile("a text with U+0000 or half a surrogate pair")
