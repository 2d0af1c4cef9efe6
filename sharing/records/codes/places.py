"""Places by UN/LOCODE, with where they lie and what they are.

data/customs_places.csv is our own and wins: it names crossings, ports and depots as customs
does. The package searoute adds the rest of the world's ports; only its table is read, it is not
imported.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import distribution
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from .lists import CodeList

_CODE = re.compile("[A-Z]{2}[A-Z0-9]{3}")
_DATA = Path(__file__).parent / "data"
_KINDS = {"s": "seaport", "a": "airport", "r": "rail", "i": "inland", "b": "crossing"}
_WITH_REGION = ("US", "MX", "CA")


@dataclass(frozen=True, slots=True)
class Place:
    """`kind` is the main one of `kinds`: seaport, airport, crossing, rail or inland."""

    code: str
    name: str
    country: str
    region: str
    kinds: tuple[str, ...]
    kind: str
    latitude: float
    longitude: float


class Places(CodeList):
    name = "unlocode"
    title = _("Places (UN/LOCODE)")

    @cached_property
    def _places(self) -> dict[str, Place]:
        # Ours first: they are what an officer most likely looks for.
        found = {place.code: place for place in _read(_DATA / "customs_places.csv")}
        for place in _ports():
            found.setdefault(place.code, place)
        return found

    def place(self, code: str) -> Place | None:
        return self._places.get(code)

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __contains__(self, code: object) -> bool:
        return code in self._places

    def normalise(self, text: str) -> str:
        return "".join(text[:200].split()).upper()

    def label(self, code: str, language: str) -> str:
        place = self._places.get(code)
        if place is None:
            return code
        region = f" {place.region}" if place.region and place.country in _WITH_REGION else ""
        return f"{place.name}{region}, {place.country}"


def _read(path: Path) -> Iterator[Place]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            kinds = tuple(_KINDS[letter] for letter in row["functions"])
            yield Place(
                code=row["code"],
                name=row["name"],
                country=row["code"][:2],
                region=row["region"],
                kinds=kinds,
                kind=row["kind"],
                latitude=float(row["lat"]),
                longitude=float(row["lon"]),
            )


def _ports() -> Iterator[Place]:
    """The world's seaports, with positions rounded to a hundredth of a degree."""
    path = Path(str(distribution("searoute").locate_file("searoute/data/ports.geojson")))
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        code, name = feature["properties"]["port"], feature["properties"]["name"]
        if not (code and name and _CODE.fullmatch(code)):
            continue
        longitude, latitude = feature["geometry"]["coordinates"]
        yield Place(
            code=code,
            name=name,
            country=code[:2],
            region="",
            kinds=("seaport",),
            kind="seaport",
            latitude=round(latitude, 2),
            longitude=round(longitude, 2),
        )


PLACES = Places()
LISTS = (PLACES,)


def place(code: str) -> Place | None:
    """Where the place with this UN/LOCODE lies, and what it is."""
    return PLACES.place(code)
