"""What waits for a second officer of the caller's Party."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from cordillera.api.endpoint import Endpoint, operation

from .. import disputes, queries
from . import representation, shapes


class Approvals(Endpoint):
    @operation(
        "approvals.read",
        "List open proposals",
        answers={200: ("Oldest first.", shapes.DECISIONS)},
    )
    def get(self, request: Request) -> Response:
        """The own Party's proposals that wait for a decision, at most 200."""
        found = list(queries.open_decisions(self.identity)[:200])
        disputes.mark(one.record for one in found)
        return Response({"items": [representation.decision(self.identity, one) for one in found]})
