"""Where the nodes of a graph stand: the same places each time.

They begin on circles by their distance from the centre node, then forces even them out
(Fruchterman and Reingold, 1991), then what still overlaps is pushed apart. Good for some sixty.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import cos, hypot, pi, sin

from cordillera.web.drawings.projection import Place

WIDTH = 800.0
LINE, PADDING = 20.0, 10.0
#: Rounds of pulling and pushing, in all and per node: a large graph settles for less.
ROUNDS, WORK = 160, 2400


@lru_cache(maxsize=256)
def settled(
    centre: int, pairs: tuple[tuple[int, int], ...], widths: tuple[float, ...], height: float
) -> Sequence[Place]:
    """Where the boxes of these widths stand, none over another; `centre` is the node in the
    middle, `pairs` are the numbers of those that are related."""
    places: Sequence[Place] = _start(centre, len(widths), pairs, height)
    ideal = (WIDTH * height / len(widths)) ** 0.5 * 0.75
    rounds = min(ROUNDS, WORK // len(widths))
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


def _start(centre: int, count: int, pairs: Sequence[tuple[int, int]], height: float) -> list[Place]:
    """Circles around the centre: who is one step away on the first, and so on."""
    ring = _steps_from(centre, count, pairs)
    places: list[Place] = [(WIDTH / 2, height / 2)] * count
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


def _steps_from(centre: int, count: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    steps = {centre: 0}
    edge = [centre]
    while edge:
        near = {b for a, b in pairs if a in edge} | {a for a, b in pairs if b in edge}
        edge = [n for n in sorted(near) if n not in steps]
        steps |= dict.fromkeys(edge, max(steps.values()) + 1)
    outermost = max(steps.values()) + 1
    return [steps.get(n, outermost) for n in range(count)]


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
