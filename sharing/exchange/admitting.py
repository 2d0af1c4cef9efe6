"""Whether a file may come from its originator's node, and what that node is told where it has to wait.

Files find room singly and the originator is told by version: `refused` when the first of its files waits,
`applied` when none of them does any more. Each Party hosted here that was brought the file tells him
itself, of the first version with it that its own channel has brought. What was told stands with the
file, so that the same version is told of again, whatever came meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.records.attachments import arriving, room
from sharing.records.attachments.models import Attachment
from sharing.records.models import Version

from . import reporting
from .models import Report

#: A Party hosted here, and the number of a version that it was brought.
Had = tuple[str, int]


def may_come(node: Identity, file: Attachment, left: room.Left) -> bool:
    """Whether the file, which is locked, may come now; its originator is told what changes."""
    if file.admitted_at is not None:
        return True
    fits = room.admit(file, node.sender, left)
    told: dict[str, int] = file.told_waiting
    if fits:
        # Of a version that was withdrawn from him meanwhile nobody says that it has its files now.
        had = set(told.items()) & set(_to_tell(file, told).items()) if told else set()
        file.told_waiting = {}
        if file.reason == room.OVER_QUOTA:
            file.reason = ""
        file.save(update_fields=["told_waiting", "reason"])
        _tell(node, file, Report.APPLIED, {}, had)
        return True
    file.told_waiting = _to_tell(file, told)
    file.save(update_fields=["told_waiting"])
    arriving.wait(file, room.OVER_QUOTA, room.PAUSE)
    new = set(file.told_waiting.items()) - set(told.items())
    _tell(node, file, Report.REFUSED, {"reason": room.OVER_QUOTA}, new)
    return False


def _to_tell(file: Attachment, told: dict[str, int]) -> dict[str, int]:
    """Of which version each Party that was brought the file tells: as before, or the first."""
    found: dict[str, list[int]] = defaultdict(list)
    listing = Version.objects.filter(record=file.record_id, number__gte=file.since)
    if file.until is not None:
        listing = listing.filter(number__lt=file.until)
    rows = listing.exclude(brought_to=[]).order_by("number")
    for number, parties in rows.values_list("number", "brought_to"):
        for party in parties:
            found[party].append(number)
    return {
        party: told[party] if told.get(party) in numbers else numbers[0]
        for party, numbers in found.items()
        if party in settings.HOSTED_PARTIES
    }


def _tell(
    node: Identity, file: Attachment, event: str, detail: dict[str, Any], wanted: Iterable[Had]
) -> None:
    """Where another file of the version waits, that was told already, or goes on."""
    waiting = Attachment.objects.filter(
        record=file.record_id, state=Attachment.ARRIVING, reason=room.OVER_QUOTA
    ).exclude(pk=file.pk)
    known = {had for told in waiting.values_list("told_waiting", flat=True) for had in told.items()}
    for party, number in sorted(set(wanted) - known):
        with acting_as(Identity.of_node(party)):
            told = (file.record_id, number, event, detail)
            reporting.tell(party, node.sender, [told], at=clock.now())
