"""A dispute goes to whom the record goes: also to a Party that joins its audience afterwards.

Only who made the dispute can send it, and only the record's originator the decision on it: so each
sends his own once more, to the Parties that have the record now. The words stay, and so does who
answers for them, and a label as strict as the one that they were written under: the database takes
no other version that no officer wrote (migration 0007).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.parties import agreements
from cordillera.parties.models.trust import TLP

from .. import disputes, lifecycle
from ..models import Record, Version
from . import release
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
    bars from words written under such a label. Nobody where that record is not in force any more,
    nobody new where it is labelled looser by now: its originator does not set free by a label of
    his what this Party wrote under a stricter one."""
    about, held = record.about, record.current
    if about is None or about.current is None or held is None:
        return set()
    if about.state not in lifecycle.ANSWERABLE:
        return set()
    handling = {**held.handling, "tlp": _stricter(held, about.current).tlp}
    others = set(about.current.audience) - {by.party}
    barred = agreements.release_problems(by.party, sorted(others), handling, about.kind)
    reach = {*(others - set(barred)), about.originator_id, by.party}
    return reach & set(held.audience) if _is_looser(about.current, held) else reach


def _is_looser(source: Version, held: Version) -> bool:
    return TLP.index(source.tlp) > TLP.index(held.tlp)


def _stricter(held: Version, source: Version) -> Version:
    return held if _is_looser(source, held) else source


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
    # The stricter label, and whom the version names that has it.
    label = _stricter(held, about.current)
    named = [str(one) for one in label.named] if label.tlp == "RED" else []
    reach = {"audience": sorted(audience), "tlp": label.tlp, "named": named}
    put_handling(version, {**held.handling, **reach})
    release.sign_version(record, version, clock.now())
    release.put_in_force(record, version, by)
    return True
