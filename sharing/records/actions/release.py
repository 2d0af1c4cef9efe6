"""The decision to release: one officer proposes, a second one of the same Party decides."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cordillera import clock
from cordillera.access.decide import Decision as Answer
from cordillera.access.decide import Refused
from cordillera.access.identity import Identity
from cordillera.parties import keys

from .. import ceilings, lifecycle, outbox, signing
from ..attachments import reading
from ..models import Decision, OutboxRow, Record, Version
from ..problems import Invalid
from ..projection import project
from ..reading.renewal import renews
from ..references import next_reference
from ..schema.problems import Problem
from . import closing, reaching
from .amendment import give_up
from .recall import carry_out_recall
from .steps import check_revision, check_stands_alone, cleaned, locked, note, open_version


@transaction.atomic
def submit(
    *,
    record: Record,
    by: Identity,
    reason: str = "",
    if_revision: str | None = None,
    ruling: bool = False,
) -> Decision:
    """Propose the open draft's release. It must be complete; it does not change while in review."""
    record = locked(record, "record.submit", by)
    if not ruling:
        check_stands_alone(record, "submit")
    amendment = record.current_id is not None
    state = lifecycle.after("submit_amendment" if amendment else "submit", record.state)
    version = open_version(record)
    if version.state != Version.DRAFT:
        raise lifecycle.NotNow("submit", "in_review")
    check_revision(version, if_revision)
    cleaned(record, version.body, version.handling, complete=True)
    if "correction" in version.body and not amendment:
        words = _("Only an amendment corrects something: this has not been released before.")
        raise Invalid([Problem("correction", "out_of_place", words)])
    if waiting := reading.problems(version):
        raise Invalid(waiting)
    version.state = Version.IN_REVIEW
    version.save(update_fields=["state"])
    record.state, record.updated_at = state, clock.now()
    record.save(update_fields=["state", "updated_at"])
    verb = Decision.AMEND if amendment else Decision.RELEASE
    decision = propose(record, version, verb, by, reason)
    note("record:submit", record, by, version=version.number)
    return decision


def propose(record: Record, version: Version, verb: str, by: Identity, reason: str) -> Decision:
    return Decision.objects.create(
        record=record,
        version=version,
        originator_id=record.originator_id,
        verb=verb,
        proposed_by=by.own,
        proposed_by_name=by.name,
        proposed_at=clock.now(),
        reason=reason,
    )


def open_decision(record: Record) -> Decision:
    decision: Decision | None = (
        Decision.objects.select_for_update().filter(record=record, outcome="").first()
    )
    if decision is None:
        raise lifecycle.NotNow("approve", record.state)
    return decision


def close(decision: Decision, outcome: str, by: Identity, remark: str) -> None:
    decision.outcome, decision.note = outcome, remark
    decision.decided_by, decision.decided_by_name = by.account, by.name
    decision.decided_at = clock.now()
    decision.save()


def check_second_officer(decision: Decision, by: Identity) -> None:
    """Nobody decides what he wrote or proposed. The database refuses it again underneath."""
    if by.account in decision.involved:
        raise Refused(
            Answer(
                False,
                "record.approve",
                "is a second officer",
                _("You wrote or proposed this: another officer of your Party has to decide it."),
            ),
            about=str(decision.record_id),
        )


@transaction.atomic
def approve(
    *, record: Record, by: Identity, remark: str = "", if_revision: str | None = None
) -> Record:
    """Decide the open proposal: the version is signed and released, or the recall carried out.

    `if_revision` is the ETag of the version that the officer read.
    """
    record = locked(record, "record.approve", by)
    decision = open_decision(record)
    check_second_officer(decision, by)
    check_revision(decision.version, if_revision)
    closing.check(record)
    if decision.verb != Decision.RECALL:
        # An agreement may have changed since it was proposed.
        ceilings.check(record, decision.version.audience, decision.version.handling)
    close(decision, Decision.APPROVED, by, remark)
    if decision.verb == Decision.RECALL:
        carry_out_recall(record, by)
    else:
        release_version(record, decision.version, by)
        reaching.follow_dispute(record, by)
    return record


@transaction.atomic
def send_back(*, record: Record, by: Identity, remark: str) -> Record:
    """Return the proposal with what is wanted; the draft can be worked on again."""
    record = locked(record, "record.return", by)
    decision = open_decision(record)
    reopen(record, decision, "send_back")
    close(decision, Decision.RETURNED, by, remark)
    note("record:return", record, by, verb=decision.verb)
    return record


@transaction.atomic
def withdraw(*, record: Record, by: Identity) -> Record:
    """Take the own Party's proposal back before it was decided. A renewal ends with it: its form
    is all there was to work on, so no amendment stays open."""
    record = locked(record, "record.withdraw", by)
    decision = open_decision(record)
    renewal = renews(decision)
    reopen(record, decision, "withdraw")
    close(decision, Decision.WITHDRAWN, by, "")
    if renewal:
        give_up(record, decision.version)
    note("record:withdraw", record, by, verb=decision.verb)
    return record


def reopen(record: Record, decision: Decision, move: str) -> None:
    if decision.verb == Decision.RECALL:
        return
    if decision.verb == Decision.AMEND:
        move = f"{move}_amendment"
    record.state = lifecycle.after(move, record.state)
    record.updated_at = clock.now()
    record.save(update_fields=["state", "updated_at"])
    decision.version.state = Version.DRAFT
    decision.version.revision += 1
    decision.version.save(update_fields=["state", "revision"])


def release_version(record: Record, version: Version, by: Identity) -> None:
    """Number, sign and put in force; tell who gained it, who has it still and who lost it."""
    record.state = lifecycle.after(release_move(record), record.state)
    record.reference = record.reference or next_reference(record.originator_id, record.kind)
    now = clock.now()
    record.released_at = record.released_at or now
    if not version.single_handed:
        version.approved_by = by.account
    sign_version(record, version, now)
    put_in_force(record, version, by)


def put_in_force(record: Record, version: Version, by: Identity) -> None:
    """Put the signed `version` in the place of the one before, with all that follows from it."""
    before = set(record.audience) if record.current_id else set()
    old = record.current
    if old:
        old.state = Version.SUPERSEDED
        old.save(update_fields=["state"])
    record.current, record.pending = version, None
    project(record, version)
    record.save()
    after = set(record.audience)
    outbox.post(record, OutboxRow.RELEASED, after - before)
    outbox.post(record, OutboxRow.AMENDED, after & before)
    outbox.post(record, OutboxRow.RECALLED, before - after, read=old)
    note("record:release", record, by, version=version.number, audience=sorted(after))


def release_move(record: Record) -> str:
    if record.about_id and record.state == lifecycle.DRAFT:
        return "release_answer"
    return "release_amendment" if record.current_id else "release"


def sign_version(record: Record, version: Version, now: datetime) -> None:
    key = keys.signing_key(record.originator_id)
    version.jws = signing.sign(payload(record, version, now), key.kid, key.private)
    version.key_id, version.released_at = key.kid, now
    version.state = Version.RELEASED
    version.save()


def payload(record: Record, version: Version, now: datetime) -> dict[str, object]:
    """What is signed: everything that a recipient needs to act on the version."""
    attached = reading.signed(version)
    return {
        "format": "cordillera-version/1",
        "record": str(record.pk),
        "reference": record.reference,
        "kind": record.kind,
        "number": version.number,
        "originator": record.originator_id,
        "unit": record.unit_name,
        "about": str(record.about_id) if record.about_id else None,
        "body": version.body,
        "handling": version.handling,
        "released_at": now.isoformat(),
        **({"attachments": attached} if attached else {}),
    }
