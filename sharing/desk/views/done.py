"""What was decided a moment ago: named and linked on the next item's page, with the next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cordillera.access.decide import permits
from sharing.records import kinds, lifecycle

from .. import queries, reading
from ..models import ACKNOWLEDGED, SNOOZED, InboxItem

#: kind of answer: (its page, what the link says, its icon)
STEPS = {
    "sighting": ("sighting-new", _("Report a sighting on %(reference)s"), "eye"),
    "comment": ("comment-new", _("Add a comment on %(reference)s"), "message-square"),
}


@dataclass(frozen=True, slots=True)
class Done:
    """A decided item, where it is now, and what one can do next on its record."""

    item: InboxItem
    title: str
    url: str
    next_url: str = ""
    next_label: str = ""
    next_icon: str = ""


def just_done(request: Any) -> Done | None:
    """The item that `done` names, if it has an outcome, so that it can be undone from here."""
    try:
        pk = UUID(request.GET.get("done", ""))
    except ValueError:
        return None
    item = queries.items(request.identity).filter(pk=pk).first()
    if item is None or not item.outcome:
        return None
    url = reverse("inbox-item", args=[item.pk])
    return Done(item, reading.title(item), url, *_next_step(request, item, url))


def _next_step(request: Any, item: InboxItem, url: str) -> tuple[str, ...]:
    """Address, words and icon of the answer that mostly follows; nothing while it is put off."""
    kind = "sighting" if item.outcome == ACKNOWLEDGED else "comment"
    if item.outcome == SNOOZED or not _may_answer(request, item, kind):
        return ()
    page, words, icon = STEPS[kind]
    address = f"{reverse(page, args=[item.record_id])}?{urlencode({'next': url})}"
    return address, str(words) % {"reference": item.reference}, icon


def _may_answer(request: Any, item: InboxItem, kind: str) -> bool:
    record = item.record
    return bool(
        record is not None
        and not item.is_gravestone
        and record.state in lifecycle.ANSWERABLE
        and kind in kinds.get(item.kind).answered_by
        and permits(request.identity, "record.answer", record)
    )
