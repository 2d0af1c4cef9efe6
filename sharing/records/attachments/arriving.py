"""Files that come from another node: what the version says of them, their key, their chunks.

The caller acts as `Identity.of_node(party, sender=originator)`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from cordillera import clock, events
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto import jws
from cordillera.doorbell import ring

from .. import signing
from ..models import Record, Version
from ..withdrawing import PURGED_TEXT
from . import content, keeping, types
from .content import Content, Reader
from .models import Attachment

logger = logging.getLogger(__name__)
Listed = Sequence[dict[str, Any]]
#: Number of a version -> the ids of the files that it lists.
Lists = dict[int, set[str]]
_FIRST_PAUSE, _LONGEST_PAUSE = 5, 1800


def expect(versions: Iterable[tuple[Version, Listed]]) -> None:
    """These versions are here: what they list is to come, what they list no more ends with them."""
    wanted = [(version, listed) for version, listed in versions]
    if not wanted:
        return
    records = [version.record_id for version, _ in wanted]
    held = {one.pk: one for one in Attachment.objects.filter(record__in=records)}
    lists = _lists({version.record_id for version, listed in wanted if listed})
    for version, listed in wanted:
        ids = {UUID(one["id"]) for one in listed}
        for one in listed:
            _expect(version, one, held.get(UUID(one["id"])), lists[version.record_id])
        for file in held.values():
            if file.record_id == version.record_id and file.pk not in ids:
                _ends(file, version.number)


def _lists(records: Iterable[UUID]) -> dict[UUID, Lists]:
    """What each version of these records lists that is here, to whichever Party it was brought."""
    found: dict[UUID, Lists] = {pk: {} for pk in records}
    whole = Version.objects.filter(record__in=found).exclude(jws=PURGED_TEXT)
    for pk, number, text in whole.values_list("record_id", "number", "jws"):
        listed = jws.peek(text, signing.TYPE).get("attachments") or []
        found[pk][number] = {one["id"] for one in listed}
    return found


def _ends(file: Attachment, number: int) -> None:
    """The version `number` has it no more. Versions may come in another order, by several channels."""
    if file.since < number and (file.until is None or number < file.until):
        file.until = number
        file.save(update_fields=["until"])


def _expect(version: Version, one: dict[str, Any], held: Attachment | None, lists: Lists) -> None:
    """Another Party may have been brought versions before this one and after it: the file is not
    theirs where they do not list it."""
    without = [n for n, ids in lists.items() if n > version.number and one["id"] not in ids]
    ends = min(without, default=None)
    if held is not None and held.state != Attachment.PURGED:
        if version.number < held.since and (ends is None or held.since < ends):
            held.since = version.number
            held.save(update_fields=["since"])
        return
    file = held or Attachment(id=UUID(one["id"]), record_id=version.record_id)
    file.since, file.until = version.number, ends
    file.name, file.size = one["name"], one["size"]
    file.media_type, file.sha256 = one["media_type"], one["sha256"]
    file.state, file.reason, file.detail = Attachment.ARRIVING, "no-key", ""
    file.added_at, file.attempts, file.next_try_at, file.erased_at = clock.now(), 0, None, None
    file.admitted_at, file.told_waiting = None, {}
    file.save(force_insert=held is None)


def take_key(record: UUID, file: UUID, key: bytes) -> bool:
    """Keep a file's key, sealed under ours; False where no version that is here has the file."""
    held = Attachment.objects.select_for_update().filter(pk=file, record=record).first()
    if held is None:
        return False
    if held.state == Attachment.ARRIVING and held.sealed_key is None:
        held.sealed_key, held.reason = content.seal_key(file, key), ""
        held.save(update_fields=["sealed_key", "reason"])
    return True


def tell(party: str, file: Attachment) -> None:
    """Open pages of the record show how far it is, to whom the Party's own row of it names."""
    with acting_as(Identity.of_node(party)):
        record = Record.objects.filter(pk=file.record_id).first()
    if record is None:
        return
    named = list(record.named) if record.tlp == "RED" else None
    events.emit(party, "record", record.pk, named=named)


def wait(file: Attachment, reason: str, seconds: float | None = None) -> None:
    """It could not be had now: later, after so many seconds, or after a pause that grows. Where nothing
    of it is here yet, its room is free for others until then."""
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(file.attempts, 12))
    pause = pause if seconds is None else seconds
    file.attempts += 1
    file.next_try_at = clock.now() + timedelta(seconds=pause)
    file.reason = reason
    if not content.here(file):
        file.admitted_at = None
    file.save(update_fields=["attempts", "next_try_at", "reason", "admitted_at"])


def rests(file: Attachment) -> bool:
    """Whether it was put off, and that is not over."""
    return file.next_try_at is not None and file.next_try_at > clock.now()


def rest(originator: str, seconds: float) -> None:
    """The originator's node is to be left alone for so long: none of its files is asked for."""
    until = clock.now() + timedelta(seconds=seconds)
    waiting = Attachment.objects.filter(
        Q(next_try_at=None) | Q(next_try_at__lt=until),
        record__originator=originator,
        state=Attachment.ARRIVING,
    )
    waiting.update(next_try_at=until)


def complete(party: str, file: Attachment) -> None:
    """All chunks are here: it must be what was signed, and what it says it is."""
    whole = Content.of(file)
    if whole.sha256() != file.sha256:
        refuse(party, file, "differs")
        return
    try:
        found = types.look_at_start(file.name, whole.chunk(0))
        types.look_inside(found, Reader(whole))
    except types.NotAllowed as refused:
        logger.warning("attachments: %s from elsewhere is refused: %s", file.pk, refused)
        refuse(party, file, "type")
        return
    if found != file.media_type:
        refuse(party, file, "type")
        return
    file.state = Attachment.QUARANTINED if settings.CLAMD_URL else Attachment.READY
    file.reason, file.attempts, file.next_try_at = "", 0, None
    file.save()
    if settings.CLAMD_URL:
        ring("records.scan", party)
    tell(party, file)


def refuse(party: str, file: Attachment, reason: str, detail: str = "") -> None:
    """It is not kept: destroyed, with the reason."""
    file.reason, file.detail = reason, detail[:200]
    keeping.destroy([file], Attachment.REFUSED)
    tell(party, file)
