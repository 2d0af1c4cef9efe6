"""Maps and graphs: the same picture each time, labels apart, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import hypot

import pytest
from django.template import Context, Template

from cordillera.web.drawings import base_maps, graph, route
from cordillera.web.drawings.graph import Graph
from cordillera.web.drawings.labels import Box
from cordillera.web.drawings.projection import NORTH_AMERICA, WORLD, beside
from cordillera.web.views.examples import FAR, NEAR, relations
from cordillera.web.views.examples import route as points

Places = Sequence[tuple[str, str, float, float, str, str]]


def drawing_of(places: Places) -> route.Route:
    drawing = route.drawn(points(list(places)))
    assert drawing is not None
    return drawing


def boxes_of(drawing: route.Route) -> list[Box]:
    return [stop.label.box for stop in drawing.stops if stop.label]


def graph_of(nodes: Sequence[Mapping[str, object]], edges: Sequence[Mapping[str, object]]) -> Graph:
    drawing = graph.drawn(nodes, edges)
    assert drawing is not None
    return drawing


def test_north_america_is_shown_where_it_holds_the_route() -> None:
    assert drawing_of(NEAR).base == "north-america"
    assert drawing_of(FAR).base == "world"


@pytest.mark.parametrize("places", [NEAR, FAR])
def test_labels_do_not_cover_each_other(places: Places) -> None:
    labels = boxes_of(drawing_of(places))
    assert len(labels) == len(places)
    assert all(one.overlap(other) == 0 for one, other in combinations(labels, 2))


@pytest.mark.parametrize("places", [NEAR, FAR])
def test_everything_lies_in_the_picture(places: Places) -> None:
    for box in boxes_of(drawing_of(places)):
        assert box.outside(route.WIDTH, route.HEIGHT) == 0


def test_a_place_visited_twice_has_one_marker() -> None:
    there_and_back = [*NEAR[:2], NEAR[0]]
    drawing = drawing_of(there_and_back)
    assert [stop.number for stop in drawing.stops] == ["1,3", "2"]
    assert len(drawing.legs) == 2


def test_the_pacific_is_crossed_the_short_way() -> None:
    shanghai, manzanillo = beside(121.5), beside(-104.3)
    assert abs(shanghai - manzanillo) < 180
    assert WORLD.project(shanghai, 31)[0] < WORLD.project(manzanillo, 19)[0]


def test_the_projection_keeps_north_up_and_its_parallels_true() -> None:
    x, y = NORTH_AMERICA.project(-98, 50)
    assert NORTH_AMERICA.project(-98, 30)[0] == pytest.approx(x)
    assert NORTH_AMERICA.project(-98, 30)[1] > y


def test_a_route_without_known_places_is_a_list_only() -> None:
    step = {"code": "ZZZZZ", "name": "Nowhere", "lat": None, "lon": None, "step": 1}
    html = Template("{% load drawings %}{% route_map p %}").render(Context({"p": [step]}))
    assert "<svg" not in html
    assert "Nowhere" in html


def test_numbers_are_written_for_svg_in_every_language() -> None:
    template = Template(
        "{% load drawings i18n %}{% language 'fr' %}{% route_map p %}{% endlanguage %}"
    )
    html = template.render(Context({"p": points(NEAR)}))
    assert 'cx="' in html
    assert not any("," in part.split('"')[0] for part in html.split('cx="')[1:])


def test_the_graph_is_the_same_each_time_and_nothing_overlaps() -> None:
    first, again = graph_of(**relations()), graph_of(**relations())
    assert first == again
    for one, other in combinations(first.boxes, 2):
        apart_x = abs(one.x - other.x) >= (one.width + other.width) / 2
        apart_y = abs(one.y - other.y) >= one.height
        assert apart_x or apart_y


def test_a_large_graph_says_how_many_are_left_out() -> None:
    nodes = [{"id": n, "label": f"Node {n}"} for n in range(75)]
    drawing = graph_of(nodes, [{"source": 0, "target": 74, "label": ""}])
    assert drawing.left_out == 15
    assert drawing.lines == []


def test_a_base_map_is_drawn_from_topology() -> None:
    square = [[-100, 40], [10, 0], [0, 10], [-10, 0], [0, -10]]
    topology = {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [square],
        "objects": {
            name: {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "arcs": [[0]]}]}
            for name in ("land", "lakes", "countries", "subunits")
        },
    }
    svg = base_maps.drawn(topology, NORTH_AMERICA)
    assert 'id="land"' in svg
    assert "l" in svg.split('d="M')[1]


def test_two_relations_of_the_same_pair_do_not_cover_each_other() -> None:
    nodes = [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]
    there = {"source": "a", "target": "b", "label": "supplies"}
    back = {"source": "b", "target": "a", "label": "buys from"}
    one, other = graph_of(nodes, [there, back]).lines
    assert abs(one.middle[0] - other.middle[0]) + abs(one.middle[1] - other.middle[1]) > 20


def test_a_label_stands_beside_its_own_marker() -> None:
    crowded = [
        ("MXLZC", "Lázaro Cárdenas MIC, MX", 17.95, -102.2, "", ""),
        ("MXMTY", "Monterrey NLE, MX", 25.67, -100.32, "", ""),
        ("MXNLD", "Nuevo Laredo TAM, MX", 27.48, -99.52, "", ""),
        ("USLRD", "Laredo TX, US", 27.51, -99.51, "", ""),
        ("CNTXG", "Tianjin Xingang, CN", 38.98, 117.74, "", ""),
    ]
    drawing = drawing_of(crowded)
    for stop in drawing.stops:
        assert min(drawing.stops, key=lambda other: gap(stop, other)) is stop


def gap(stop: route.Stop, other: route.Stop) -> float:
    """From the stop's label to the other's marker."""
    assert stop.label is not None
    box, (x, y) = stop.label.box, other.shown
    return hypot(max(box.left - x, 0, x - box.right), max(box.top - y, 0, y - box.bottom))
