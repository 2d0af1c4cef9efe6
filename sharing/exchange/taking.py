"""What a sender's items do to his records here: versions, withdrawals, expiries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from cordillera import clock
from cordillera.doorbell import ring
from cordillera.parties import agreements
from sharing.records import receiving, withdrawing
from sharing.records.attachments import arriving
from sharing.records.disputes import DISPUTE
from sharing.records.models import Record
from sharing.records.receiving import Incoming, Outcome

from . import purging, replaying, reporting
from .applying import Context, Taken, carries_out
from .formats.receipt import APPLIED, WAITING
from .formats.statement import PURGED, AttachmentKey, Expiry, Withdrawal
from .models import Item, Report


@carries_out(Item.VERSION)
def versions(context: Context, run: Sequence[Taken]) -> None:
    """Take these versions in. What the agreement of the two Parties caps is refused."""
    _hold_to_agreement(context, run)
    wanted = [one for one in run if not one.outcome]
    outcomes = receiving.receive(context.node, [_incoming(one) for one in wanted])
    for one, outcome in zip(wanted, outcomes, strict=True):
        _settle(one, outcome)
    applied = [one for one in wanted if one.outcome == APPLIED]
    replaying.expected(context.node.party, [pk for one in applied for pk in _waited_for(one)])


def _waited_for(one: Taken) -> Iterator[UUID]:
    """What items wait for that can be applied now: answers for their record, and what ends a
    dispute for the dispute, under the record that all of these are about."""
    if one.record:
        yield one.record
    if one.kind == DISPUTE and one.version and one.version.about:
        yield one.version.about


def _incoming(one: Taken) -> Incoming:
    version = one.version
    assert version is not None  # noqa: S101 - reading has put it there
    return Incoming(
        jws=one.text,
        kid=one.kid,
        record=version.record,
        reference=version.reference,
        kind=version.kind,
        number=version.number,
        originator=version.originator,
        unit=version.unit,
        about=version.about,
        body=version.body,
        handling=version.handling,
        released_at=version.released_at,
        attachments=tuple(one.to_fields() for one in version.attachments),
    )


def _settle(one: Taken, outcome: Outcome) -> None:
    one.become(outcome.outcome, outcome.reason)
    if outcome.outcome == WAITING and one.version and one.version.about:
        one.detail = str(one.version.about)


def _hold_to_agreement(context: Context, run: Sequence[Taken]) -> None:
    agreement = context.agreement
    answered = _kinds(
        context.node.sender, {one.version.about for one in run if one.version and one.version.about}
    )
    for one in run:
        if one.version is None:
            continue
        about = one.version.about
        kind = answered.get(about, one.version.kind) if about else one.version.kind
        if about and about not in answered and agreement.kinds is not None:
            continue  # It waits: once what it answers is here, it is looked at again.
        if problems := agreements.exceeded(agreement, one.version.handling, kind):
            one.refuse("over-ceiling", " ".join(problem.code for problem in problems))


def _kinds(sender: str, records: Iterable[UUID]) -> dict[UUID, str]:
    """Of what kind these are; those that the sender was never shown are none for him."""
    wanted = list(records)
    if not wanted:
        return {}
    shown = receiving.shown_to(wanted)
    found = Record.objects.filter(pk__in=wanted).values_list("pk", "kind")
    return {pk: kind for pk, kind in found if sender in shown[pk]}


@carries_out(Item.WITHDRAWAL)
def withdrawals(context: Context, run: Sequence[Taken]) -> None:
    """Take these records away, and report to the originator what was destroyed."""
    contents = [one.content for one in run if isinstance(one.content, Withdrawal)]
    records = [one.record for one in contents]
    purged = withdrawing.withdraw(context.node, records)
    forgotten = purging.forget_texts(context.node, records)
    reports = []
    for content in contents:
        held = purged.get(content.record, {})
        counts = {name: held.get(name, 0) for name in PURGED}
        counts["versions"] += forgotten.pop(content.record, 0)
        reports.append((content.record, content.number, Report.PURGED, {"purged": counts}))
    for one in run:
        one.become(APPLIED)
    reporting.tell(context.node.party, context.node.sender, reports, at=clock.now())


@carries_out(Item.EXPIRY)
def expiries(context: Context, run: Sequence[Taken]) -> None:
    """These records are out of force."""
    contents = [one.content for one in run if isinstance(one.content, Expiry)]
    withdrawing.expire(context.node, [one.record for one in contents])
    for one in run:
        one.become(APPLIED)


@carries_out(Item.KEY)
def keys(context: Context, run: Sequence[Taken]) -> None:
    """These keys open files of versions that came before them: the files can be fetched."""
    for one in run:
        assert isinstance(one.content, AttachmentKey)  # noqa: S101 - reading has put it there
        if arriving.take_key(one.content.record, one.content.file, one.content.key):
            one.become(APPLIED)
        else:
            one.refuse("record-mismatch", "no version that is here has such a file")
    ring("exchange.files", context.node.party)
