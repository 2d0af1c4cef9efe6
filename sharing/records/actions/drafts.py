"""Begin a record, save it as often as wanted, or give it up."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity
from cordillera.crypto import ids
from cordillera.parties.models import Unit

from .. import kinds, lifecycle
from ..attachments import keeping
from ..models import Record, Version
from ..projection import copy, forget, project
from .steps import (
    check_revision,
    check_stands_alone,
    cleaned,
    locked,
    note,
    open_version,
    put_handling,
)


@transaction.atomic
def draft(
    *,
    kind: str,
    by: Identity,
    body: dict[str, Any] | None = None,
    handling: dict[str, Any] | None = None,
    about: Record | None = None,
    unit_id: int | None = None,
) -> Record:
    """Begin a record of `kind` in the name of the officer's Party; only his Party sees it."""
    require(by, "record.draft" if about is None else "record.answer", about)
    record = Record(
        id=ids.new(by.party),
        kind=kinds.get(kind).code,
        originator_id=by.party,
        unit_id=unit_id,
        unit_name=unit_name(unit_id),
        about=about,
        created_at=clock.now(),
        updated_at=clock.now(),
        audience=[by.party],
    )
    clean_body, clean_handling = cleaned(record, body or {}, handling or {}, complete=False)
    record.save(force_insert=True)
    version = add_version(record, 1, by, clean_body, clean_handling)
    record.pending = version
    if about is None:
        project(record, version)
    else:
        copy(record, version)  # No list or search shows an answer before it is released.
    record.save()
    note("record:draft", record, by)
    return record


def unit_name(unit_id: int | None) -> str:
    if unit_id is None:
        return ""
    return Unit.objects.filter(pk=unit_id).values_list("name", flat=True).first() or ""


def add_version(
    record: Record,
    number: int,
    by: Identity,
    body: dict[str, Any],
    handling: dict[str, Any],
) -> Version:
    version = Version(
        record=record,
        kind=record.kind,
        originator_id=record.originator_id,
        number=number,
        authors=[by.account],
        body=body,
        single_handed=record.kind in lifecycle.SINGLE_HANDED_KINDS,
        created_at=clock.now(),
        saved_at=clock.now(),
        saved_by=by.name,
    )
    put_handling(version, handling)
    version.save(force_insert=True)
    return version


@transaction.atomic
def save_draft(
    *,
    record: Record,
    by: Identity,
    body: dict[str, Any],
    handling: dict[str, Any],
    if_revision: str | None = None,
    ruling: bool = False,
) -> Version:
    """Save the open draft. Raises Stale when another officer saved since `if_revision`. `ruling`:
    `rule` takes up a decision on a dispute, which no other way changes."""
    record = locked(record, "record.edit", by)
    if not ruling:
        check_stands_alone(record, "save")
    lifecycle.after("save", record.state)
    version = open_version(record)
    if version.state != Version.DRAFT:
        raise lifecycle.NotNow("save", "in_review")
    check_revision(version, if_revision)
    version.body, held = cleaned(record, body, handling, complete=False)
    if by.account not in version.authors:
        version.authors = [*version.authors, by.own]
    put_handling(version, held)
    version.revision += 1
    version.saved_at, version.saved_by = clock.now(), by.name
    version.save()
    if record.current_id is None:
        project(record, version)
        record.save()
    note("record:save", record, by, version=version.number, revision=version.revision)
    return version


@transaction.atomic
def delete_draft(*, record: Record, by: Identity) -> Record:
    """Give up a draft that never left; its text is gone, the fact that it was stays in the log."""
    record = locked(record, "record.edit", by)
    state = lifecycle.after("delete", record.state)
    version = open_version(record)
    version.state, version.body = Version.DISCARDED, {}
    version.save(update_fields=["state", "body"])
    keeping.destroy_all([record])
    forget([record])
    record.state, record.pending = state, None
    record.save()
    forget_reasons(record)
    note("record:delete", record, by)
    return record


def forget_reasons(record: Record) -> None:
    """Remove why a deleted record was proposed, returned or recalled; who and when stay."""
    record.decisions.update(reason="", note="")
