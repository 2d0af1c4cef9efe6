"""Answer a record: an acknowledgement, a sighting, a comment, a dispute; each a record of its own."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity
from cordillera.parties import agreements

from .. import disputes, kinds, lifecycle
from ..attachments import reading
from ..models import Record, Version
from ..problems import Invalid
from ..schema.problems import Problem
from . import closing
from .drafts import draft, unit_name
from .release import release_version
from .steps import cleaned, locked, open_version, put_handling

#: From the widest label to the narrowest; an answer is never wider than what it answers.
WIDTH = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")


@transaction.atomic
def answer(
    *,
    about: Record,
    kind: str,
    by: Identity,
    body: dict[str, Any],
    audience: list[str] | None = None,
    unit_id: int | None = None,
    begun: Record | None = None,
) -> Record:
    """Answer `about` at once, to its originator and (unless `audience` narrows it) its audience.
    `begun`: the draft of this answer to which files were sent; they go with it."""
    require(by, "record.answer", about)
    check_answerable(about, kind)
    if kind in (disputes.DISPUTE, disputes.WITHDRAWAL):
        body, audience = closing.fit(about, kind, by, body, audience)
    held = inherited(about, by, audience)
    if begun is None:
        record = draft(kind=kind, by=by, body=body, handling=held, about=about, unit_id=unit_id)
        version = record.pending
        assert version is not None  # noqa: S101 - draft() has just opened it
    else:
        record, version = _finished(begun, about, kind, by, body, held)
        record.unit_id, record.unit_name = unit_id, unit_name(unit_id)
    cleaned(record, version.body, version.handling, complete=True)
    release_version(record, version, by)
    return record


def _finished(
    begun: Record,
    about: Record,
    kind: str,
    by: Identity,
    body: dict[str, Any],
    handling: dict[str, Any],
) -> tuple[Record, Version]:
    """The draft with what the officer says now. Raises Invalid while a file is not ready."""
    record = locked(begun, "record.answer", by)
    version = open_version(record)
    if (record.about_id, record.kind) != (about.pk, kind) or by.account not in version.authors:
        raise Http404
    version.body, clean = cleaned(record, body, handling, complete=True)
    put_handling(version, clean)
    if waiting := reading.problems(version):
        raise Invalid(waiting)
    version.saved_at, version.saved_by = clock.now(), by.name
    version.save()
    return record, version


def check_answerable(about: Record, kind: str) -> None:
    """Raises NotNow where its time is over, Invalid where it is not answered that way."""
    if about.state not in lifecycle.ANSWERABLE:
        raise lifecycle.NotNow("answer", about.state)
    if about.expires_on and about.expires_on < clock.today():
        # Its day is over, though the node has not yet come round to saying so.
        raise lifecycle.NotNow("answer", lifecycle.EXPIRED)
    if kind not in lifecycle.SINGLE_HANDED_KINDS or kind not in kinds.get(about.kind).answered_by:
        raise Invalid([Problem("kind", "unknown", _("This record is not answered that way."))])


def allowed(about: Record, by: Identity) -> set[str]:
    """Whom the answered record was released to, without those to whom an agreement lets nothing like
    it go. A Party that is hosted here and has not been brought it yet sees no answer before it."""
    assert about.current is not None  # noqa: S101 - it is in force
    others = [code for code in about.current.audience if code != by.party]
    handling = {**about.current.handling, "contains": []}
    barred = agreements.release_problems(by.party, others, handling, about.kind)
    return set(about.current.audience) - set(barred)


def inherited(about: Record, by: Identity, audience: list[str] | None) -> dict[str, Any]:
    """The answer's handling: the answered record's, to the same Parties or to fewer."""
    assert about.current is not None  # noqa: S101 - it is in force
    source = about.current.handling
    wanted = set(allowed(about, by) if audience is None else audience)
    if beyond := wanted - set(about.current.audience):
        raise Invalid(
            [
                Problem(
                    "audience",
                    "beyond",
                    _("%(parties)s cannot see what this answers; wanted at most %(audience)s.")
                    % {
                        "parties": ", ".join(sorted(beyond)),
                        "audience": ", ".join(about.current.audience),
                    },
                )
            ]
        )
    return {
        **source,
        "audience": sorted({*wanted, about.originator_id, by.party}),
        "named": [str(n) for n in about.named] if about.tlp == "RED" else [],
        "contains": [],
    }
