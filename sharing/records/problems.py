"""What an action answers when it cannot do what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .lifecycle import NotNow

__all__ = ["Invalid", "NotNow", "Stale"]


class Invalid(Exception):
    """The input is not acceptable: `problems` say where, what came and what was wanted."""

    def __init__(self, problems: Sequence[Any]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{p.path}: {p.message}" for p in self.problems[:5]))


class Stale(Exception):
    """Somebody saved in between: `version` is what is there now."""

    def __init__(self, version: Any) -> None:
        self.version = version
        super().__init__(f"the draft is now at {version.etag}")
