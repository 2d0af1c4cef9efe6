"""A signed dump of the log for another machine: the whole tree, and the own Party's texts of some days."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db.models import Max, Min

from audit import checking, export, tree, verifier
from audit.database import whole_log
from audit.models import Leaf
from audit.queries import Question, asked

#: A larger tree, or more entries, are exported in the background: that takes more than a request may.
AT_ONCE_TREE, AT_ONCE_ENTRIES = 50_000, 5_000
#: And larger ones than these at the node's shell.
MOST_TREE, MOST_ENTRIES = 5_000_000, 1_000_000


class TooMuch(Exception):
    """It would take more room than there is."""


@dataclass(frozen=True, slots=True)
class Span:
    """The places of the tree from which the texts are taken; `own` of them are the Party's."""

    first: int
    end: int
    own: int
    tree: int

    @property
    def is_long(self) -> bool:
        """Too long to wait for it."""
        return self.tree > AT_ONCE_TREE or self.end - self.first > AT_ONCE_ENTRIES

    @property
    def too_large(self) -> bool:
        return self.tree > MOST_TREE or self.end - self.first > MOST_ENTRIES


def span(party: str, question: Question) -> Span:
    """Where the Party's entries of these days stand; an empty span where there are none."""
    with whole_log():
        mine = asked(party, question).order_by().values("pk")
        found = Leaf.objects.filter(entry_id__in=mine)
        ends = found.aggregate(first=Min("index"), last=Max("index"))
        size, own = tree.size(), found.count()
    if ends["first"] is None:
        return Span(0, 0, 0, size)
    return Span(ends["first"], ends["last"] + 1, own, size)


@contextmanager
def archive(
    party: str, wanted: Span, below: Path, heed: Callable[[int, int], None] | None = None
) -> Iterator[IO[bytes]]:
    """The dump as a ZIP file, with the verifier beside it; verified before it is given out.

    It is put together in a folder `below` that one, and leaves nothing there. `heed` is told of each
    entry how many there are, and how many bytes; what it raises ends it. Raises LogError.
    """
    below.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=below) as place:
        folder = Path(place) / "bundle"
        export.export(folder / "log", first=wanted.first, end=wanted.end, party=party, heed=heed)
        report = verifier.verify_dump(folder / "log", checking.trust())
        (folder / "report.txt").write_text("\n".join([*report.lines(), ""]))
        shutil.copy(verifier.__file__, folder / "verifier.py")
        made = shutil.make_archive(str(Path(place) / "made"), "zip", folder)
        with Path(made).open("rb") as file:
            yield file
