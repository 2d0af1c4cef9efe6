"""The steps of a route as the map draws them."""

from __future__ import annotations

from typing import Any

from .. import codes
from ..codes.places import Places
from ..schema import Shown


def points(route: Shown) -> list[dict[str, Any]]:
    """One dict per step, for `{% route_map %}`; a place of which we know no coordinates stays in
    the list of steps."""
    return [_point(number, step) for number, step in enumerate(route.children, 1)]


def _point(number: int, step: Shown) -> dict[str, Any]:
    held = {child.name: child for child in step.children}
    code = str(held["place"].raw) if "place" in held else ""
    places = codes.get("unlocode")
    known = places.place(code) if isinstance(places, Places) else None
    words = [held[name].text for name in ("role", "note") if name in held]
    return {
        "code": code,
        "name": held["place"].text if "place" in held else "",
        "lat": known.latitude if known else None,
        "lon": known.longitude if known else None,
        "step": number,
        "role": ": ".join(words),
        "mode": held["mode"].raw if "mode" in held else "",
        "mode_label": held["mode"].text if "mode" in held else "",
        "date": held["date"].raw if "date" in held else "",
    }
