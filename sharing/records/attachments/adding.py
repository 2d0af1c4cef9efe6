"""Add files to a draft, chunk by chunk, and take them off it.

file = begin(record=…, by=…, name="invoice.pdf", size=2_000_000)
put(record=…, by=…, file=file.pk, number=0, content=b"…")     # as often as wanted, in any order
finish(record=…, by=…, file=file.pk)                          # looked at, hashed, scanned
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.crypto import ids
from cordillera.doorbell import ring

from .. import kinds, lifecycle
from ..actions.steps import locked, note, open_version, put_handling
from ..models import Record, Version
from ..problems import Invalid
from ..schema.problems import Problem
from . import content as contents
from . import keeping, names, quota, reading, sealed, types
from .content import Content, Reader
from .models import Attachment

MOST_FILES = 50
PATH = reading.PATH


class Whole(lifecycle.NotNow):
    """The file has come whole already."""

    @property
    def message(self) -> str:
        return str(_("The file has come whole already; nothing more is added to it."))


@transaction.atomic
def begin(*, record: Record, by: Identity, name: str, size: int) -> Attachment:
    """A place for a file in the open draft. Raises Invalid for what would not be taken."""
    record, version = _draft(record, by)
    clean = names.clean(name)
    _check(version, clean, size)
    quota.claim(by, size)
    file = Attachment(
        id=ids.new(by.party),
        record=record,
        since=version.number,
        name=clean,
        size=size,
        added_by=by.account,
        added_at=clock.now(),
    )
    file.sealed_key = contents.seal_key(file.pk, sealed.new_key())
    file.save(force_insert=True)
    _wrote(version, by)
    return file


def _draft(record: Record, by: Identity) -> tuple[Record, Version]:
    record = locked(record, "record.edit", by)
    lifecycle.after("save", record.state)
    version = open_version(record)
    if version.state != Version.DRAFT:
        raise lifecycle.NotNow("save", "in_review")
    if kinds.get(record.kind).is_answer and by.account not in version.authors:
        raise Http404  # Another officer's answer: he alone puts it together.
    return record, version


def _check(version: Version, name: str, size: int) -> None:
    if size < 1:
        raise _invalid("empty", _("The file is empty."))
    if size > sealed.LARGEST_FILE:
        raise _invalid("too_large", _("The file is too large: at most 1 GB (1,024 MB) is taken."))
    if reading.of_version(version).count() >= MOST_FILES:
        text = _("A record has at most {most} files.")
        raise _invalid("too_many", format_lazy(text, most=MOST_FILES))
    try:
        types.expected(name)
    except types.NotAllowed as refused:
        raise _invalid(refused.code, refused.message) from None


def _wrote(version: Version, by: Identity) -> None:
    """Who adds or removes a file has written in the version, so he does not approve it."""
    if by.account not in version.authors:
        version.authors = [*version.authors, by.own]
        put_handling(version, version.handling)
    version.saved_at, version.saved_by = clock.now(), by.name
    version.save()


def _invalid(code: str, message: Any) -> Invalid:
    return Invalid([Problem(PATH, code, message)])


def _open(record: Record, by: Identity, file: UUID) -> tuple[Record, Version, Attachment]:
    record, version = _draft(record, by)
    found = Attachment.objects.select_for_update().filter(pk=file, record=record).first()
    if found is None or found.state == Attachment.PURGED:
        raise Http404
    return record, version, found


@transaction.atomic
def put(*, record: Record, by: Identity, file: UUID, number: int, content: bytes) -> Attachment:
    """Keep chunk `number`; the same may come twice. The first one is looked at at once."""
    record, _version, found = _open(record, by, file)
    if found.state != Attachment.UPLOADING:
        raise Whole("save", record.state)
    wanted = sealed.length(found.size, number) if number < found.chunk_count else 0
    if len(content) != wanted or not wanted:
        text = _("Part {number} has {came} bytes; {wanted} were expected. Send the file again.")
        raise _invalid("length", format_lazy(text, number=number, came=len(content), wanted=wanted))
    if number == 0:
        try:
            types.look_at_start(found.name, content)
        except types.NotAllowed as refused:
            raise _invalid(refused.code, refused.message) from None
    contents.put(found, number, content)
    return found


@transaction.atomic
def finish(*, record: Record, by: Identity, file: UUID, sha256: str = "") -> Attachment:
    """The file has come whole: look at it, hash it, and have it scanned where that is on. `sha256`:
    what it must be, where the sender says so. Raises Invalid where it is not taken; `remove` it
    then."""
    record, version, found = _open(record, by, file)
    if found.state != Attachment.UPLOADING:
        return found
    try:
        whole = Content.of(found)
        found.media_type = types.look_at_start(found.name, whole.chunk(0))
        types.look_inside(found.media_type, Reader(whole))
        found.sha256 = whole.sha256()
    except contents.Missing:
        text = _("The file has not come whole. Choose it again: what is here is not sent twice.")
        raise _invalid("incomplete", text) from None
    except types.NotAllowed as refused:
        raise _invalid(refused.code, refused.message) from None
    if sha256 and sha256 != found.sha256:
        raise _invalid("digest", _("What came is not what was sent. Send the file again."))
    found.state = Attachment.QUARANTINED if settings.CLAMD_URL else Attachment.READY
    found.save()
    if settings.CLAMD_URL:
        ring("records.scan", record.originator_id)
    detail = {"file": str(found.pk), "sha256": found.sha256, "size": found.size}
    note("attachment:add", record, by, version=version.number, **detail)
    return found


def add_whole(
    *, record: Record, by: Identity, name: str, size: int, parts: Iterable[bytes]
) -> Attachment:
    """A file that came in one request, in parts of a chunk's size. Raises Invalid, and then nothing
    of it is left."""
    with transaction.atomic():
        file = begin(record=record, by=by, name=name, size=size)
    try:
        with transaction.atomic():
            for number, part in enumerate(parts):
                put(record=record, by=by, file=file.pk, number=number, content=part)
            return finish(record=record, by=by, file=file.pk)
    except Invalid:
        remove(record=record, by=by, file=file.pk)
        raise


@transaction.atomic
def remove(*, record: Record, by: Identity, file: UUID) -> None:
    """Take a file off the draft. What no released version has is destroyed."""
    record, version, found = _open(record, by, file)
    if found.until is not None and found.until <= version.number:
        raise Http404
    if found.since == version.number:
        keeping.destroy([found])
    else:
        found.until = version.number
        found.save(update_fields=["until"])
    _wrote(version, by)
    note("attachment:remove", record, by, version=version.number, file=str(found.pk))
