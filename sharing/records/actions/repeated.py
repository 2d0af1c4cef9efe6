"""An answer that the browser sends a second time: by its “back”, or by a button pressed twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection

from cordillera import clock
from cordillera.access.identity import Identity

from .. import disputes, kinds, lifecycle
from ..models import Record
from ..reading import disputing

#: What is sent again later than this is meant to be said again.
SAME_FOR = timedelta(days=1)


def sent_before(
    *,
    about: Record,
    kind: str,
    by: Identity,
    body: dict[str, Any],
    audience: list[str] | None = None,
) -> Record | None:
    """The answer that this officer has just sent to the same Parties with this very text. Until the
    present transaction is over he sends no other one of this kind: what a second press brings waits
    for the first. A dispute that has ended is raised anew."""
    with connection.cursor() as cursor:
        words = f"answer {about.pk} {kind} {by.account}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [words])
    found: Record | None = (
        Record.objects.filter(
            about=about,
            kind=kind,
            originator=by.party,
            state__in=lifecycle.IN_FORCE,
            released_at__gte=clock.now() - SAME_FOR,
            current__authors=[by.account],
            current__body=_stored(about, kind, body),
        )
        .order_by("-released_at")
        .first()
    )
    if found is None or (kind == disputes.DISPUTE and not disputes.one(found).is_open):
        return None
    others = None if audience is None else {*audience, about.originator_id, by.party}
    return found if others in (None, set(found.released_to)) else None


def _stored(about: Record, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    if kind == disputes.DISPUTE:
        body = disputing.completed(about, body)
    return _cleaned(kind, body)


def _cleaned(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return kinds.get(kind).schema.clean(body, complete=True).value


def says(record: Record | None, kind: str, body: dict[str, Any]) -> bool:
    """Whether `record` is of this kind and says just this."""
    version = (record.current or record.pending) if record else None
    if record is None or version is None or record.kind != kind:
        return False
    return bool(version.body == _cleaned(kind, body))
