"""Hand out the sealed chunks of our files to the nodes of those who have the record now.

    1. the request is signed by a peer's key in use, for a Party that is hosted here
    2. sharing with that peer is not suspended
    3. the record is in force, that Party is in its audience, and its version in force has the file
    4. of an answer: that Party has what it answers, too

Whoever asks for anything else learns nothing: there is no such file.
"""

from __future__ import annotations

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto import ids
from cordillera.crypto.errors import Hostile
from cordillera.parties import agreements
from sharing.records import lifecycle
from sharing.records.attachments import reading, storage
from sharing.records.attachments.models import Attachment
from sharing.records.models import Record

from . import answers, requests
from .answers import Answer
from .formats.file import FileRequest

CHUNK = "application/octet-stream"


def answer(text: str) -> Answer:
    """200 and the sealed bytes; 404, also where only the chunk is not here; 403; 400."""
    try:
        asked = requests.proven(text, FileRequest)
    except Hostile as error:
        return answers.problem(error.code, str(error))
    if agreements.is_suspended(asked.to, asked.by):
        return answers.problem("suspended")
    digest = _digest(asked)
    try:
        if digest:
            chunk = storage.get(asked.file, asked.chunk, digest)
            return Answer(200, chunk, CHUNK, by=asked.by)
    except FileNotFoundError:
        pass
    return answers.problem("malformed", "no such file", status=404)


def _digest(asked: FileRequest) -> str:
    """The name of the chunk, where he who asks may have it."""
    with acting_as(Identity.of_node(asked.to)):
        file = Attachment.objects.filter(
            pk=asked.file,
            state=Attachment.READY,
            record__originator=asked.to,
            record__state__in=lifecycle.IN_FORCE,
            record__audience__contains=[asked.by],
        ).first()
        current = file.record.current if file else None
        if file is None or current is None or not reading.of_version(current).filter(pk=file.pk):
            return ""
        if not _has_what_it_answers(file.record, asked.by):
            return ""
        chunk = file.chunks.filter(number=asked.chunk).first()
        return chunk.digest if chunk else ""


def _has_what_it_answers(record: Record, party: str) -> bool:
    """Whoever lost a record has lost its answers too; who made it keeps what others answered."""
    if record.about_id is None or ids.party_of(record.about_id) == party:
        return True
    in_force = Record.objects.filter(pk=record.about_id, state__in=lifecycle.IN_FORCE)
    return bool(in_force.filter(audience__contains=[party]).exists())
