"""`{% load drawings %}`: the map of a route and the graph of relations, as inline SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.translation import gettext as _

from cordillera.web.drawings import graph, route

register = template.Library()


@register.inclusion_tag("web/drawings/route.html")
def route_map(points: Iterable[Mapping[str, Any]], title: str = "") -> dict[str, Any]:
    """The map of `points` (code, name, lat, lon, step, role, mode, mode_label, date) and the same
    steps as a list: a place without coordinates stands in the list only."""
    steps = list(points)
    drawing = route.drawn(steps)
    return {
        "route": drawing,
        "steps": steps,
        "title": title or _("Route"),
        "base": _base_map(drawing.base) if drawing else "",
    }


@register.inclusion_tag("web/drawings/graph.html")
def relation_graph(
    nodes: Iterable[Mapping[str, Any]], edges: Iterable[Mapping[str, Any]], title: str = ""
) -> dict[str, Any]:
    """The graph of `nodes` (id, label, url, kind, centre) and `edges` (source, target, label,
    tone). Put the table of the same relations beside it: it is the text alternative."""
    return {"graph": graph.drawn(nodes, edges), "title": title or _("Relations")}


def _base_map(name: str) -> str:
    """The base map's address; empty where set-up has not drawn it: the route stands alone then."""
    try:
        return static(f"vendor/map/{name}.svg")
    except ValueError:
        return ""
