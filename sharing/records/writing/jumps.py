"""Ctrl-K: begin a record of any kind from wherever one is."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from cordillera.access.decide import permits
from cordillera.access.identity import Identity
from cordillera.web.palette import Jump

from .. import kinds
from ..codes import fold


def new_records(identity: Identity, query: str) -> tuple[str, list[Jump]]:
    """One line per kind that fits the words typed; none for who does not draft."""
    if not permits(identity, "record.draft"):
        return _("New record"), []
    lines = [(_("New: %(kind)s") % {"kind": kind.label}, kind) for kind in kinds.shared()]
    words = fold(query).split()
    return _("New record"), [
        Jump(line, reverse("record-new", args=[kind.code]), kind.icon)
        for line, kind in lines
        if all(word in fold(line) for word in words)
    ]
