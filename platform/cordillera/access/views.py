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
class Note:
    """What must hold besides the role: one of the alternatives, each a list of conditions."""

    roles: list[Words]
    alternatives: list[list[Words]]


@dataclass(frozen=True)
class Row:
    """One permission; `allowed` in the order of ROLES, `notes` where a role alone is not enough."""

    permission: str
    words: Words
    allowed: list[bool]
    notes: list[Note]


def table() -> list[tuple[Words, list[Row]]]:
    """Groups of rows, in the order of the policy table."""
    groups: dict[str, list[Row]] = {}
    for permission, alternatives in TABLE.items():
        row = _row(permission, alternatives)
        if any(row.allowed):
            groups.setdefault(words.group(permission), []).append(row)
    return [(words.GROUPS.get(name, name), rows) for name, rows in groups.items()]


def _row(permission: str, alternatives: Alternatives) -> Row:
    by_role = {role: _conditions(alternatives, role) for role in ROLES}
    holders = [role for role in ROLES if by_role[role]]
    notes: list[Note] = []
    for role in holders:
        found = by_role[role]
        same = next((note for note in notes if note.alternatives == found), None)
        if same:
            same.roles.append(words.ROLES[role])
        elif any(found):
            notes.append(Note([words.ROLES[role]], found))
    if len(notes) == 1 and len(notes[0].roles) == len(holders):
        notes[0].roles.clear()  # the same for all who hold it: no need to say for whom
    return Row(
        permission,
        words.PERMISSIONS.get(permission, permission),
        [bool(by_role[role]) for role in ROLES],
        notes,
    )


def _conditions(alternatives: Alternatives, role: str) -> list[list[Words]]:
    """For one role, the alternatives that fit it; empty when none does."""
    someone = Identity(party="XX", account=None, name="", roles=frozenset({role}))
    fits = [_rest(alternative, someone) for alternative in alternatives]
    return [rest for rest in fits if rest is not None]


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
