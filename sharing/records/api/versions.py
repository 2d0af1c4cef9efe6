"""The versions of a record, with the bytes that were signed, and their signatures."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api.endpoint import operation
from cordillera.api.parameters import Parameter

from .. import queries
from ..models import Record, Version
from ..reading.noted import note_reading
from . import representation, shapes
from .base import RECORD_ID, OfRecord

NUMBER = Parameter(
    "number", "The version's number.", lambda: {"type": "integer", "minimum": 1, "maximum": 9999}
)


class Versions(OfRecord):
    @operation(
        "record.history",
        "List the versions",
        answers={200: ("Newest first.", shapes.VERSIONS)},
    )
    def get(self, request: Request, id: UUID) -> Response:
        """The versions that were released to the caller's Party; for the originator also the open
        one."""
        found = queries.versions(self.identity, self.record(id))
        return Response({"items": [representation.version_line(version) for version in found]})


class OfVersion(OfRecord):
    places = (RECORD_ID, NUMBER)

    def version(self, pk: UUID, number: int) -> tuple[Record, Version]:
        record = self.record(pk)
        for version in queries.versions(self.identity, record):
            if version.number == number:
                return record, version
        raise Http404


class OneVersion(OfVersion):
    @operation(
        "record.history",
        "Read a version",
        answers={200: ("The version.", shapes.VERSION)},
        etag=True,
    )
    def get(self, request: Request, id: UUID, number: int) -> Response:
        """A version with its exact signed bytes: `jws` verifies without this node, with the
        originator's public key from /parties."""
        record, version = self.version(id, number)
        note_reading(self.identity, record, version, part="api version")
        content = representation.whole_version(version)
        return Response(content, headers={"ETag": version.etag})


class Signature(OfVersion):
    @operation(
        "record.history",
        "Verify a version's signature",
        answers={200: ("The result.", shapes.SIGNATURE)},
    )
    def get(self, request: Request, id: UUID, number: int) -> Response:
        """Verify now that the bytes are the originator's and say what the record says."""
        _record, version = self.version(id, number)
        if not version.jws:
            raise Http404
        found = queries.signature(version)
        return Response(
            {name: found[name] for name in ("verified", "reason")} | {"key": found["kid"]}
        )
