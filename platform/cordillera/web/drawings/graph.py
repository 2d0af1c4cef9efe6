"""The graph of relations: boxes and arrows. The table beside it has them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import hypot
from typing import Any

from cordillera.web.drawings.labels import LETTER
from cordillera.web.drawings.projection import Place
from cordillera.web.drawings.settling import LINE, PADDING, WIDTH, settled

SIZE = 13.0
LONGEST = 34
MOST = 60


@dataclass(frozen=True)
class Box:
    """One node as drawn: its centre, its size, its words and where it leads."""

    id: str
    label: str
    kind: str
    url: str
    centre: bool
    x: float
    y: float
    width: float
    height: float = LINE + PADDING

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def baseline(self) -> float:
        return self.y + SIZE * 0.35


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    label: str
    tone: str
    #: Where the label stands between start (0) and end (1).
    part: float = 0.5

    @property
    def middle(self) -> Place:
        x = self.x1 + (self.x2 - self.x1) * self.part
        return x, self.y1 + (self.y2 - self.y1) * self.part - 4


@dataclass(frozen=True)
class Graph:
    boxes: list[Box]
    lines: list[Line]
    width: float
    height: float
    left_out: int


def drawn(nodes: Iterable[Mapping[str, Any]], edges: Iterable[Mapping[str, Any]]) -> Graph | None:
    """The drawing of `nodes` (id, label, url, kind, centre) and `edges` (source, target, label,
    tone). Beyond sixty nodes the first sixty are drawn and `left_out` counts the others."""
    every = list(nodes)
    shown = every[:MOST]
    if not shown:
        return None
    ids = {str(node["id"]): n for n, node in enumerate(shown)}
    links = [edge for edge in edges if _ends(edge) <= ids.keys()]
    pairs = [(ids[str(e["source"])], ids[str(e["target"])]) for e in links]
    height = _height(len(shown))
    widths = [_width(_short(str(node["label"]))) for node in shown]
    centre = next((n for n, node in enumerate(shown) if node.get("centre")), 0)
    places = settled(centre, tuple(pairs), tuple(widths), height)
    boxes = [
        _box(node, *place, width) for node, place, width in zip(shown, places, widths, strict=True)
    ]
    lines = _lines(boxes, pairs, links)
    return Graph(boxes, lines, WIDTH, height, len(every) - len(shown))


def _ends(edge: Mapping[str, Any]) -> set[str]:
    return {str(edge["source"]), str(edge["target"])}


def _height(count: int) -> float:
    return min(260.0 + 26 * count, 900.0)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1].rstrip() + "…"


def _width(label: str) -> float:
    return max(len(label) * SIZE * LETTER, 40) + 2 * PADDING


def _box(node: Mapping[str, Any], x: float, y: float, width: float) -> Box:
    return Box(
        id=str(node["id"]),
        label=_short(str(node["label"])),
        kind=str(node.get("kind") or ""),
        url=str(node.get("url") or ""),
        centre=bool(node.get("centre")),
        x=x,
        y=y,
        width=width,
    )


def _lines(
    boxes: list[Box], pairs: list[tuple[int, int]], edges: list[Mapping[str, Any]]
) -> list[Line]:
    """Several relations of the same two stand side by side, their labels one after the other."""
    together = Counter(frozenset(pair) for pair in pairs)
    seen: Counter[frozenset[int]] = Counter()
    lines = []
    for (a, b), edge in zip(pairs, edges, strict=True):
        both = frozenset((a, b))
        seen[both] += 1
        lines.append(_line(boxes[a], boxes[b], edge, seen[both], together[both]))
    return lines


def _line(start: Box, end: Box, edge: Mapping[str, Any], nth: int, of: int) -> Line:
    dx, dy = end.x - start.x, end.y - start.y
    length = hypot(dx, dy) or 1.0
    # Counted from one side, whichever way the relation runs.
    side = 1 if start.id < end.id else -1
    beside = (nth - (of + 1) / 2) * 14 * side / length
    shift = (-dy * beside, dx * beside)
    x1, y1 = _leaves(start, (dx, dy), shift)
    x2, y2 = _leaves(end, (-dx, -dy), shift)
    part = nth / (of + 1) if side > 0 else 1 - nth / (of + 1)
    return Line(x1, y1, x2, y2, str(edge.get("label") or ""), str(edge.get("tone") or ""), part)


def _leaves(box: Box, way: Place, shift: Place) -> Place:
    """Where a line that goes this way, beside the box's centre by `shift`, leaves the box."""
    sides = ((box.width, way[0], shift[0]), (box.height, way[1], shift[1]))
    parts = [
        (size / 2 + 3 - (by if along > 0 else -by)) / abs(along)
        for size, along, by in sides
        if along
    ]
    part = min(parts, default=0.0)
    return box.x + shift[0] + way[0] * part, box.y + shift[1] + way[1] * part
