"""Write a refusal down, whichever surface it happened on."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from audit import log

from .decide import Refused


def write_down(request: Any, refusal: PermissionDenied) -> None:
    """The log's entry of a refusal: by whom, what for, why. In the request's transaction."""
    detail = {"path": request.path[:200]}
    about = ""
    if isinstance(refusal, Refused):
        about = refusal.about
        detail |= {"permission": refusal.decision.permission, "reason": refusal.decision.reason}
    log.write("access:refuse", actor=request.identity, about=about, detail=detail)
