"""Who may do what, drawn from the policy table itself: the page cannot say anything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from . import words
from .conditions import NONE, Condition
from .decide import needs
from .identity import ADMINISTRATOR, ANALYST, AUDITOR, OFFICER, SUPERVISOR, Identity
from .policy import TABLE, Alternatives

ROLES = (OFFICER, SUPERVISOR, ANALYST, AUDITOR, ADMINISTRATOR)
Words = Any  # text, translated when it is shown


@dataclass(frozen=True)
class Cell:
    """What one role may do: each alternative is the list of what must hold besides the role."""

    allowed: bool
    alternatives: list[list[Words]]

    @property
    def always(self) -> bool:
        return self.allowed and not any(self.alternatives)


@dataclass(frozen=True)
class Row:
    permission: str
    words: Words
    cells: list[Cell]


def table() -> list[tuple[Words, list[Row]]]:
    """Groups of rows, in the order of the policy table."""
    groups: dict[str, list[Row]] = {}
    for permission, alternatives in TABLE.items():
        cells = [_cell(alternatives, role) for role in ROLES]
        if any(cell.allowed for cell in cells):
            row = Row(permission, words.PERMISSIONS.get(permission, permission), cells)
            groups.setdefault(words.group(permission), []).append(row)
    return [(words.GROUPS.get(name, name), rows) for name, rows in groups.items()]


def _cell(alternatives: Alternatives, role: str) -> Cell:
    someone = Identity(party="XX", account=None, name="", roles=frozenset({role}))
    fits = [_rest(alternative, someone) for alternative in alternatives]
    found = [rest for rest in fits if rest is not None]
    return Cell(bool(found), found)


def _rest(alternative: tuple[Condition, ...], someone: Identity) -> list[Words] | None:
    """The conditions on the thing, or None when the role does not fit this alternative."""
    if any(condition.rows(someone) == NONE for condition in alternative):
        return None
    return [
        words.CONDITIONS[condition.name]
        for condition in alternative
        if condition.name in words.CONDITIONS
    ]


@needs("help.read")
def permissions(request: Any) -> HttpResponse:
    context = {
        "groups": table(),
        "roles": [(role, words.ROLES[role], words.ROLE_TASKS[role]) for role in ROLES],
        "own": request.identity.roles,
    }
    return render(request, "access/permissions.html", context)
