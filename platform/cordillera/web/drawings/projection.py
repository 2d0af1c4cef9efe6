"""From longitude and latitude to the drawing's units (x to the right, y down), on a sphere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, log, pi, radians, sin, sqrt, tan

Place = tuple[float, float]
Project = Callable[[float, float], Place]


@dataclass(frozen=True)
class Frame:
    """One base map: its projection and its extent in drawing units, 1000 wide."""

    name: str
    project: Project
    width: float
    height: float
    #: Degrees (west, south, east, north) within which a route is shown on this map.
    holds: tuple[float, float, float, float]

    def fits(self, longitude: float, latitude: float) -> bool:
        west, south, east, north = self.holds
        return west <= longitude <= east and south <= latitude <= north


def lambert(centre: Place, parallels: Place) -> Project:
    """Lambert conformal conic (Snyder, Map Projections, 1987, p. 106): true along two parallels."""
    one, two = (radians(parallel) for parallel in parallels)
    n = log(cos(one) / cos(two)) / log(_t(two) / _t(one))
    f = cos(one) * _t(one) ** n / n
    origin = f / _t(radians(centre[1])) ** n

    def project(longitude: float, latitude: float) -> Place:
        rho = f / _t(radians(max(min(latitude, 89.9), -80))) ** n
        theta = n * radians(longitude - centre[0])
        return rho * sin(theta), rho * cos(theta) - origin

    return project


def _t(latitude: float) -> float:
    return tan(pi / 4 + latitude / 2)


def gall(meridian: float) -> Project:
    """Gall stereographic: rectangular, so that a world cut at any meridian has straight edges."""

    def project(longitude: float, latitude: float) -> Place:
        x = radians(longitude - meridian) / sqrt(2)
        return x, -(1 + sqrt(2) / 2) * tan(radians(latitude) / 2)

    return project


def placed(project: Project, scale: float, left: float, top: float) -> Project:
    """The projection moved and scaled so that its extent begins at 0, 0."""

    def project_placed(longitude: float, latitude: float) -> Place:
        x, y = project(longitude, latitude)
        return (x - left) * scale, (y - top) * scale

    return project_placed


def _north_america() -> Frame:
    project = lambert(centre=(-98, 42), parallels=(25, 55))
    left, top, right, bottom = -0.62, -0.52, 0.62, 0.6
    scale = 1000 / (right - left)
    return Frame(
        "north-america",
        placed(project, scale, left, top),
        1000,
        (bottom - top) * scale,
        (-135, 13, -52, 62),
    )


def _world() -> Frame:
    """Cut at 80° east, so that both oceans lie whole beside the Americas."""
    project = gall(MIDDLE)
    edge, top = project(MIDDLE + 180, 0)[0], project(0, 76)[1]
    scale = 1000 / (2 * edge)
    height = (project(0, -56)[1] - top) * scale
    return Frame("world", placed(project, scale, -edge, top), 1000, height, (-540, -56, 540, 78))


MIDDLE = -100.0
NORTH_AMERICA, WORLD = _north_america(), _world()


def beside(longitude: float) -> float:
    """The longitude turned so that it lies within the world's frame."""
    return (longitude - MIDDLE + 180) % 360 - 180 + MIDDLE
