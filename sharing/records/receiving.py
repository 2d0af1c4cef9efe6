"""Take in what a remote Party released to a Party that is hosted here. withdrawing.py takes it away.

Whoever calls has verified the signatures and acts as `Identity.of_node(party, sender=originator)`,
in one transaction that also holds what else must happen with it: row-level security lets the node
write that sender's records and no others. One item's trouble is its own: it is refused or waits,
with its reason, and the others are taken in. What comes is for `node.party` alone: other Parties
hosted here see what their own channels bring them (brought.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.conf import settings

from cordillera import bulk, clock
from cordillera.access.identity import Identity

from . import brought, disputes, kinds, lifecycle, outbox, projection
from . import handling as handlings
from .attachments import arriving
from .models import OutboxRow, Record, Version
from .withdrawing import PURGED_TEXT

REFERENCE = re.compile(r"([A-Z]{2})-([A-Z]{2})-[0-9]{4}-[0-9]{5,}")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A version whose signature by the originator's key `kid` was verified."""

    jws: str
    kid: str
    record: UUID
    reference: str
    kind: str
    number: int
    originator: str
    unit: str
    about: UUID | None
    body: dict[str, Any]
    handling: dict[str, Any]
    released_at: datetime
    #: As the payload lists them: id, name, size, media_type, sha256.
    attachments: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one version. `reason` is a word of the protocol, empty where it was applied."""

    record: UUID
    number: int
    outcome: Literal["applied", "waiting", "refused"]
    reason: str = ""


def receive(node: Identity, incoming: Sequence[Incoming]) -> list[Outcome]:
    """Take in these versions for `node.party`, in their order; one outcome each."""
    outcomes: dict[int, Outcome] = {}
    for numbers in _rounds(incoming):
        outcomes |= _receive_once_each(node, {at: incoming[at] for at in numbers})
    return [outcomes[at] for at in range(len(incoming))]


def _rounds(incoming: Sequence[Incoming]) -> list[list[int]]:
    """Positions in rounds that can be written at once: no record twice, no answer with its record."""
    depth: dict[UUID, int] = {}
    references: dict[str, UUID] = {}
    rounds: dict[int, list[int]] = defaultdict(list)
    for at, one in enumerate(incoming):
        ends = references.get(str(one.body.get("dispute")))
        before = [depth[pk] for pk in (one.record, one.about, ends) if pk in depth]
        depth[one.record] = max(before, default=-1) + 1
        references[one.reference] = one.record
        rounds[depth[one.record]].append(at)
    return [rounds[number] for number in sorted(rounds)]


def _receive_once_each(node: Identity, incoming: dict[int, Incoming]) -> dict[int, Outcome]:
    held = _held(node, incoming.values())
    outcomes, taken = {}, []
    for at, one in incoming.items():
        reason = _objection(node, one, held)
        if reason == "":
            taken.append(one)
        outcomes[at] = _outcome(one, reason)
    if taken:
        _write(node, taken, held)
    return outcomes


def _outcome(one: Incoming, reason: str | None) -> Outcome:
    if reason == "unknown-about":
        return Outcome(one.record, one.number, "waiting", reason)
    if reason:
        return Outcome(one.record, one.number, "refused", reason)
    return Outcome(one.record, one.number, "applied")


# --- What is here already -------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Held:
    """What this node has of the records that came, and of those that they answer."""

    records: dict[UUID, Record]
    behind: dict[UUID, dict[str, Record]]
    versions: dict[tuple[UUID, int], Version]
    references: dict[str, UUID]
    answered: dict[UUID, Record]
    shown_to: dict[UUID, set[str]]
    told: dict[UUID, str]
    disputed: dict[str, Record]


def _held(node: Identity, incoming: Iterable[Incoming]) -> Held:
    wanted = list(incoming)
    ids = [one.record for one in wanted]
    records = Record.objects.select_for_update().in_bulk(ids)
    versions = Version.objects.filter(record__in=list(records))
    named = Record.objects.filter(reference__in=[one.reference for one in wanted])
    answered = [one.about for one in wanted if one.about]
    told = OutboxRow.objects.filter(record_id__in=ids, recipient=node.party).order_by("id")
    return Held(
        records,
        brought.behind(records),
        {(version.record_id, version.number): version for version in versions},
        {str(ref): pk for ref, pk in named.values_list("reference", "pk")},
        Record.objects.exclude(state=lifecycle.DELETED).in_bulk(answered) if answered else {},
        shown_to(answered),
        dict(told.values_list("record_id", "verb")),
        _disputed(wanted),
    )


def _disputed(incoming: Iterable[Incoming]) -> dict[str, Record]:
    """The disputes that decisions and withdrawals name, by reference."""
    closing = [one for one in incoming if one.kind in disputes.CLOSING]
    if not closing:
        return {}
    named = [str(one.body.get("dispute")) for one in closing]
    found = Record.objects.filter(reference__in=named, kind=disputes.DISPUTE)
    return {str(row.reference): row for row in found.exclude(state=lifecycle.DELETED)}


def shown_to(answered: Sequence[UUID]) -> dict[UUID, set[str]]:
    """The Parties to which any version of these records was released."""
    found: dict[UUID, set[str]] = defaultdict(set)
    if answered:
        released = Version.objects.filter(state__in=(Version.RELEASED, Version.SUPERSEDED))
        rows = released.filter(record__in=answered).values_list("record_id", "audience")
        for pk, audience in rows:
            found[pk].update(audience)
    return found


# --- Objections: a word of the protocol; "" to take it in; None: it is here already ----------------
def _objection(node: Identity, one: Incoming, held: Held) -> str | None:
    for check in (_who, _what, _which, _whether_fit):
        if (reason := check(node, one, held)) != "":
            return reason
    return ""


def _who(node: Identity, one: Incoming, held: Held) -> str:
    if one.originator != node.sender:
        return "not-originator"
    return "" if node.party in one.handling.get("audience", ()) else "not-in-audience"


def _what(node: Identity, one: Incoming, held: Held) -> str:
    """Its kind is known, its reference fits, and it answers what such a kind answers."""
    if one.kind not in {kind.code for kind in kinds.all()}:
        return "unknown-kind"
    kind, reference = kinds.get(one.kind), REFERENCE.fullmatch(one.reference)
    if reference is None or reference.groups() != (one.originator, kind.letters):
        return "record-mismatch"
    if kind.is_answer != (one.about is not None):
        return "record-mismatch"
    if one.about is None:
        return ""
    about = held.answered.get(one.about)
    # Who was never shown it has nothing to answer, and is not told by another word that it exists.
    if about is None or one.originator not in held.shown_to[one.about]:
        return "unknown-about"
    if one.kind not in kinds.get(about.kind).answered_by:
        return "record-mismatch"
    return _disputing(node, one, about, held)


def _disputing(node: Identity, one: Incoming, about: Record, held: Held) -> str:
    """A dispute is another Party's and not kept from the one whose record it is, who alone can decide
    it; what ends it waits for it, and is his who may end it."""
    if one.kind == disputes.DISPUTE:
        told = about.originator_id in one.handling.get("audience", ())
        return "" if told and one.originator != about.originator_id else "record-mismatch"
    if one.kind not in disputes.CLOSING:
        return ""
    dispute = held.disputed.get(str(one.body.get("dispute")))
    # References are counted on: who was not shown a dispute is not told that there is one.
    if dispute is None or one.originator not in dispute.audience:
        return "unknown-about"
    rightly = disputes.rightly_closed(one.kind, one.originator, dispute, about)
    return "" if rightly else "record-mismatch"


def _which(node: Identity, one: Incoming, held: Held) -> str | None:
    """It is the same record as the one that is here, and not older than what the Party has of it."""
    if held.references.get(one.reference, one.record) != one.record:
        return "record-mismatch"
    record = held.records.get(one.record)
    if record is None:
        return ""
    same = (record.kind, record.reference, record.originator_id, record.about_id)
    if same != (one.kind, one.reference, one.originator, one.about):
        return "record-mismatch"
    version = held.versions.get((one.record, one.number))
    if version is not None and version.jws != PURGED_TEXT:
        if version.jws != one.jws:
            return "immutable-changed"
        if node.party in version.brought_to:
            return None
    numbers = (
        number
        for (pk, number), other in held.versions.items()
        if pk == one.record and node.party in other.brought_to
    )
    return "older-than-held" if one.number < max(numbers, default=0) else ""


def _whether_fit(node: Identity, one: Incoming, held: Held) -> str:
    """Body and handling are what this node's schemas call complete, and already normalised."""
    cleaned = kinds.get(one.kind).schema.clean(one.body, complete=True)
    if cleaned.problems or cleaned.value != one.body:
        return "schema"
    handled, problems = handlings.clean_handling(
        one.handling,
        originator=one.originator,
        parties=frozenset(one.handling.get("audience", ())),
        complete=True,
        today=one.released_at.date(),
    )
    return "schema" if problems or handled is None else ""


# --- Writing ------------------------------------------------------------------------------------
def _write(node: Identity, taken: list[Incoming], held: Held) -> None:
    pairs, staying, fresh = [], list[brought.Shown](), set[UUID]()
    shown = {version.pk: version for version in held.versions.values()}
    for one in taken:
        if held.told.get(one.record, OutboxRow.RECALLED) == OutboxRow.RECALLED:
            fresh.add(one.record)
        record = held.records.get(one.record) or _new_record(one)
        version = _version(node, record, one, held)
        if record.state in lifecycle.IN_FORCE and record.current_id in shown:
            before = shown[record.current_id]
            if _is_beside(record, before, version):
                record = brought.row_for(node.party, record)
            elif before.pk != version.pk:
                staying += [(row, before) for row in brought.leave_behind(node.party, record)]
        record.unit_name = one.unit
        pairs.append((record, version))
    _save_versions([version for _, version in pairs], held)
    own = [pair for pair in pairs if not pair[0].behind]
    rows = (held.behind.get(record.pk, {}).get(node.party) for record, _ in own)
    brought.forget([row for row in rows if row])
    _stand(node, pairs)
    _save_records(own, held)
    listed = [(version, one.attachments) for (_, version), one in zip(pairs, taken, strict=True)]
    arriving.expect([(v, files) for v, files in listed if files or v.record_id in held.records])
    new = frozenset(r.pk for r, _ in own if r.pk not in held.records)
    first = frozenset(r.pk for r, _ in own if r.pk in new and r.about_id is None)
    projection.write(own, new=new, arriving=first)
    brought.keep([*staying, *(pair for pair in pairs if pair[0].behind)])
    # The Party's desk takes it in from its outbox rows, as it does on a hub.
    outbox.pass_on(
        [
            (record, OutboxRow.RELEASED if record.pk in fresh else OutboxRow.AMENDED)
            for record, _ in pairs
        ],
        node.party,
    )


def _is_beside(record: Record, before: Version, version: Version) -> bool:
    """Others hosted here have news already that this Party is not brought yet."""
    if version.number == before.number:
        return record.state != lifecycle.RELEASED
    return version.number < before.number


def _new_record(one: Incoming) -> Record:
    return Record(
        id=one.record,
        reference=one.reference,
        kind=one.kind,
        originator_id=one.originator,
        about_id=one.about,
        created_at=one.released_at,
        released_at=one.released_at,
    )


def _version(node: Identity, record: Record, one: Incoming, held: Held) -> Version:
    """The version that came, brought to the Party; another one here may have been brought it before."""
    version = held.versions.get((one.record, one.number))
    if version is None or version.jws == PURGED_TEXT:
        version = version or Version(record=record, number=one.number)
        _fill(version, one)
        version.brought_to = []
    version.brought_to = sorted({*version.brought_to, node.party})
    return version


def _fill(version: Version, one: Incoming) -> None:
    version.kind, version.originator_id = one.kind, one.originator
    version.state, version.jws, version.key_id = Version.RELEASED, one.jws, one.kid
    version.body, version.handling = one.body, one.handling
    version.audience = sorted(one.handling["audience"])
    version.tlp = one.handling["tlp"]
    version.named = (
        sorted(UUID(text) for text in one.handling.get("named", ())) if version.tlp == "RED" else []
    )
    version.single_handed = one.kind in lifecycle.SINGLE_HANDED_KINDS
    version.created_at = version.saved_at = version.released_at = one.released_at
    version.received_at = clock.now()


def _save_versions(versions: list[Version], held: Held) -> None:
    """Before their records: a record in force must find its version."""
    known = {version.pk for version in held.versions.values()}
    bulk.insert([version for version in versions if version.pk not in known])
    for version in versions:
        if version.pk in known:
            version.save()


def _stand(node: Identity, pairs: list[brought.Shown]) -> None:
    """Each row shows the version that came, to the Party and to who sees that row already."""
    for record, version in pairs:
        before = brought.others(node.party, record) if record.state in lifecycle.IN_FORCE else []
        record.state, record.current = lifecycle.RELEASED, version
        record.recalled_at = None
        projection.copy(record, version)
        reached = {node.party, *before}
        record.audience = [
            code
            for code in version.audience
            if code in reached or code not in settings.HOSTED_PARTIES
        ]


def _save_records(pairs: list[brought.Shown], held: Held) -> None:
    bulk.insert([record for record, _ in pairs if record.pk not in held.records])
    for record, _ in pairs:
        if record.pk in held.records:
            record.save()
