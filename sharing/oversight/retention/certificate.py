"""How far the proof of a deletion is: its entry's place, the checkpoint over it, who co-signed."""

from __future__ import annotations

from dataclasses import dataclass

from audit import cosigning, sequencer
from audit.database import whole_log
from audit.errors import LogError

from ..models import Deletion


@dataclass(frozen=True, slots=True)
class Standing:
    """`index` is None until the sequencer has placed the entry, `size` until a checkpoint has it."""

    index: int | None = None
    size: int | None = None
    witnesses: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return self.size is not None and not self.missing


def standing(deletion: Deletion) -> Standing:
    with whole_log():
        index = sequencer.index_of(deletion.entry)
        if index is None:
            return Standing()
        try:
            size = cosigning.best(index).size
        except LogError:
            return Standing(index)
        who = cosigning.witnesses_of(size)
        return Standing(index, size, tuple(who), tuple(cosigning.quorum().missing(who)))
