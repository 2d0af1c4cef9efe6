"""`{% load forms %}`: a schema's form, from the tree that `schema.bind` makes.

A node's children can be asked by name (`node.goods`), and a child may be called `name` or
`value`: templates therefore get the node's own attributes as plain variables.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()

#: How much of a twelve-column row each widget takes; what is not here takes all of it.
WIDTHS = {
    "text": "w6",
    "link": "w6",
    "select": "w6",
    "combobox": "w6",
    "date": "w6",
    "datetime": "w6",
    "number": "w6",
    "decimal": "w6",
    "money": "w6",
    "quantity": "w6",
    "checkbox": "w6",
}
CONTROLS = ("select", "combobox", "textarea")
ATTRIBUTES = (
    *("widget", "name", "id", "path", "label", "help", "required", "personal", "value", "shown"),
    *("problem", "options", "codes", "children", "blank", "max", "example", "any_problem"),
)


@register.simple_tag
def field(node: Any, width: str = "") -> SafeString:
    """One field, block or list with its label, help, value and problem; `width` w3 … w8, w12."""
    return _render(node, node.widget, width=width or WIDTHS.get(node.widget, "w12"))


@register.simple_tag
def schema_form(node: Any, *left_out: str) -> SafeString:
    """Every field below the root, in the schema's order, but for the children named."""
    children = [child for child in node.children if child.path not in left_out]
    return render_to_string("web/form/fields.html", {"children": children})


@register.simple_tag
def control(node: Any, labelled: bool = False) -> SafeString:
    """Only the input of a leaf; with `labelled` its label stands in aria-label."""
    return _render(node, _control_of(node.widget), labelled=labelled)


@register.simple_tag
def notes(node: Any) -> SafeString:
    """A leaf's help and problem, where they stand apart from its input."""
    return _render(node, "notes")


@register.simple_tag
def translated_line(node: Any, whole: str) -> SafeString:
    """One language's input of a text in three; `whole` is what the text is."""
    return _render(node, "translated_line", whole=whole, language=_step(node))


@register.simple_tag
def repeat_row(node: Any, many: Any, at: int | str) -> SafeString:
    """One row of a repeating block with its buttons; `at` is its number from 0."""
    number = at + 1 if isinstance(at, int) else ""
    return _render(node, "row", many=many.name, at=at, number=number)


def _step(node: Any) -> str:
    return str(node.path).rsplit(".", 1)[-1]


def _control_of(widget: str) -> str:
    return f"control_{widget if widget in CONTROLS else 'input'}"


def _render(node: Any, name: str, **more: Any) -> SafeString:
    context = {attribute: getattr(node, attribute) for attribute in ATTRIBUTES}
    context["node"] = node
    context["control_template"] = f"web/form/{_control_of(node.widget)}.html"
    context["row_label"] = node.blank.label if node.blank else ""
    notes = [("help", node.help), ("error", node.problem)]
    context["described"] = " ".join(f"{node.id}-{part}" for part, says in notes if says)
    return render_to_string(f"web/form/{name}.html", context | more)
