"""Exports of the ledger: asked for, made (big ones in the background), fetched, and purged again.

An export is a snapshot: it holds the lines of all transactions that had ended when it was asked for,
with the names and words of who asked. Who asked is the only one who gets it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone, translation

from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import AUDITOR, Identity
from cordillera.access.session import acting_as
from cordillera.doorbell import ring

from ..models import Disclosure, LedgerExport
from . import progress, queries, tables
from .queries import Question

logger = logging.getLogger(__name__)
#: So many lines are exported while the auditor waits; more in the background.
AT_ONCE = {LedgerExport.CSV: 2000, LedgerExport.PDF: 200}
#: More than this is asked for in parts, each by its dates.
MOST = {LedgerExport.CSV: 200_000, LedgerExport.PDF: 20_000}
CHUNK = 1000


def days_kept() -> int:
    return int(settings.LEDGER_EXPORT_DAYS)


def own(identity: Identity) -> QuerySet[LedgerExport]:
    """What this auditor asked for."""
    return LedgerExport.objects.filter(party=identity.party, account=identity.own)


def recent(identity: Identity) -> list[LedgerExport]:
    """His last exports, without their files."""
    if AUDITOR not in identity.roles:
        return []
    return list(own(identity).defer("content")[:5])


def ask(*, by: Identity, question: Question, fmt: str) -> LedgerExport:
    """Note what is wanted, in the request's transaction, and make it at once where it is small."""
    require(by, "ledger.export")
    lines = queries.asked(by, question)
    snapshot, restored, upto = _moment(by.party)
    found = _shown(lines, snapshot, restored).count()
    made = LedgerExport.objects.create(
        party=by.party,
        account=by.own,
        name=by.name,
        language=(translation.get_language() or "en")[:2],
        time_zone=timezone.get_current_timezone_name(),
        format=fmt,
        question=question.stored(),
        upto=upto,
        snapshot=snapshot,
        restored=restored,
        total=min(found, MOST[fmt]),
        asked_at=clock.now(),
    )
    log.write(
        "ledger:export",
        actor=by,
        about=made.pk,
        detail={"format": fmt, "lines": made.total, "found": found, **question.stored()},
    )
    if made.total <= AT_ONCE[fmt]:
        _finish(made, _file(made, _lines(made, by)))
    else:
        ring("oversight.ledger", by.party)
    return made


# `+ 0` keeps PostgreSQL from going through all lines from the last id down until one is such.
_NOW = """
    SELECT now.it::text, (SELECT coalesce(max(d.id + 0), 0) FROM oversight_disclosure d
        WHERE d.party = %s AND d.xid >= pg_snapshot_xmax(now.it)::text::bigint),
        (SELECT coalesce(max(d.id), 0) FROM oversight_disclosure d WHERE d.party = %s)
    FROM (SELECT pg_current_snapshot() AS it) now
"""


def _moment(party: str) -> tuple[str, int, int]:
    """Which transactions have ended now; the last line that came with a dump of the database, whose
    transactions' numbers say nothing here; and the last line."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW, [party, party])
        row: tuple[str, int, int] = cursor.fetchone()
    return row


def _shown(lines: QuerySet[Disclosure], snapshot: str, restored: int) -> QuerySet[Disclosure]:
    """The lines that were there at this moment. Ids do not tell: a line may get its own long before
    its transaction ends, and stand among older ones all at once."""
    visible = "pg_visible_in_snapshot(oversight_disclosure.xid::text::xid8, %s::pg_snapshot)"
    where = [f"(oversight_disclosure.id <= %s OR {visible})"]
    return lines.extra(where=where, params=[restored, snapshot])  # noqa: S610 - our own words


def _lines(made: LedgerExport, by: Identity) -> Iterator[Disclosure]:
    """The lines of the export, oldest last; its `done` grows as they are read."""
    asked = queries.asked(by, Question.of(made.question)).filter(id__lte=made.upto)
    found = _shown(asked, made.snapshot, made.restored)
    for number, line in enumerate(found[: made.total].iterator(chunk_size=CHUNK), 1):
        made.done = number
        yield line


def _file(made: LedgerExport, lines: Iterator[Disclosure]) -> bytes:
    with translation.override(made.language):
        if made.format == LedgerExport.CSV:
            return tables.csv(lines).encode()
        # What draws a PDF is a quarter of all that a process would read at its start.
        from . import sheet

        return sheet.pdf(made, Question.of(made.question), lines)


def _finish(made: LedgerExport, content: bytes) -> None:
    made.content, made.done = content, made.total
    made.state, made.finished_at = LedgerExport.DONE, clock.now()
    made.save(update_fields=["content", "done", "state", "finished_at"])


def make_waiting(party: str) -> int:
    """Make the Party's exports that wait, one transaction each; how many."""
    with acting_as(Identity.of_node(party)):
        waiting = LedgerExport.objects.filter(party=party, state=LedgerExport.WAITING)
        ids = list(waiting.values_list("pk", flat=True))
    for pk in ids:
        _make(party, pk)
    return len(ids)


def _make(party: str, pk: UUID) -> None:
    with acting_as(Identity.of_node(party)):
        found = LedgerExport.objects.select_for_update(skip_locked=True)
        made = found.filter(pk=pk, state=LedgerExport.WAITING).first()
        if made is None:
            return
        by = Identity(party, made.account, made.name, frozenset({AUDITOR}))
        try:
            with acting_as(by):
                content = _file(made, _told(made, _lines(made, by)))
        except Exception:
            logger.exception("oversight.ledger: export %s", pk)
            made.state, made.finished_at = LedgerExport.FAILED, clock.now()
            made.save(update_fields=["state", "finished_at"])
            return
        _finish(made, content)


def _told(made: LedgerExport, lines: Iterator[Disclosure]) -> Iterator[Disclosure]:
    """The same lines, while the page hears how far it is."""
    for line in lines:
        if made.done % CHUNK == 0:
            progress.tell(made.pk, made.done)
        yield line


def purge(party: str) -> int:
    """Remove exports whose days are over, with an entry that says so."""
    with acting_as(Identity.of_node(party)):
        old = clock.now() - timedelta(days=days_kept())
        gone = list(
            LedgerExport.objects.filter(party=party, asked_at__lt=old).values_list("pk", "format")
        )
        LedgerExport.objects.filter(pk__in=[pk for pk, _ in gone]).delete()
        node = Identity.of_node(party)
        log.write_all("ledger:purge", [(pk, {"format": fmt}) for pk, fmt in gone], actor=node)
    return len(gone)
