"""An answer that is being put together, because files go with it.

An answer leaves by one officer's hand in one step, and files take longer than a step. So they are
sent to a draft of the answer, which no list shows and nobody but its officer adds to; `answer`
releases it whole. What is left lying is given up after some days.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q

from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity

from .. import lifecycle
from ..attachments import keeping
from ..models import Record, Version
from .answers import check_answerable, inherited
from .drafts import draft
from .steps import locked, note, open_version

LEFT_AFTER = timedelta(days=3)


def begun(about: Record, kind: str, by: Identity) -> Record | None:
    """The answer of this kind that this officer is putting together."""
    found: Record | None = (
        Record.objects.filter(
            about=about,
            kind=kind,
            originator=by.party,
            state=lifecycle.DRAFT,
            pending__authors__contains=[by.account],
        )
        .select_related("pending", "about")
        .order_by("created_at")
        .first()
    )
    return found


@transaction.atomic
def begin_answer(*, about: Record, kind: str, by: Identity) -> Record:
    """The same, or a new one; one at a time for each officer."""
    require(by, "record.answer", about)
    check_answerable(about, kind)
    with connection.cursor() as cursor:
        words = f"answer {about.pk} {kind} {by.account}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [words])
    if held := begun(about, kind, by):
        return held
    return draft(kind=kind, by=by, handling=inherited(about, by, None), about=about)


def left() -> Q:
    """Answers that were begun and then left lying."""
    return Q(
        about__isnull=False,
        state=lifecycle.DRAFT,
        pending__saved_at__lt=clock.now() - LEFT_AFTER,
        kind__in=lifecycle.SINGLE_HANDED_KINDS,
    )


@transaction.atomic
def give_up(*, record: Record, by: Identity) -> Record:
    """Remove an answer that was left lying, with its files. Run by the node."""
    record = locked(record, "record.end", by)
    record.state = lifecycle.after("delete", record.state)
    version = open_version(record)
    version.state, version.body = Version.DISCARDED, {}
    version.save(update_fields=["state", "body"])
    keeping.destroy_all([record])
    record.pending, record.updated_at = None, clock.now()
    record.save()
    note("record:delete", record, by)
    return record
