"""Who or what a suspect entity is connected with, both ways, among what the reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cordillera.access.identity import Identity

from .. import queries
from ..models import Link, Record
from . import links

MOST = 60


@dataclass(frozen=True, slots=True)
class Relation:
    """`out`: this entity's own version says it; else the other record says it of this one.

    `record` is None where the reader sees no record behind it: then `name` is what the version
    itself says.
    """

    out: bool
    words: str
    name: str
    record: Record | None
    remark: str = ""


def relations(
    identity: Identity, record: Record, body: dict[str, Any], known: dict[str, Record]
) -> list[Relation]:
    found = []
    for one in body.get("relations") or []:
        target = known.get(one.get("to", ""))
        name = one.get("name") or one.get("to") or ""
        found.append(
            Relation(True, links.words(one.get("type", "")), name, target, one.get("note", ""))
        )
    for link in _incoming(identity, record):
        found.append(Relation(False, links.words(link.relation), "", link.record))
    return found


def _incoming(identity: Identity, record: Record) -> list[Link]:
    if not record.reference:
        return []
    entities = queries.visible(identity).filter(kind=record.kind).exclude(pk=record.pk)
    rows = Link.objects.filter(reference=record.reference, record__in=entities)
    return list(rows.exclude(relation="related").select_related("record")[:MOST])


def graph(record: Record, found: list[Relation]) -> dict[str, list[dict[str, Any]]]:
    """Nodes and edges for the drawing. A name without a record is a node without a link; a
    reference that the reader cannot open is no node, the table has its bare words."""
    nodes = {str(record.pk): _node(record, centre=True)}
    edges = []
    for relation in found:
        if relation.record:
            key = str(relation.record.pk)
            nodes.setdefault(key, _node(relation.record))
        elif relation.name and not _is_reference(relation.name):
            key = f"name:{relation.name}"
            nodes.setdefault(key, {"id": key, "label": relation.name, "url": "", "kind": ""})
        else:
            continue
        ends = (str(record.pk), key) if relation.out else (key, str(record.pk))
        edges.append({"source": ends[0], "target": ends[1], "label": relation.words})
    return {"nodes": list(nodes.values()), "edges": edges}


def _is_reference(name: str) -> bool:
    from ..references import PATTERN

    return PATTERN.fullmatch(name) is not None


def _node(record: Record, centre: bool = False) -> dict[str, Any]:
    label = record.featured.get("name") or record.display_title
    return {
        "id": str(record.pk),
        "label": label,
        "url": reverse("record", args=[record.pk]),
        "kind": record.featured.get("entity_type", ""),
        "centre": centre,
    }
