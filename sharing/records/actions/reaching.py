"""A dispute goes to whom the record goes: also to a Party that joins its audience afterwards.

Only who made the dispute can send it, and only the record's originator the decision on it: so each
sends his own once more, to the Parties that have the record now. The words stay, and so does who
answers for them: the database takes no other version that no officer wrote (migration 0007).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from cordillera import clock
from cordillera.access.identity import Identity

from .. import disputes, lifecycle
from ..models import Record, Version
from . import answers, release
from .steps import put_handling


def follow(node: Identity, changed: Iterable[UUID]) -> list[Record]:
    """After these records got a version: the own Party's open disputes of them, and its decisions on
    disputes that are among them, go where they have to go by now: in the present transaction. Those
    that went."""
    wanted = list(changed)
    if not wanted:
        return []
    open_ones = disputes.still_open(_own(node).filter(about__in=wanted))
    went = [one for one in open_ones if _send(one, node, _reach(one, node))]
    rulings = _own(node).filter(kind=disputes.RULING, about__in=_disputed(wanted))
    return [*went, *(one for one in rulings if follow_dispute(one, node))]


def follow_dispute(record: Record, by: Identity) -> bool:
    """A decision in force goes to those, too, who got its dispute since it was drafted."""
    if record.kind != disputes.RULING or record.about is None or record.current is None:
        return False
    named = str(record.current.body.get("dispute", ""))
    dispute = disputes.by_reference(record.about, named)
    if dispute is None or dispute.current is None:
        return False
    reached = {*dispute.current.audience, *record.current.audience}
    return _send(record, by, _reach(record, by) & reached)


def _own(node: Identity) -> Any:
    found = Record.objects.filter(originator=node.party, state__in=lifecycle.IN_FORCE)
    return found.select_related("current", "about__current").select_for_update(of=("self",))


def _disputed(changed: list[UUID]) -> list[UUID]:
    """The records of which one of these is a dispute."""
    found = Record.objects.filter(pk__in=changed, kind=disputes.DISPUTE)
    return [pk for pk in found.values_list("about_id", flat=True) if pk]


def _reach(record: Record, by: Identity) -> set[str]:
    """To whom it may go: to whom the answered record was released, but for those that an agreement
    bars. Nobody where that record is not in force any more."""
    about = record.about
    if about is None or about.current is None or about.state not in lifecycle.ANSWERABLE:
        return set()
    return {*answers.allowed(about, by), about.originator_id, by.party}


def _send(record: Record, by: Identity, audience: set[str]) -> bool:
    """Put a version in force that differs in its reach alone; whether there was another reach."""
    about, held = record.about, record.current
    if about is None or about.current is None or held is None:
        return False
    if not audience or audience == set(held.audience):
        return False
    version = Version(
        record=record,
        kind=held.kind,
        originator_id=held.originator_id,
        number=record.versions.order_by("-number").values_list("number", flat=True)[0] + 1,
        body=held.body,
        authors=held.authors,
        single_handed=held.single_handed,
        approved_by=held.approved_by,
        created_at=clock.now(),
        saved_at=clock.now(),
        saved_by=held.saved_by,
    )
    source = about.current
    named = [str(one) for one in source.named] if source.tlp == "RED" else []
    reach = {"audience": sorted(audience), "tlp": source.tlp, "named": named}
    put_handling(version, {**held.handling, **reach})
    release.sign_version(record, version, clock.now())
    release.put_in_force(record, version, by)
    return True
