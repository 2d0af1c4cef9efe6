"""What is wrong with an answer: each fault by the words of its question, with the way to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..attachments.reading import PATH
from ..schema import Node, Problem

#: What the forms ask instead of the schema's label.
QUESTIONS = {"sighting": {"result": _("Did you find it?"), "place": _("Where?")}}
#: Fields of answers that no form asks for.
UNASKED = ("original_language", "latency_minutes", "summary_translations.original")


@dataclass(frozen=True, slots=True)
class Fault:
    """One line at the head of a form. Without an `anchor` it is about the whole."""

    question: str
    message: Any
    anchor: str


def worded(kind: str, problems: Iterable[Problem]) -> list[Problem]:
    """The problems as the form says them: an answer leaves at once, so nothing is needed “before
    release”."""
    needed = _("An answer is needed here.")
    return [replace(p, message=needed) if p.code == "required" else p for p in problems]


def ask(form: Node, kind: str) -> None:
    """Put the form's own questions in place of the schema's labels."""
    for name, words in QUESTIONS.get(kind, {}).items():
        form.by[name].label = str(words)
    _at_once(form)


def _at_once(node: Node) -> None:
    """An answer has no release to wait for: what it needs is needed now."""
    node.at_once = True
    for child in (*node.children, *([node.blank] if node.blank else [])):
        _at_once(child)


def faults(form: Node, problems: Iterable[Problem]) -> list[Fault]:
    return [_fault(form, problem) for problem in problems]


def _fault(form: Node, problem: Problem) -> Fault:
    if problem.path == "audience":
        return Fault(str(_("Goes to")), problem.message, "f-audience")
    if problem.path == PATH:
        return Fault(str(_("Photos and files")), problem.message, "f-attachments")
    node, words = form, []
    for step in problem.path.split("."):
        child = node.by.get(step)
        if child is None or child.path in UNASKED:
            break
        node = child
        words.append(f"{node.label} {int(step) + 1}" if step.isdigit() else node.label)
    return Fault(" › ".join(words), problem.message, node.id if words else "")
