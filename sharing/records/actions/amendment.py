"""Change a released record: a new version under review while the last one stays in force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cordillera import clock
from cordillera.access.identity import Identity

from .. import kinds, lifecycle
from ..attachments import keeping
from ..models import Decision, Record, Version
from ..problems import Invalid
from ..schema.problems import Problem
from .drafts import add_version
from .steps import cleaned, locked, note, open_version


@transaction.atomic
def amend(*, record: Record, by: Identity, correction: dict[str, Any] | None = None) -> Version:
    """Open a new version as a copy of the one in force, as a `correction` where that is given. An
    answer is not amended, but recalled or followed by another: its audience and label are those of
    what it answers."""
    record = locked(record, "record.amend", by)
    if kinds.get(record.kind).is_answer:
        raise lifecycle.NotNow("amend", record.state)
    if record.decisions.filter(outcome="").exists():
        raise lifecycle.NotNow("amend", "in_review")
    state = lifecycle.after("amend", record.state)
    current = record.current
    assert current is not None  # noqa: S101 - a released record has a version in force
    number = record.versions.order_by("-number").values_list("number", flat=True)[0] + 1
    body = {name: value for name, value in current.body.items() if name != "correction"}
    if correction:
        body["correction"] = correction
    version = add_version(record, number, by, body, current.handling)
    record.pending, record.state, record.updated_at = version, state, clock.now()
    record.save(update_fields=["pending", "state", "updated_at"])
    note("record:amend", record, by, version=number)
    return version


@transaction.atomic
def discard_amendment(*, record: Record, by: Identity) -> Record:
    """Give up the open amendment; the version in force stays as it is."""
    record = locked(record, "record.discard", by)
    lifecycle.after("discard_amendment", record.state)
    version = open_version(record)
    if version.state != Version.DRAFT:
        raise lifecycle.NotNow("discard_amendment", "in_review")
    give_up(record, version)
    note("record:discard", record, by, version=version.number)
    return record


def give_up(record: Record, version: Version) -> None:
    """The open amendment ends; the record is as it was before it."""
    drop_amendment(record, version)
    record.state = lifecycle.after("discard_amendment", record.state)
    record.save(update_fields=["state", "pending", "updated_at"])


def drop_amendment(record: Record, version: Version) -> None:
    version.state = Version.DISCARDED
    version.save(update_fields=["state"])
    keeping.give_up(record, version)
    record.pending, record.updated_at = None, clock.now()


@transaction.atomic
def renew(
    *, record: Record, by: Identity, review_on: date, expires_on: date, reason: str = ""
) -> Decision:
    """Propose the same content for longer: an amendment of the two dates alone."""
    from .release import submit

    if review_on <= clock.today():
        words = _("Choose a day that is still to come.")
        raise Invalid([Problem("handling.review_on", "past", words)])
    version = amend(record=record, by=by)
    handling = {
        **version.handling,
        "review_on": review_on.isoformat(),
        "expires_on": expires_on.isoformat(),
    }
    version.body, version.handling = cleaned(record, version.body, handling, complete=True)
    version.revision += 1
    version.save(update_fields=["body", "handling", "revision"])
    record.refresh_from_db()
    return submit(record=record, by=by, reason=reason)
