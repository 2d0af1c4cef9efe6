"""The policy table as a page of the documentation, PERMISSIONS.md beside the table itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import override

from . import words
from .policy import SCOPES, TABLE
from .views import ROLES, Note, Row, table

FILE = Path(__file__).with_name("PERMISSIONS.md")
HEAD = """# Who may do what

Written by `python manage.py permissions --write` from [policy.py](policy.py), the table by which the
platform decides: change it there. What is not listed is refused, and every refusal is written to the
log. Officer, supervisor and analyst can be combined; auditor and administrator stand alone. Nobody,
whatever his roles, approves what he wrote: the database holds that too. The node shows the same table
to its officers at `/help/permissions/`, in their languages.
"""
FOOT = """An access token does at most what its account may, and of that only what its scopes name; where no
scope is named, any token will do.
"""


def document() -> str:
    """The whole file, in English."""
    with override("en"):
        return "\n".join([HEAD, *_roles(), "", *_permissions(), FOOT])


def _roles() -> Iterator[str]:
    yield "| role | what for |"
    yield "|---|---|"
    for role in ROLES:
        yield f"| {words.ROLES[role]} | {words.ROLE_TASKS[role]} |"


def _permissions() -> Iterator[str]:
    heads = " | ".join(str(words.ROLES[role]) for role in ROLES)
    for title, rows in table():
        yield f"## {title}\n"
        yield f"| what | permission | {heads} | on condition | scope |"
        yield "|---|---|" + ":-:|" * len(ROLES) + "---|---|"
        yield from map(_row, rows)
        yield ""


def _row(row: Row) -> str:
    marks = " | ".join("yes" if allowed else "–" for allowed in row.allowed)
    notes = ". ".join(map(_note, row.notes))
    scopes = ", ".join(f"`{scope}`" for scope in _scopes(row.permission))
    return f"| {row.words} | `{row.permission}` | {marks} | {notes} | {scopes} |"


def _note(note: Note) -> str:
    told = " *or* ".join(
        "; ".join(str(condition) for condition in alternative) or "always"
        for alternative in note.alternatives
    )
    return f"{', '.join(str(role) for role in note.roles)}: {told}" if note.roles else told


def _scopes(permission: str) -> list[str]:
    named = {condition.name for one in TABLE[permission] for condition in one}
    return [scope for scope in SCOPES if f"token has scope {scope}" in named]
