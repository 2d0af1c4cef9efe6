"""Dispute another Party's record, decide on such a dispute, or take one's own back."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from cordillera.access.decide import require
from cordillera.access.identity import Identity

from .. import disputes, kinds, lifecycle
from ..models import Decision, Record
from ..problems import Invalid
from ..reading import disputing
from ..schema.problems import Problem
from .drafts import draft, save_draft


def fit(
    about: Record, kind: str, by: Identity, body: dict[str, Any], audience: list[str] | None
) -> tuple[dict[str, Any], list[str] | None]:
    """The body of a dispute or withdrawal with what need not be asked, and its audience: both go to
    every Party that has the record, which shows the mark everywhere or nowhere."""
    if audience is not None and set(audience) | {by.party, about.originator_id} < set(
        about.released_to
    ):
        words = _("A dispute goes to every Party that has the record.")
        raise Invalid([Problem("audience", "narrowed", words)])
    if kind == disputes.DISPUTE:
        require(by, "record.dispute", about)
        return disputing.completed(about, body), None
    dispute = _open_dispute(about, body)
    require(by, "dispute.withdraw", dispute)
    return body, list(dispute.released_to)


def _open_dispute(about: Record, body: dict[str, Any]) -> Record:
    """The dispute of `about` that `body` names. Raises Invalid, or NotNow where it has ended."""
    dispute = disputes.by_reference(about, str(body.get("dispute", "")))
    if dispute is None:
        words = _("There is no such dispute of this record.")
        raise Invalid([Problem("dispute", "unknown", words)])
    _alone(dispute)
    if not disputes.one(dispute).is_open:
        raise Ended(dispute)
    return dispute


def _alone(dispute: Record) -> None:
    """Until the present transaction is over nobody else here proposes, approves or withdraws what ends
    this dispute: another Party's record, whose row is not ours to lock."""
    with connection.cursor() as cursor:
        words = f"dispute {dispute.pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [words])


class Ended(lifecycle.NotNow):
    """The dispute was decided or withdrawn already."""

    def __init__(self, dispute: Record) -> None:
        super().__init__("decide", dispute.state)

    @property
    def message(self) -> str:
        return str(_("This dispute has been decided or withdrawn already."))


@transaction.atomic
def rule(
    *, dispute: Record, by: Identity, body: dict[str, Any], unit_id: int | None = None
) -> Decision:
    """Propose the decision on `dispute` of the own Party's record; a second officer approves it.

    What was sent back before is taken up again. A decision on a TLP:RED record is decided by a
    supervisor whom the record names: nobody else may read the dispute.
    """
    from .release import submit

    about = dispute.about
    if about is None or dispute.kind != disputes.DISPUTE:
        words = _("There is no such dispute of this record.")
        raise Invalid([Problem("dispute", "unknown", words)])
    require(by, "dispute.decide", about)
    if about.state not in lifecycle.IN_FORCE:
        raise lifecycle.NotNow("answer", about.state)
    body = {**body, "dispute": dispute.reference}
    _open_dispute(about, body)
    _check_complete(body)
    ruling = disputes.proposed(dispute, by.party)
    if ruling is None:
        ruling = _drafted(dispute, about, by, body, unit_id)
    elif ruling.state != lifecycle.DRAFT:
        raise lifecycle.NotNow("submit", ruling.state)
    elif ruling.pending is not None:
        save_draft(record=ruling, by=by, body=body, handling=ruling.pending.handling, ruling=True)
    return submit(record=ruling, by=by, ruling=True)


def _check_complete(body: dict[str, Any]) -> None:
    """Before anything is written, so that what is wrong leaves no draft behind."""
    if problems := kinds.get(disputes.RULING).schema.clean(body, complete=True).problems:
        raise Invalid(problems)


def _drafted(
    dispute: Record, about: Record, by: Identity, body: dict[str, Any], unit_id: int | None
) -> Record:
    from .answers import inherited

    audience = [code for code in dispute.released_to if code in about.released_to]
    return draft(
        kind=disputes.RULING,
        by=by,
        body=body,
        handling=inherited(about, by, audience),
        about=about,
        unit_id=unit_id,
    )


def check(record: Record) -> None:
    """Nothing releases a decision on a dispute that has ended meanwhile, or whose record is gone."""
    if record.kind != disputes.RULING or record.about is None or record.pending is None:
        return
    if record.about.state not in lifecycle.IN_FORCE:
        raise lifecycle.NotNow("answer", record.about.state)
    _open_dispute(record.about, record.pending.body)
