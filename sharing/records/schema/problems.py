"""What is wrong with a value: where, which sort of fault, and a sentence for the officer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import get_language

# Past this many, more sentences help nobody, and hostile input must stay cheap to refuse.
MOST_PROBLEMS = 100
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_QUOTES = {"es": ("«", "»"), "fr": ("«\u00a0", "\u00a0»")}


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` is like `goods.0.hs` ("" for the whole); `message` is lazily translated; `facts` are the
    numbers in it, for programs."""

    path: str
    code: str
    message: str | Promise
    facts: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        said = {"path": self.path, "code": self.code, "message": str(self.message)}
        return {**said, **self.facts}


@dataclass(slots=True)
class Run:
    """One pass over one body: whether it must be complete, and what was found so far."""

    complete: bool
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: str, code: str, message: str | Promise, **words: Any) -> None:
        """Note a problem; `words` fill the braces of `message` when it is shown."""
        if len(self.problems) < MOST_PROBLEMS:
            text = format_lazy(message, **words) if words else message  # type: ignore[arg-type]
            self.problems.append(Problem(path, code, text))


def came(value: object) -> str:
    """What came in, fit to be quoted in a sentence: short, and without invisible tricks."""
    if isinstance(value, str):
        shown = _UNSHOWABLE.sub(lambda m: f"U+{ord(m.group()):04X}", value[:40])
        return _quoted(f"{shown}…" if len(value) > 40 else shown)
    if value is None or isinstance(value, bool | int | float):
        return repr(value)[:40]
    return {"dict": "{…}", "list": "[…]"}.get(type(value).__name__, type(value).__name__)


def _quoted(words: str) -> str:
    first, last = _QUOTES.get((get_language() or "en")[:2], ("“", "”"))
    return f"{first}{words}{last}"


def inside(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)
