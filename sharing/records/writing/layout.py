"""Which fields stand open in the editor, and which behind "More": most alerts need few of them."""

from __future__ import annotations

from typing import Any

from ..schema import Block, Many, Node, Schema

#: Block (a list's or group's name, "" for the top) -> fields that are folded away while empty.
RARE = {
    "goods": {"hs_declared", "brand", "marks", "cites", "identifiers", "note"},
    "parties": {"entity", "note"},
    "conveyances": {"name", "country", "size_type", "voyage", "note"},
    "route": {"note"},
    "documents": {"country", "note"},
    "identifiers": {"country", "note"},
    "addresses": {"note"},
    "relations": {"note"},
    "location": {"office"},
}
#: Folded away also when filled: they come filled in, or take much room.
ALWAYS = {"legal_basis", "summary_translations"}
#: Three in a row: short codes and dates.
NARROW = {"role", "type", "mode", "country", "scheme", "date", "size_type", "place", "number"}
WIDE = {"name": "w8"}


def lay_out(node: Node) -> None:
    """Mark the rarely used fields below `node`, and the narrow ones; what holds something wrong
    stays open."""
    rare = RARE.get(_block(node.path), set())
    for child in node.children:
        name = child.path.rpartition(".")[2]
        child.folded = not child.any_problem and (
            name in ALWAYS or (name in rare and not child.filled)
        )
        child.width = _width(node, name)
        lay_out(child)
    if node.blank:
        lay_out(node.blank)


def _width(parent: Node, name: str) -> str:
    if "." not in parent.path:
        return ""
    return "w4" if name in NARROW else WIDE.get(name, "")


def _block(path: str) -> str:
    """`goods.0` and `goods.__index__` are rows of goods."""
    steps = [step for step in path.split(".") if not step.isdigit() and not step.startswith("__")]
    return steps[-1] if steps else ""


def original_first(body: Node, original: str) -> None:
    """In texts of three languages, the line of the one that is written in comes first."""
    for node in body.children:
        if node.widget == "translated":
            node.children.sort(key=lambda line: not line.path.endswith(f".{original}"))


def with_first_rows(schema: Schema, body: dict[str, Any]) -> dict[str, Any]:
    """`body` with one blank row in each list that release needs and that has none."""
    first: dict[str, list[dict[str, Any]]] = {
        field.name: [{}]
        for field in schema.fields
        if isinstance(field, Many) and isinstance(field.item, Block) and field.required
    }
    return {**body, **{name: rows for name, rows in first.items() if not body.get(name)}}
