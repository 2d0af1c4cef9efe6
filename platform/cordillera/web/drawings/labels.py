"""Where labels go so that they hide neither a marker nor each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cordillera.web.drawings.projection import Place

#: A letter's mean width and a line's height, as parts of the size of type.
LETTER, LINE = 0.56, 1.25
#: The candidates straight beside, below and above the marker; a corner only where it must be.
STRAIGHT = 4


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return width * height if width > 0 and height > 0 else 0.0

    def outside(self, width: float, height: float) -> float:
        """How far the box stands out of a picture of this size."""
        return sum((
            max(0.0, -self.left),
            max(0.0, -self.top),
            max(0.0, self.right - width),
            max(0.0, self.bottom - height),
        ))  # fmt: skip

    def holds(self, x: float, y: float) -> bool:
        return self.left < x < self.right and self.top < y < self.bottom


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    anchor: str
    box: Box


def around(x: float, y: float, radius: float) -> Box:
    return Box(x - radius, y - radius, x + radius, y + radius)


def candidates(place: Place, words: str, radius: float, size: float) -> Iterable[Label]:
    """Right, left, below and above the marker, then the corners; the baseline is `y`."""
    x, y = place
    width, height, gap = len(words) * size * LETTER, size * LINE, radius + 4
    middle, low, high = y + size * 0.35, y + gap + size * 0.8, y - gap
    spots = [
        ("start", x + gap, middle),
        ("end", x - gap, middle),
        ("middle", x, low),
        ("middle", x, high),
        ("start", x + gap * 0.7, low),
        ("start", x + gap * 0.7, high),
        ("end", x - gap * 0.7, low),
        ("end", x - gap * 0.7, high),
    ]
    for anchor, at, baseline in spots:
        left = {"start": at, "end": at - width, "middle": at - width / 2}[anchor]
        top = baseline - size * 0.85
        yield Label(at, baseline, anchor, Box(left, top, left + width, top + height))


def place_labels(
    names: list[tuple[Place, str]],
    radius: float,
    size: float,
    frame: tuple[float, float],
    lines: Iterable[Place] = (),
) -> list[Label]:
    """One label for each name, where it covers least; `lines` are points best left free."""
    # A label that only touches another marker would be read as that one's name.
    markers = [(place, around(*place, radius * 1.25)) for place, _ in names]
    points = list(lines)
    placed: list[Label] = []
    for place, words in names:
        others = [box for where, box in markers if where != place]
        options = enumerate(candidates(place, words, radius, size))
        costs = [
            (_cost(o.box, others, placed, frame, points) + (0 if n < STRAIGHT else 40), n, o)
            for n, o in options
        ]
        placed.append(min(costs, key=lambda cost: cost[:2])[2])
    return placed


def _cost(
    box: Box,
    markers: list[Box],
    placed: list[Label],
    frame: tuple[float, float],
    points: list[Place],
) -> float:
    return (
        10 * sum(box.overlap(label.box) for label in placed)
        + 6 * sum(box.overlap(marker) for marker in markers)
        + 200 * box.outside(*frame)
        + 20 * sum(box.holds(*point) for point in points)
    )
