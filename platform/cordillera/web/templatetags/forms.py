"""`{% load forms %}`: a schema's form, from the tree that `schema.bind` makes.

A node's children can be asked by name (`node.goods`), and a child may be called `name` or
`value`: templates therefore get the node's own attributes as plain variables.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cordillera.web import controls

register = template.Library()

#: How much of a twelve-column row each widget takes; what is not here takes all of it.
WIDTHS = dict.fromkeys(
    (
        *("text", "link", "select", "combobox", "date", "datetime", "number", "decimal"),
        *("money", "quantity", "checkbox"),
    ),
    "w6",
)
ATTRIBUTES = (
    *("widget", "name", "id", "path", "label", "help", "required", "personal", "value", "shown"),
    *("problem", "options", "codes", "children", "blank", "max", "example", "any_problem"),
)

#: Blank rows are alike on every page: the list they belong to (held, so that its id stays its own)
#: and their drawing, by that list, language and name.
_blanks: dict[tuple[int, str, str], tuple[Any, SafeString]] = {}
MOST_BLANKS = 1000


@register.simple_tag
def field(node: Any, width: str = "") -> SafeString:
    """One field, block or list with its label, help, value and problem; `width` w3 … w8, w12."""
    width = width or getattr(node, "width", "") or WIDTHS.get(node.widget, "w12")
    if node.widget in controls.LEAVES:
        return controls.leaf(node, width)
    return _render(node, node.widget, width=width)


@register.simple_tag
def schema_form(node: Any, *left_out: str) -> SafeString:
    """Every field below the root, in the schema's order, but for the children named."""
    return fields([child for child in node.children if child.path not in left_out])


@register.simple_tag
def fields(children: Iterable[Any]) -> SafeString:
    """These fields in a grid; those marked as `folded` behind “More”."""
    shown: list[Any] = []
    folded: list[Any] = []
    for child in children:
        (folded if getattr(child, "folded", False) else shown).append(child)
    return render_to_string("web/form/fields.html", {"shown": shown, "folded": folded})


@register.simple_tag
def control(node: Any, labelled: bool = False) -> SafeString:
    """Only the input of a leaf; with `labelled` its label stands in aria-label."""
    return controls.control(node, labelled)


@register.simple_tag
def label(node: Any) -> SafeString:
    return controls.label(node)


@register.simple_tag
def notes(node: Any) -> SafeString:
    """A field's help and problem, where they stand apart from its input."""
    return controls.notes(node)


@register.simple_tag
def boxes(node: Any) -> SafeString:
    """The checkboxes of a field with several short codes."""
    return controls.boxes(node)


@register.simple_tag
def carried(node: Any) -> SafeString:
    """The rows that are too many to be drawn, as hidden inputs."""
    return format_html_join(
        "", '<input type="hidden" name="{}" value="{}">', getattr(node, "carried", ())
    )


@register.simple_tag
def row_buttons(many: str, at: int | str) -> SafeString:
    return controls.row_buttons(many, at)


@register.simple_tag
def translated_line(node: Any, whole: str) -> SafeString:
    """One language's input of a text in three; `whole` is what the text is."""
    attributes = controls.attributes(node)
    return _render(node, "translated_line", whole=whole, language=_step(node), start=attributes)


@register.simple_tag
def repeat_row(node: Any, many: Any, at: int | str) -> SafeString:
    """One row of a repeating block with its buttons; `at` is its number from 0."""
    origin = getattr(node, "origin", None)
    if origin is None:
        return _row(node, many, at)
    key = (id(origin), get_language() or "", many.name)
    kept = _blanks.get(key)
    if kept is None or kept[0] is not origin:
        if len(_blanks) > MOST_BLANKS:
            _blanks.clear()
        kept = _blanks[key] = (origin, _row(node, many, at))
    return kept[1]


def _row(node: Any, many: Any, at: int | str) -> SafeString:
    number = at + 1 if isinstance(at, int) else ""
    name = "row" if node.widget == "block" else "row_single"
    return _render(node, name, many=many.name, at=at, number=number)


def _step(node: Any) -> str:
    return str(node.path).rsplit(".", 1)[-1]


def _render(node: Any, name: str, **more: Any) -> SafeString:
    context = {attribute: getattr(node, attribute) for attribute in ATTRIBUTES}
    context["node"] = node
    context["at_once"] = getattr(node, "at_once", False)
    context["beyond"] = getattr(node, "beyond", 0)
    context["row_label"] = node.blank.label if node.blank else ""
    context["described"] = controls.described(node)
    return render_to_string(f"web/form/{name}.html", context | more)
