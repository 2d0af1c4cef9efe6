"""Which files a version has, and what is signed of them. Writes nothing."""

from __future__ import annotations

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
    return [
        {
            "id": str(one.pk),
            "name": one.name,
            "size": one.size,
            "media_type": one.media_type,
            "sha256": one.sha256,
        }
        for one in of_version(version).order_by("id")
    ]


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
