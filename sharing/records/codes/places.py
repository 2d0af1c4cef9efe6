"""Places by UN/LOCODE, with where they lie and what they are.

data/places.csv is drawn from UN/CEFACT's table; data/crossings.csv is our own and wins: it
names land crossings and ports as customs does, and places those the table leaves without
coordinates.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from .lists import CodeList

_DATA = Path(__file__).parent / "data"
_KINDS = {"s": "seaport", "a": "airport", "r": "rail", "t": "road", "i": "inland", "b": "crossing"}
_WITH_REGION = ("US", "MX", "CA")


@dataclass(frozen=True, slots=True)
class Place:
    """`kind` is the main one of `kinds`: seaport, airport, crossing, rail, road or inland."""

    code: str
    name: str
    country: str
    region: str
    kinds: tuple[str, ...]
    kind: str
    latitude: float | None
    longitude: float | None


class Places(CodeList):
    name = "unlocode"
    title = _("Places (UN/LOCODE)")

    @cached_property
    def _places(self) -> dict[str, Place]:
        found = {place.code: place for place in _read(_DATA / "places.csv")}
        ours = {place.code: place for place in _read(_DATA / "crossings.csv")}
        # Ours first: they are what an officer most likely looks for.
        return ours | {code: place for code, place in found.items() if code not in ours}

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
                code=row["code"], name=row["name"], country=row["code"][:2], region=row["region"],
                kinds=kinds, kind=row.get("kind") or (kinds[0] if kinds else "inland"),
                latitude=float(row["lat"]) if row["lat"] else None,
                longitude=float(row["lon"]) if row["lon"] else None,
            )


LISTS = (Places(),)
