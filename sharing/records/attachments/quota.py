"""How much may lie here of files that are not released yet, of one officer and of a Party.

A file counts with the size that was told when its upload began, until a version with it is released, or
it is destroyed. Who begins an upload waits for those of his Party who just begin one: all are counted.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit import log
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as

from ..models import Version
from ..problems import Invalid
from ..schema.problems import Problem
from . import keeping, reading, storage
from .models import Attachment

_HELD = (Attachment.UPLOADING, Attachment.QUARANTINED, Attachment.READY)
_shown = lazy(filesizeformat, str)
_OFFICER = _(
    "Your files that are not released yet may have {limit} in all. You have {used}, and this one has"
    " {wanted}. Release or remove some first."
)
_PARTY = _(
    "Your Party's files that are not released yet may have {limit} in all. They have {used}, and this"
    " one has {wanted}. Some must be released or removed first."
)


def claim(by: Identity, size: int) -> None:
    """That there is room for `size` bytes more, until the present transaction ends. Raises Invalid."""
    with connection.cursor() as cursor:
        words = f"attachments {by.party}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [words])
    officer, party = used(by)
    _check("officer_quota", _OFFICER, settings.ATTACHMENT_OFFICER_BYTES, officer, size)
    _check("party_quota", _PARTY, settings.ATTACHMENT_PARTY_BYTES, party, size)


def used(by: Identity) -> tuple[int, int]:
    """The bytes of this officer's files, and of all of his Party's, that are not released yet."""
    # As the node: he need not see every draft, and each counts.
    with acting_as(Identity.of_node(by.party)):
        unreleased = _unreleased(by.party)
        sums = unreleased.aggregate(
            officer=Sum("size", filter=Q(added_by=by.account)), party=Sum("size")
        )
    return sums["officer"] or 0, sums["party"] or 0


def _unreleased(party: str) -> QuerySet[Attachment]:
    released = Version.objects.filter(
        record=OuterRef("record"), number__gte=OuterRef("since"), released_at__isnull=False
    )
    found = Attachment.objects.filter(record__originator=party, state__in=_HELD)
    return found.filter(~Exists(released))


def _check(code: str, text: Any, limit: int, used: int, wanted: int) -> None:
    if used + wanted <= limit:
        return
    facts = {"limit": limit, "used": used, "wanted": wanted}
    words = {name: _shown(number) for name, number in facts.items()}
    raise Invalid([Problem(reading.PATH, code, format_lazy(text, **words), facts)])


def clear(party: str) -> int:
    """Destroy the uploads that are not whole and of which nothing came for too long; how many. The
    caller acts as the Party's node."""
    before = clock.now() - timedelta(hours=settings.ATTACHMENT_ABANDONED_HOURS)
    begun = Attachment.objects.filter(
        record__originator=party, state=Attachment.UPLOADING, added_at__lt=before
    )
    held = begun.select_for_update(skip_locked=True, of=("self",))[:200]
    found = [one for one in held if (storage.last_put(one.pk) or one.added_at) < before]
    for one in found:
        _note(party, one.record_id, one)
    return keeping.destroy(found)


def _note(party: str, record: UUID, file: Attachment) -> None:
    detail = {"file": str(file.pk), "size": file.size}
    log.write("attachment:abandon", actor=Identity.of_node(party), about=record, detail=detail)
