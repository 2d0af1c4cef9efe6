"""The map of a route: North America, or the world where the route leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot
from typing import Any

from cordillera.web.drawings.labels import Label, place_labels
from cordillera.web.drawings.projection import NORTH_AMERICA, WORLD, Frame, Place, beside

WIDTH, HEIGHT = 800.0, 460.0
RADIUS, SIZE = 10.0, 15.0
#: The least part of a base map that is shown, in its units: places need their surroundings.
LEAST = {"north-america": 170.0, "world": 260.0}
MARGIN = 0.16
MODES = {"1": "sea", "2": "rail", "3": "road", "4": "air", "5": "mail"}
CURVED = ("sea", "air")


@dataclass
class Stop:
    """One place of the route, with every step that touches it."""

    code: str
    name: str
    true: Place
    steps: list[int] = field(default_factory=list)
    shown: Place = (0.0, 0.0)
    label: Label | None = None

    @property
    def number(self) -> str:
        return ",".join(str(step) for step in self.steps)

    @property
    def moved(self) -> bool:
        return hypot(self.shown[0] - self.true[0], self.shown[1] - self.true[1]) > 3


@dataclass(frozen=True)
class Leg:
    path: str
    mode: str


@dataclass(frozen=True)
class Route:
    base: str
    transform: str
    stops: list[Stop]
    legs: list[Leg]
    width: float = WIDTH
    height: float = HEIGHT


def drawn(points: Iterable[Mapping[str, Any]]) -> Route | None:
    """The drawing of a route; None where no place of it is known on the map.

    A point has `code`, `name`, `lat`, `lon`, and may have `step` and `mode` (UN/ECE Rec 19, how
    the goods came to it).
    """
    known = [p for p in points if p.get("lat") is not None and p.get("lon") is not None]
    if not known:
        return None
    frame = _frame(known)
    places = [_turned(point, frame) for point in known]
    scale, left, top = _window([frame.project(*place) for place in places], frame)
    seen = [_through(frame.project(*place), scale, left, top) for place in places]
    stops, order = _stops(known, seen)
    _spread(stops)
    modes = [MODES.get(str(p.get("mode") or ""), str(p.get("mode") or "")) for p in known]
    ways = [(stops[a], stops[b]) for a, b in pairwise(order)]
    legs = [_leg(a.shown, b.shown, mode) for (a, b), mode in zip(ways, modes[1:], strict=True)]
    _label(stops, [(a.shown, b.shown) for a, b in ways])
    transform = f"translate({-left * scale:.2f} {-top * scale:.2f}) scale({scale:.4f})"
    return Route(frame.name, transform, stops, legs)


def _frame(points: list[Mapping[str, Any]]) -> Frame:
    near = all(NORTH_AMERICA.fits(float(p["lon"]), float(p["lat"])) for p in points)
    return NORTH_AMERICA if near else WORLD


def _turned(point: Mapping[str, Any], frame: Frame) -> Place:
    longitude, latitude = float(point["lon"]), float(point["lat"])
    if frame is NORTH_AMERICA:
        return longitude, latitude
    return beside(longitude), max(min(latitude, 75.0), -54.0)


def _window(seen: list[Place], frame: Frame) -> tuple[float, float, float]:
    """Scale, left and top of the part of the base map that shows every place with a margin."""
    xs, ys = [x for x, _ in seen], [y for _, y in seen]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    needed = max(wide, high * WIDTH / HEIGHT) / (1 - 2 * MARGIN)
    width = max(LEAST[frame.name], needed)
    width = min(width, frame.width, frame.height * WIDTH / HEIGHT)
    height = width * HEIGHT / WIDTH
    left = _held((max(xs) + min(xs) - width) / 2, frame.width - width)
    top = _held((max(ys) + min(ys) - height) / 2, frame.height - height)
    return WIDTH / width, left, top


def _held(value: float, most: float) -> float:
    return min(max(value, 0.0), max(most, 0.0))


def _through(place: Place, scale: float, left: float, top: float) -> Place:
    return (place[0] - left) * scale, (place[1] - top) * scale


def _stops(known: list[Mapping[str, Any]], seen: list[Place]) -> tuple[list[Stop], list[int]]:
    """The places, each once, and the order in which the route visits them."""
    stops: dict[str, Stop] = {}
    order = []
    for n, (point, place) in enumerate(zip(known, seen, strict=True), start=1):
        code = str(point.get("code") or point.get("name") or n)
        stop = stops.setdefault(code, Stop(code, str(point.get("name") or code), place))
        stop.steps.append(int(point.get("step") or n))
        order.append(list(stops).index(code))
    return list(stops.values()), order


def _spread(stops: list[Stop]) -> None:
    """Markers that would cover each other (Laredo, Nuevo Laredo) move apart a little."""
    for stop in stops:
        stop.shown = stop.true
    for _ in range(40):
        for n, one in enumerate(stops):
            for other in stops[n + 1 :]:
                _part(one, other, 2.3 * RADIUS)


def _part(one: Stop, other: Stop, apart: float) -> None:
    dx, dy = other.shown[0] - one.shown[0], other.shown[1] - one.shown[1]
    distance = hypot(dx, dy)
    if distance >= apart:
        return
    dx, dy = (dx / distance, dy / distance) if distance > 0.01 else (1.0, 0.0)
    push = (apart - distance) / 2
    one.shown = one.shown[0] - dx * push, one.shown[1] - dy * push
    other.shown = other.shown[0] + dx * push, other.shown[1] + dy * push


def _leg(start: Place, end: Place, mode: str) -> Leg:
    """A line between two markers; over sea and through the air a gentle curve to the north."""
    (x1, y1), (x2, y2) = start, end
    length = hypot(x2 - x1, y2 - y1)
    if mode not in CURVED or length < 80:
        return Leg(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", mode)
    bend = min(length * 0.16, 70)
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    nx, ny = (y2 - y1) / length, -(x2 - x1) / length
    side = -1 if ny > 0 else 1
    turn = f"{x + nx * bend * side:.1f} {y + ny * bend * side:.1f}"
    return Leg(f"M{x1:.1f} {y1:.1f}Q{turn} {x2:.1f} {y2:.1f}", mode)


def _label(stops: list[Stop], legs: list[tuple[Place, Place]]) -> None:
    points = [
        (a[0] + (b[0] - a[0]) * part / 10, a[1] + (b[1] - a[1]) * part / 10)
        for a, b in legs
        for part in range(1, 10)
    ]
    names = [(stop.shown, stop.name) for stop in stops]
    for stop, label in zip(
        stops, place_labels(names, RADIUS, SIZE, (WIDTH, HEIGHT), points), strict=True
    ):
        stop.label = label
