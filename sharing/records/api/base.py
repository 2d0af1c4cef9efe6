"""What the endpoints of records share."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.response import Response

from audit import log
from cordillera.access.identity import Identity
from cordillera.api import etags
from cordillera.api.endpoint import Endpoint
from cordillera.api.parameters import Parameter

from .. import queries
from ..models import Record, Version
from ..problems import Invalid
from ..schema import EMPTY, Run, Text
from . import faults, representation  # noqa: F401 - registers the problems

RECORD_ID = Parameter("id", "The record's id.", lambda: {"type": "string", "format": "uuid"})
REMARK = 2000


class OfRecord(Endpoint):
    """An endpoint of one record."""

    places: ClassVar[tuple[Parameter, ...]] = (RECORD_ID,)

    def record(self, pk: UUID, permission: str = "record.read") -> Record:
        return queries.get(self.identity, pk, permission)

    def revision(self, present: str, *, needed: bool) -> str | None:
        """The `if_revision` that the caller's If-Match means."""
        return etags.revision(self.request.headers.get("If-Match"), present, needed=needed)

    def answer(self, record: Record, status: int = 200) -> Response:
        """The record as it is now, with its ETag."""
        found = queries.get(self.identity, record.pk)
        version = queries.shown_version(self.identity, found)
        return self.shown(found, version, status)

    def shown(self, record: Record, version: Version, status: int = 200) -> Response:
        content = representation.represent(self.identity, record, version)
        return Response(content, status=status, headers={"ETag": version.etag})


def note_listing(identity: Identity, records: list[Record], part: str) -> None:
    """One entry for a list in which there are other Parties' records."""
    foreign = [r.reference or str(r.pk) for r in records if r.originator_id != identity.party]
    if foreign:
        detail = {"count": len(foreign), "references": foreign, "part": part}
        log.write("record:list", actor=identity, detail=detail)


def remark(content: dict[str, Any], name: str) -> str:
    """A free text of the request, tidied. Raises Invalid where it holds what text must not."""
    run = Run(complete=False)
    field = Text(name, _("Remark"), max_length=REMARK, multiline=True)
    value = field.clean(content.get(name) or "", name, run, {})
    if run.problems:
        raise Invalid(run.problems)
    return "" if value is EMPTY else str(value)
