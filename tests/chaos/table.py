"""The scenes' results: a row each, printed, and kept of the long form."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .judge import Verdict

HEAD = ("scene", "released", "lost", "twice", "out of order", "recovery, s")


@dataclass
class Table:
    title: str
    rows: list[tuple[str, int, Verdict, float]] = field(default_factory=list)

    def add(self, scene: str, released: int, verdict: Verdict, recovery: float) -> None:
        self.rows.append((scene, released, verdict, recovery))

    def __str__(self) -> str:
        cells = [HEAD, *(_cells(*row) for row in self.rows)]
        widths = [max(len(row[at]) for row in cells) for at in range(len(HEAD))]
        lines = [
            "  ".join(
                cell.rjust(width) if at else cell.ljust(width)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in cells
        ]
        return "\n".join([self.title, "", *lines, ""])

    def keep(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(self))


def _cells(scene: str, released: int, verdict: Verdict, recovery: float) -> tuple[str, ...]:
    counts = (released, verdict.lost, verdict.twice, verdict.out_of_order)
    return (scene, *(str(count) for count in counts), f"{recovery:.1f}")
