"""The public keys of a node's log, as the key sets of the Parties that it hosts announce them.

They are verifier keys in the spelling of C2SP (signed-note): a log has one name and so has a
witness. A node has one log whichever Parties it hosts, and each of their key sets names the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from audit.errors import Malformed
from audit.note import COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44, ED25519, VerifierKey

from .errors import Hostile
from .fields import Fields

MOST = 8
LONGEST = 4096
_VKEY = re.compile(r"[!-*,-~]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True, slots=True)
class LogKeys:
    """`log`: with which it signs its checkpoints; `witness`: with which it co-signs the others'."""

    log: tuple[str, ...] = ()
    witness: tuple[str, ...] = ()

    def to_payload(self) -> dict[str, Any]:
        return {"log": list(self.log), "witness": list(self.witness)}

    @classmethod
    def of(cls, payload: dict[str, Any]) -> LogKeys:
        """Raises Hostile."""
        fields = Fields(payload, "key set: log")
        found = cls(*(fields.texts(name, MOST, _VKEY, LONGEST) for name in ("log", "witness")))
        fields.done()
        _check("log", found.log, {ED25519})
        _check("witness", found.witness, {COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44})
        return found


def _check(what: str, vkeys: tuple[str, ...], kinds: set[int]) -> None:
    try:
        keys = [VerifierKey.parse(vkey) for vkey in vkeys]
    except Malformed as error:
        raise Hostile(f"key set: log: {what}: {error}") from error
    if not {key.kind for key in keys} <= kinds:
        raise Hostile(f"key set: log: {what}: a key of another kind")
    if len({key.name for key in keys}) > 1 or len(set(vkeys)) != len(vkeys):
        raise Hostile(f"key set: log: {what}: two names, or the same key twice")
