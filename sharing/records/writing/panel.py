"""What stands beside a draft: who will see it, what it may repeat, what it still needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.parties.models import Party

from .. import ceilings, kinds, lifecycle, queries
from .. import handling as handlings
from ..models import Record, Version
from ..schema import Block, Change, Link, Many, Problem
from .form import PREFIX, Typed, anchor, language


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is missing or wrong before release: where, in words, and the field's id."""

    where: str
    message: Any
    anchor: str


@dataclass(frozen=True, slots=True)
class Unseen:
    """A record named in the draft that these Parties of the audience do not see."""

    reference: str
    record: Record | None
    parties: list[Party]


@dataclass(slots=True)
class Panel:
    seen_by: list[dict[str, Any]]
    duplicates: list[dict[str, Any]]
    unseen: list[Unseen]
    problems: list[Problem]
    needs: list[Need]
    changes: list[Change]


def panel(
    identity: Identity, record: Record, typed: Typed, at: Callable[[str], str] = anchor
) -> Panel:
    """Everything beside the draft as it is typed now; nothing is saved or noted. `at` tells the
    id of the field at a problem's path."""
    kind = kinds.get(record.kind)
    whole = kind.schema.clean(typed.body, complete=True)
    handling = handlings.SCHEMA.clean(typed.handling, complete=False).value
    parties = {party.code: party for party in Party.objects.all()}
    handling["audience"] = [c for c in handling.get("audience", []) if c in parties]
    _held, wrong = handlings.clean_handling(
        typed.handling,
        originator=record.originator_id,
        parties=parties.keys(),
        complete=True,
        today=clock.today(),
    )
    agreed = (
        ceilings.problems(record, handling["audience"], handling) if handling.get("tlp") else []
    )
    problems = [*whole.problems, *wrong, *agreed]
    return Panel(
        seen_by=queries.who_will_see(identity, handling),
        duplicates=queries.possible_duplicates(identity, kind.code, whole.value, record.pk),
        unseen=_unseen(identity, kind, whole.value, handling["audience"], parties),
        problems=problems,
        needs=[Need(where(kind, p), p.message, at(p.path)) for p in problems],
        changes=changes(record, record.current, Typed(whole.value, handling)),
    )


def _unseen(
    identity: Identity,
    kind: kinds.Kind,
    body: dict[str, Any],
    audience: list[str],
    parties: dict[str, Party],
) -> list[Unseen]:
    named = [leaf.value for leaf in kind.schema.leaves(body) if isinstance(leaf.field, Link)]
    if not named:
        return []
    known = queries.by_reference(identity, named)
    found = []
    for reference in dict.fromkeys(named):
        record = known.get(reference)
        blind = (
            []
            if record is None
            else [parties[code] for code in audience if not _sees(code, record)]
        )
        if record is None or blind:
            found.append(Unseen(reference, record, blind))
    return found


def _sees(party: str, record: Record) -> bool:
    if record.originator_id == party:
        return True
    in_force = record.state in lifecycle.IN_FORCE
    return in_force and party in record.released_to and record.tlp != "RED"


def where(kind: kinds.Kind, problem: Problem) -> str:
    """The list and row that a problem lies in, and its field unless its message names it:
    "Goods 2 › Quantity"."""
    steps = problem.path.split(".")
    found: Any = handlings.SCHEMA.block if steps[0] == PREFIX else kind.schema.block
    words: list[str] = []
    for step in steps[1:] if steps[0] == PREFIX else steps:
        if isinstance(found, Many):
            words.append(f"{found.label} {int(step) + 1}")
            found = found.item
        elif isinstance(found, Block) and step in found.names:
            found = found.names[step]
            if problem.code != "required" and not isinstance(found, Many):
                words.append(str(found.label))
    return " › ".join(word for word in words if word)


def changes(record: Record, against: Version | None, typed: Typed) -> list[Change]:
    """How well-formed `typed` differs from the version `against`, field by field."""
    if against is None:
        return []
    schema = kinds.get(record.kind).schema
    found = schema.difference(against.body, typed.body, language())
    before, after = (_compared(record, one) for one in (against.handling, typed.handling))
    return [*found, *handlings.SCHEMA.difference(before, after, language())]


def _compared(record: Record, handling: dict[str, Any]) -> dict[str, Any]:
    """Officers are not listed by their account numbers; the order of Parties means nothing."""
    audience = sorted({*handling.get("audience", []), record.originator_id})
    return {**{k: v for k, v in handling.items() if k != "named"}, "audience": audience}
