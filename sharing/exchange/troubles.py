"""What keeps a channel from going on."""

from __future__ import annotations

from cordillera.crypto.errors import printable

#: The two ends tell different histories: nothing more is sent until an administrator restarts the
#: channel. Everything else is tried again by itself.
STOPPING = frozenset({"gap", "sequence-reused", "mismatch", "malformed", "lost"})

#: The recipient says again and again that it has another history: an administrator lets the channel go
#: on, or begins it anew.
LOST = "lost"


#: Nobody answered: nothing else would be heard either.
UNHEARD = frozenset({"unreachable", "tls", "timeout"})


class Trouble(Exception):
    """`code` is one of the protocol's (cordillera.crypto.errors.CODES) or of ours: lost, unreachable, tls,
    timeout, answer (not what a node answers), too-large, http-NNN. `signed` where the peer put its
    name to it: only then it may stop a channel. `after`: so many seconds the peer asks to be left
    alone."""

    def __init__(
        self, code: str, detail: str = "", *, signed: bool = False, after: float | None = None
    ) -> None:
        detail = printable(detail)
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail, self.signed = code[:40], detail[:300], signed
        self.after = after

    @property
    def stops(self) -> bool:
        return self.signed and self.code in STOPPING
