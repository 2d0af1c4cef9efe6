"""Recall a released record: it disappears for its recipients, who learn that it was recalled."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from cordillera import clock
from cordillera.access.identity import Identity

from .. import lifecycle, outbox
from ..models import Decision, OutboxRow, Record
from ..problems import Invalid
from ..schema.problems import Problem
from .steps import locked, note


@transaction.atomic
def propose_recall(*, record: Record, by: Identity, reason: str) -> Decision:
    """Propose a recall; a second officer decides it with `approve`. Needs a reason."""
    from .release import propose

    record = locked(record, "record.recall", by)
    lifecycle.after("propose_recall", record.state)
    if record.decisions.filter(outcome="").exists():
        raise lifecycle.NotNow("propose_recall", "in_review")
    if not reason.strip():
        raise Invalid([Problem("reason", "required", _("Say why the record is recalled."))])
    assert record.current is not None  # noqa: S101 - a released record has a version in force
    decision = propose(record, record.current, Decision.RECALL, by, reason)
    note("record:propose-recall", record, by)
    return decision


def carry_out_recall(record: Record, by: Identity) -> None:
    record.state = lifecycle.after("recall", record.state)
    record.recalled_at = record.updated_at = clock.now()
    record.save(update_fields=["state", "recalled_at", "updated_at"])
    outbox.post(record, OutboxRow.RECALLED, record.audience)
    # Without its reason: the log cannot forget, and the words are kept with the decision.
    note("record:recall", record, by)
