"""The graph of relations: a small deterministic layout, the same picture each time.

Nodes begin on circles by their distance from the centre node, then forces even them out
(Fruchterman and Reingold, 1991). Good for some sixty nodes; the table beside it has them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, pi, sin
from typing import Any

from cordillera.web.drawings.labels import LETTER
from cordillera.web.drawings.projection import Place

WIDTH = 800.0
SIZE, LINE, PADDING = 13.0, 20.0, 10.0
LONGEST = 34
#: Rounds of pulling and pushing, in all and per node: a large graph settles for less.
ROUNDS, WORK = 160, 2400
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
    start = _start(shown, pairs, height)
    places = _settled(tuple(start), tuple(pairs), tuple(widths), height)
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


def _start(
    nodes: list[Mapping[str, Any]], pairs: list[tuple[int, int]], height: float
) -> list[Place]:
    """Circles around the centre: who is one step away on the first, and so on."""
    centre = next((n for n, node in enumerate(nodes) if node.get("centre")), 0)
    ring = _steps_from(centre, len(nodes), pairs)
    places: list[Place] = [(WIDTH / 2, height / 2)] * len(nodes)
    for step in set(ring) - {0}:
        members = [n for n, at in enumerate(ring) if at == step]
        for at, n in enumerate(members):
            angle = 2 * pi * (at + 0.37 * step) / len(members)
            reach = step / (max(ring) or 1) * 0.42
            places[n] = (
                WIDTH / 2 + WIDTH * reach * cos(angle),
                height / 2 + height * reach * sin(angle),
            )
    return places


def _steps_from(centre: int, count: int, pairs: list[tuple[int, int]]) -> list[int]:
    steps = {centre: 0}
    edge = [centre]
    while edge:
        near = {b for a, b in pairs if a in edge} | {a for a, b in pairs if b in edge}
        edge = [n for n in sorted(near) if n not in steps]
        steps |= dict.fromkeys(edge, max(steps.values()) + 1)
    outermost = max(steps.values()) + 1
    return [steps.get(n, outermost) for n in range(count)]


@lru_cache(maxsize=256)
def _settled(
    places: Sequence[Place],
    pairs: Sequence[tuple[int, int]],
    widths: Sequence[float],
    height: float,
) -> Sequence[Place]:
    ideal = (WIDTH * height / max(len(places), 1)) ** 0.5 * 0.75
    rounds = min(ROUNDS, WORK // len(places))
    for turn in range(rounds):
        forces = _forces(places, pairs, ideal)
        most = 40 * (1 - turn / rounds) + 1
        places = [
            _moved(place, force, most, width, height)
            for place, force, width in zip(places, forces, widths, strict=True)
        ]
    for _ in range(60):
        places = _cleared(places, widths, height)
    return places


def _forces(places: Sequence[Place], pairs: Sequence[tuple[int, int]], ideal: float) -> list[Place]:
    forces = [[0.0, 0.0] for _ in places]
    linked = set(pairs)
    for a in range(len(places)):
        for b in range(a + 1, len(places)):
            dx, dy = places[a][0] - places[b][0], places[a][1] - places[b][1]
            distance = hypot(dx, dy) or 1.0
            force = ideal * ideal / distance
            if (a, b) in linked or (b, a) in linked:
                force -= distance * distance / ideal
            for n, sign in ((a, 1), (b, -1)):
                forces[n][0] += sign * dx / distance * force
                forces[n][1] += sign * dy / distance * force
    return [(x, y) for x, y in forces]


def _moved(place: Place, force: Place, most: float, width: float, height: float) -> Place:
    strength = hypot(*force) or 1.0
    step = min(strength, most) / strength
    return _kept(place[0] + force[0] * step, place[1] + force[1] * step, width, height)


def _kept(x: float, y: float, width: float, height: float) -> Place:
    """Inside the picture, with a little air."""
    side, edge = width / 2 + 6, LINE
    return min(max(x, side), WIDTH - side), min(max(y, edge), height - edge)


def _cleared(places: Sequence[Place], widths: Sequence[float], height: float) -> list[Place]:
    """Boxes that still overlap are pushed apart along the shorter way."""
    moved = list(places)
    for a in range(len(moved)):
        for b in range(a + 1, len(moved)):
            dx, dy = moved[b][0] - moved[a][0], moved[b][1] - moved[a][1]
            wide = (widths[a] + widths[b]) / 2 + 14 - abs(dx)
            high = LINE + PADDING + 16 - abs(dy)
            if wide <= 0 or high <= 0:
                continue
            px, py = (0.0, high / 2) if high < wide else (wide / 2, 0.0)
            px, py = (px if dx >= 0 else -px), (py if dy >= 0 else -py)
            moved[a] = _kept(moved[a][0] - px, moved[a][1] - py, widths[a], height)
            moved[b] = _kept(moved[b][0] + px, moved[b][1] + py, widths[b], height)
    return moved


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
