"""Where a reader of live events stands: opaque to clients, ordered for us."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FORM = re.compile(r"(\d{1,19})-(\d{1,19})")


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """Everything up to and including (xid, id) has been read."""

    xid: int
    id: int

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor that `text` writes; None for anything else, which then counts as no cursor."""
        found = _FORM.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found else None

    def __str__(self) -> str:
        return f"{self.xid}-{self.id}"
