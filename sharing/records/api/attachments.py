"""A record's files: sent in parts to a draft, read in parts by who sees the version that has them.

The rules are those of the page: the same actions, the same table, the same look at what is in them.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api import errors, parsers
from cordillera.api.endpoint import operation
from cordillera.api.errors import Fault
from cordillera.api.parameters import Parameter, integer

from .. import queries
from ..attachments import adding, reading, sealed, sending
from ..attachments.models import Attachment
from ..models import Record
from ..problems import Invalid
from ..reading.noted import note_reading
from ..schema.problems import Problem
from . import files
from .base import RECORD_ID, OfRecord

FILE_ID = Parameter("file", "The file's id.", lambda: {"type": "string", "format": "uuid"})
OFFSET = integer(
    "offset",
    0,
    sealed.LARGEST_FILE,
    0,
    "From which byte of the file the body goes on: a multiple of 1,048,576.",
    example=1048576,
)
RANGE = Parameter(
    "Range",
    "One range of bytes, as `bytes=1048576-` to go on with a download that broke off; several, or"
    " another unit, are answered with the whole file.",
    lambda: {"type": "string"},
    example="bytes=1048576-2097151",
)
NOT_YET = {
    Attachment.UPLOADING: gettext_lazy("The file has not come whole yet."),
    Attachment.ARRIVING: gettext_lazy("The file has not come from the originator's node yet."),
    Attachment.QUARANTINED: gettext_lazy("The file is still being scanned."),
    Attachment.REFUSED: gettext_lazy("The file was refused, and its content destroyed."),
}


class OfFile(OfRecord):
    """An endpoint of one file."""

    places: ClassVar[tuple[Parameter, ...]] = (RECORD_ID, FILE_ID)

    def file(self, id: UUID, file: UUID, permission: str) -> Attachment:
        return reading.get(self.identity, id, file, permission)

    def untaken(self, record: Record, file: UUID, invalid: Invalid, stays: str) -> Response:
        """The problem as it would be without this, but with the file removed: unless the fault is
        `stays`, which another request can put right."""
        if invalid.problems[0].code != stays:
            adding.remove(record=record, by=self.identity, file=file)
        return errors.problem(invalid, self.get_exception_handler_context())


class Attachments(OfRecord):
    @operation(
        "record.read", "List the files", answers={200: ("The files.", files.LISTED, files.EXAMPLES)}
    )
    def get(self, request: Request, id: UUID) -> Response:
        """The files of every version that the caller may see, of the own Party's also those of the
        open draft, the oldest first. `since` and `until` say which versions have them."""
        record = self.record(id)
        version = queries.shown_version(self.identity, record)
        note_reading(self.identity, record, version, part="attachments")
        found = reading.seen(self.identity, record)
        return Response({"items": [files.represent(one) for one in found]})

    @operation(
        "record.edit",
        "Begin to send a file",
        body={"application/json": files.NEW},
        answers={201: ("A place for it; nothing of it is here yet.", files.FILE)},
        keyed=True,
        problems=(409,),
        examples=files.NEW_EXAMPLE,
    )
    def post(self, request: Request, id: UUID) -> Response:
        """Say a file's name and size, then send its bytes to /attachments/{file}/content, and say at
        /attachments/{file}/finish that it is whole. It belongs to the open draft or amendment, is
        released with it, and is encrypted with a key of its own. Up to 1 GiB a file, 50 files a
        record. The name's ending must be of a type that is taken."""
        record = self.record(id, "record.edit")
        name, size = self.content["name"], self.content["size"]
        found = adding.begin(record=record, by=self.identity, name=name, size=size)
        response = Response(files.represent(found), status=201)
        response["Location"] = f"/api/v1/records/{record.pk}/attachments/{found.pk}"
        return response


class OneFile(OfFile):
    @operation("record.read", "How far a file is", answers={200: ("The file.", files.FILE)})
    def get(self, request: Request, id: UUID, file: UUID) -> Response:
        """What is known of one file. While it is sent, or fetched from its originator's node,
        `offset` says how much is here: after an interruption, go on from there."""
        found = self.file(id, file, "record.read")
        record = queries.get(self.identity, id)
        version = queries.shown_version(self.identity, record)
        note_reading(self.identity, record, version, part="attachments")
        return Response(files.represent(found))


class Bytes(OfFile):
    parser_classes: list[Any] = [parsers.Bytes]

    def negotiate(self, request: Request) -> None:
        """Whatever Accept says: the bytes are what they are, and a problem is JSON."""
        request.accepted_renderer = JSONRenderer()
        request.accepted_media_type = JSONRenderer.media_type

    @operation(
        "record.read",
        "Download a file",
        answers={
            200: ("The whole file.", files.BYTES, {}, "application/octet-stream"),
            206: ("The range that was asked for.", files.BYTES, {}, "application/octet-stream"),
        },
        headers=(RANGE,),
        problems=(409, 416),
    )
    def get(self, request: Request, id: UUID, file: UUID) -> HttpResponseBase:
        """The file's content, deciphered while it is sent. Each download is written to the log. A
        file that is still being sent, fetched or scanned is answered with 409."""
        found = self.file(id, file, "record.read")
        if found.state != Attachment.READY:
            raise Fault("not-now", NOT_YET[found.state])
        record = queries.get(self.identity, id)
        version = queries.shown_version(self.identity, record)
        answer = sending.sent(found, request.headers.get("Range", ""))
        if answer.status_code == 416:
            unmet = {"Content-Range": answer["Content-Range"]}
            raise Fault("range", _("The file ends before it."), headers=unmet)
        note_reading(
            self.identity, record, version, tag="record:download", own=True, file=str(found.pk)
        )
        answer["Content-Type"] = "application/octet-stream"
        return answer

    @operation(
        "record.edit",
        "Send a part of a file",
        parameters=(OFFSET,),
        body={"application/octet-stream": files.PART},
        answers={200: ("The file; go on from `offset`.", files.FILE)},
        problems=(409,),
    )
    def put(self, request: Request, id: UUID, file: UUID) -> Response:
        """Send the bytes from `offset` on: one to four whole parts of 1,048,576 bytes, of which the
        file's last one is as long as is left. The same part may come twice. What the first part
        shows to be no file of the type that its name says is refused, and the file removed."""
        record, offset = self.record(id, "record.edit"), self.query["offset"]
        came = self.content or b""
        if offset % sealed.CHUNK:
            words = _("An offset is a multiple of %(part)s; %(came)s came.")
            words %= {"part": sealed.CHUNK, "came": offset}
            raise Invalid([Problem("offset", "offset", words)])
        first = offset // sealed.CHUNK
        try:
            for at in range(0, len(came) or 1, sealed.CHUNK):
                part, number = came[at : at + sealed.CHUNK], first + at // sealed.CHUNK
                adding.put(record=record, by=self.identity, file=file, number=number, content=part)
        except Invalid as invalid:
            return self.untaken(record, file, invalid, stays="length")
        return Response(files.represent(self.file(id, file, "record.edit")))


class Finish(OfFile):
    @operation(
        "record.edit",
        "Say that a file is whole",
        body={"application/json": files.WHOLE},
        answers={200: ("The file, with its type and digest.", files.FILE)},
        problems=(409,),
    )
    def post(self, request: Request, id: UUID, file: UUID) -> Response:
        """The file is looked at: it must be of the type that its name says, hold no program, and
        have the digest, where you give one. What is not taken is removed. Where the node scans
        files, it is `quarantined` until that is done. Saying it again changes nothing."""
        record = self.record(id, "record.edit")
        try:
            found = adding.finish(
                record=record,
                by=self.identity,
                file=file,
                sha256=self.content.get("sha256", ""),
            )
        except Invalid as invalid:
            return self.untaken(record, file, invalid, stays="incomplete")
        return Response(files.represent(found))


class Remove(OfFile):
    @operation(
        "record.edit",
        "Remove a file",
        answers={200: ("It is gone from the draft.", files.REMOVED)},
        keyed=True,
        problems=(409,),
    )
    def post(self, request: Request, id: UUID, file: UUID) -> Response:
        """Take a file off the open draft or amendment. What no released version has is destroyed;
        what one has stays with that version."""
        record = self.record(id, "record.edit")
        adding.remove(record=record, by=self.identity, file=file)
        return Response({"id": str(file)})
