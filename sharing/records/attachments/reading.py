"""Which files a version has, and what is signed of them. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from cordillera.access.identity import Identity

from .. import queries
from ..models import Record, Version
from ..schema.problems import Problem
from .models import Attachment

PATH = "attachments"


def of_version(version: Version) -> QuerySet[Attachment]:
    """The files that appear in `version`."""
    return in_number(Attachment.objects.filter(record=version.record_id), version.number).exclude(
        state=Attachment.PURGED
    )


def in_number(found: QuerySet[Attachment], number: int) -> QuerySet[Attachment]:
    return found.filter(Q(until=None) | Q(until__gt=number), since__lte=number)


def signed(version: Version) -> list[dict[str, Any]]:
    """What the version's payload says of its files."""
    return signed_of([version])[0]


def signed_of(versions: Sequence[Version]) -> list[list[dict[str, Any]]]:
    """The same of several, by one query."""
    found = Attachment.objects.filter(record__in={one.record_id for one in versions})
    files = list(found.exclude(state=Attachment.PURGED).order_by("id"))
    return [[_said(file) for file in files if _appears(file, one)] for one in versions]


def _appears(file: Attachment, version: Version) -> bool:
    return (
        file.record_id == version.record_id
        and file.since <= version.number
        and (file.until is None or version.number < file.until)
    )


def _said(file: Attachment) -> dict[str, Any]:
    return {
        "id": str(file.pk),
        "name": file.name,
        "size": file.size,
        "media_type": file.media_type,
        "sha256": file.sha256,
    }


def problems(version: Version) -> list[Problem]:
    """Why these files cannot be released yet."""
    said = {
        Attachment.UPLOADING: _("A file has not come whole. Send it again, or remove it."),
        Attachment.QUARANTINED: _("A file is still being scanned. Try again in a moment."),
        Attachment.REFUSED: _("A file was refused. Remove it."),
    }
    found = of_version(version).exclude(state=Attachment.READY)
    states = dict.fromkeys(found.values_list("state", flat=True))
    return [Problem(PATH, f"file_{state}", said[state]) for state in states if state in said]


def get(identity: Identity, record_id: UUID, pk: UUID, permission: str) -> Attachment:
    """One file of a record on which `identity` has `permission`. Http404 where he does not see it."""
    record = queries.get(identity, record_id, permission)
    found = [one for one in seen(identity, record) if one.pk == pk]
    if not found:
        raise Http404
    return found[0]


def seen(identity: Identity, record: Record) -> list[Attachment]:
    """Every file of the record that appears in a version which this reader may see."""
    versions = queries.versions(identity, record)
    if record.originator_id == identity.party:
        versions += [one for one in (record.pending, record.current) if one]
    wanted = Q(pk__in=[])
    for number in {version.number for version in versions}:
        wanted |= Q(until=None, since__lte=number) | Q(until__gt=number, since__lte=number)
    found = Attachment.objects.filter(wanted, record=record).exclude(state=Attachment.PURGED)
    return list(found)
