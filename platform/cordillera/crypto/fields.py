"""Reading a JSON object field by field: each typed and bounded, and none left over.

An unknown field is refused: a format that gains a field gets a new number (`…/2`), so that nobody
acts on half of what he was told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from . import strict
from .errors import Hostile

T = TypeVar("T")

PARTY = re.compile(r"[A-Z]{2}")
WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}")
HASH = re.compile(r"[A-Za-z0-9_-]{43}")
REFERENCE = re.compile(r"[A-Z]{2}-[A-Z]{2}-[0-9]{4}-[0-9]{5,9}")
#: No control characters, no line breaks, nothing that turns the reading direction around.
LINE = re.compile("[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]*")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_YEARS = range(1970, 3000)


def written(moment: datetime) -> str:
    """RFC 3339 in UTC, as 2026-11-21T20:55:00.123456Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Fields:
    """The fields of `payload`, which the messages call `what`. Every method raises Hostile alone."""

    def __init__(self, payload: Any, what: str) -> None:
        if not isinstance(payload, dict):
            raise Hostile(f"{what}: {type(payload).__name__} came; an object was wanted")
        self._left: dict[str, Any] = dict(payload)
        self._what = what

    def done(self) -> None:
        """Refuse what nobody asked for."""
        if self._left:
            raise self.problem(next(iter(self._left)), "an unknown field")

    def problem(self, name: str, said: str) -> Hostile:
        return Hostile(f"{self._what}: {name[:40]}: {said}")

    def has(self, name: str) -> bool:
        return name in self._left

    def any(self, name: str) -> Any:
        if name not in self._left:
            raise self.problem(name, "missing")
        return self._left.pop(name)

    def maybe(self, name: str, read: Callable[[str], T]) -> T | None:
        """`read(name)`, or None where the field is null."""
        if self._left.get(name, False) is None:
            del self._left[name]
            return None
        return read(name)

    def optional(self, name: str, read: Callable[[str], T]) -> T | None:
        """`read(name)`, or None where there is no such field."""
        return read(name) if name in self._left else None

    def format(self, wanted: str) -> None:
        if self.any("format") != wanted:
            raise self.problem("format", f"{wanted} was wanted")

    def text(self, name: str, pattern: re.Pattern[str] | None = None, most: int = 200) -> str:
        value = self.any(name)
        if not isinstance(value, str):
            raise self.problem(name, "a text was wanted")
        if len(value) > most:
            raise self.problem(name, f"{len(value)} characters; at most {most}")
        if pattern and not pattern.fullmatch(value):
            raise self.problem(name, f"not like {pattern.pattern[:60]}")
        return value

    def line(self, name: str) -> str:
        """A text that is shown to people in one line."""
        value = self.text(name)
        if not LINE.fullmatch(value):
            raise self.problem(name, "a line without control characters was wanted")
        return value

    def one_of(self, name: str, words: frozenset[str]) -> str:
        value = self.text(name)
        if value not in words:
            raise self.problem(name, f"one of {', '.join(sorted(words))} was wanted")
        return value

    def party(self, name: str) -> str:
        return self.text(name, PARTY)

    def word(self, name: str) -> str:
        return self.text(name, WORD)

    def reference(self, name: str) -> str:
        return self.text(name, REFERENCE)

    def whole(self, name: str, least: int = 0, most: int = 2**31 - 1) -> int:
        value = self.any(name)
        if type(value) is not int or not least <= value <= most:
            raise self.problem(name, f"an integer from {least} to {most} was wanted")
        return value

    def uuid(self, name: str) -> UUID:
        return UUID(self.text(name, _UUID))

    def time(self, name: str) -> datetime:
        text = self.text(name, _TIME)
        try:
            moment = datetime.fromisoformat(text)
            if moment.year in _YEARS:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise self.problem(name, "no moment of these times")

    def digest(self, name: str, empty: bool = False) -> str:
        """A SHA-256 in base64url; with `empty`, the empty text too."""
        value = self.text(name)
        if empty and not value:
            return value
        if not HASH.fullmatch(value) or not _spelled_once(value):
            raise self.problem(name, "a SHA-256 in base64url was wanted")
        return value

    def bytes(self, name: str, length: int | None = None, most: int = 4096) -> bytes:
        """The bytes that the field holds in base64url."""
        text = self.text(name, most=most * 4 // 3 + 4)
        try:
            value = strict.decode(text)
        except Hostile as error:
            raise self.problem(name, str(error)) from error
        if length is not None and len(value) != length:
            raise self.problem(name, f"{len(value)} bytes; {length} were wanted")
        return value

    def object(self, name: str) -> dict[str, Any]:
        value = self.any(name)
        if not isinstance(value, dict):
            raise self.problem(name, "an object was wanted")
        return value

    def list(self, name: str, most: int) -> list[Any]:
        value = self.any(name)
        if not isinstance(value, list):
            raise self.problem(name, "a list was wanted")
        if len(value) > most:
            raise self.problem(name, f"{len(value)} entries; at most {most}")
        return value

    def each(self, name: str, most: int, read: Callable[[Fields], T]) -> tuple[T, ...]:
        """`read(fields)` of each object in the list; what it leaves over is refused."""
        found = []
        for number, entry in enumerate(self.list(name, most)):
            fields = Fields(entry, f"{self._what}: {name}[{number}]")
            found.append(read(fields))
            fields.done()
        return tuple(found)

    def texts(
        self, name: str, most: int, pattern: re.Pattern[str] | None = None, longest: int = 200
    ) -> tuple[str, ...]:
        """A list of texts."""
        values = self.list(name, most)
        for value in values:
            Fields({name: value}, self._what).text(name, pattern, longest)
        return tuple(values)


def _spelled_once(value: str) -> bool:
    # 43 characters hold 258 bits: the last two have to be zero.
    return value[-1] in "AEIMQUYcgkosw048"
