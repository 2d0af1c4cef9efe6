"""An officer's own notifications over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api import pagination
from cordillera.api.endpoint import Endpoint, operation
from cordillera.api.pagination import CURSOR, LIMIT, Stretch
from cordillera.api.parameters import flag
from sharing.records.api.representation import day, moment
from sharing.records.problems import Invalid
from sharing.records.schema.problems import Problem

from .. import queries, reading
from ..actions.notifications import mark_read
from ..reading import Line
from . import shapes


class Notifications(Endpoint):
    tag = "notifications"

    @operation(
        "notifications.read",
        "List own notifications",
        parameters=(flag("new", "Only those that you have not read."), LIMIT, CURSOR),
        answers={200: ("A page of notifications.", shapes.NOTIFICATIONS)},
    )
    def get(self, request: Request) -> Response:
        """What the account of this token was notified of, the newest first. Nothing is marked as
        read by listing it."""
        rows = queries.notifications(self.identity)
        if self.query["new"]:
            rows = rows.filter(read_at=None)
        stretch = Stretch(rows, "created_at")
        page = pagination.page([stretch], self.query["cursor"], self.query["limit"])
        items = [_represent(line) for line in reading.lines(self.identity, page.rows)]
        return Response({"items": items, "next": page.next})


class Read(Endpoint):
    tag = "notifications"

    @operation(
        "notifications.read",
        "Mark notifications as read",
        body={"application/json": shapes.MARK},
        answers={200: ("What was marked.", shapes.READ)},
        keyed=True,
    )
    def post(self, request: Request) -> Response:
        """Mark these, or all, of the own notifications as read; those of others stay as they are,
        and those that are not there are passed over."""
        given = self.content.get("ids")
        wanted = None if given is None else [_uuid(at, text) for at, text in enumerate(given)]
        return Response({"read": mark_read(by=self.identity, notifications=wanted)})


def _represent(line: Line) -> dict[str, Any]:
    row = line.notification
    return {
        "id": str(row.pk),
        "topic": row.topic,
        "title": line.title,
        "record_id": str(row.record_id) if row.record_id else None,
        "reference": row.reference,
        "kind": row.kind,
        "sender": row.sender,
        "due_on": day(row.due_on),
        "created_at": moment(row.created_at),
        "read_at": moment(row.read_at),
        "url": f"{settings.PUBLIC_URL}{line.url}" if line.url else "",
    }


def _uuid(at: int, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        words = _("A notification's id was expected.")
        raise Invalid([Problem(f"ids.{at}", "format", words)]) from None
