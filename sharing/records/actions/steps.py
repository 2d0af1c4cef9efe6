"""Steps that several actions share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404

from audit import log
from cordillera import clock, events
from cordillera.access.decide import require
from cordillera.access.identity import SUPERVISOR, Identity
from cordillera.parties.models import Officer, Party

from .. import ceilings, kinds, lifecycle
from .. import handling as handlings
from ..models import Record, Version
from ..problems import Invalid, Stale
from ..schema.moments import too_late
from . import naming


def locked(record: Record, permission: str, by: Identity) -> Record:
    """The record, locked for this transaction, after the policy permitted `permission` on it.

    Somebody else's record cannot be locked; who sees it is refused, who does not gets nothing.
    """
    require(by, permission, record)
    found = Record.objects.select_for_update().filter(pk=record.pk).first()
    if found is None:
        raise Http404
    require(by, permission, found)
    return found


def open_version(record: Record) -> Version:
    """The draft or amendment that is being worked on, locked."""
    if record.pending_id is None:
        raise lifecycle.NotNow("save", record.state)
    version: Version = Version.objects.select_for_update().get(pk=record.pending_id)
    return version


def check_stands_alone(record: Record, move: str) -> None:
    """An answer is put together and sent by `answer` alone, which holds it to what it answers."""
    if record.about_id is not None:
        raise lifecycle.NotNow(move, record.state)


def check_revision(version: Version, if_revision: str | None) -> None:
    """Raise Stale unless the caller saw the version's latest save; None skips the check."""
    if if_revision is not None and if_revision != version.etag:
        raise Stale(version)


def cleaned(
    record: Record, body: Any, handling: Any, *, complete: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Body and handling as they are stored. Drafts may be incomplete, never malformed."""
    result = kinds.get(record.kind).schema.clean(body, complete=complete)
    held, problems = handlings.clean_handling(
        handling,
        originator=record.originator_id,
        parties=frozenset(Party.objects.values_list("code", flat=True)),
        complete=complete,
        today=clock.today(),
    )
    late = too_late(kinds.get(record.kind).schema.leaves(result.value), clock.now())
    found = [*result.problems, *late, *problems]
    if held is not None:
        found += naming.unfit(record, held, complete=complete)
    if complete and held is not None:
        found += ceilings.problems(record, held.audience, held.as_dict())
    if found or held is None:
        raise Invalid(found)
    return result.value, held.as_dict()


def put_handling(version: Version, handling: dict[str, Any]) -> None:
    """Store `handling` with the columns that enforce it. Authors of a TLP:RED version are named."""
    version.handling = handling
    version.audience = sorted({*handling.get("audience", []), version.originator_id})
    version.tlp = handling.get("tlp") or "AMBER"
    version.named = (
        sorted({UUID(str(one)) for one in (*handling.get("named", []), *version.authors) if one})
        if version.tlp == "RED"
        else []
    )


def note(tag: str, record: Record, by: Identity, **detail: Any) -> UUID:
    """The audit entry, whose id it returns, and the thin event for the originator's own pages."""
    entry = log.write(
        tag,
        actor=by,
        about=record.pk,
        detail={"reference": record.reference or "", "kind": record.kind, **detail},
    )
    events.emit(record.originator_id, "record", record.pk, named=_who_hear(record))
    return entry


def _who_hear(record: Record) -> list[UUID] | None:
    """Those of the originator's officers who may read the record; None when that is all of them.
    Its supervisors decide on a TLP:RED record, named or not; an answer is for the named alone."""
    if record.tlp != "RED":
        return None
    if record.about_id is not None:
        return list(record.named)
    supervisors = Officer.objects.filter(
        party_id=record.originator_id, is_active=True, roles__contains=[SUPERVISOR]
    )
    return sorted({*record.named, *supervisors.values_list("pk", flat=True)})
