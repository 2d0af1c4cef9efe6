"""An auditor's verdict on a search."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity

from ..models import SearchReview

LONGEST = 2000


class CannotDecide(Exception):
    """The verdict cannot be given like this: `problems` by field."""

    def __init__(self, **problems: str) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


class Decided(Exception):
    """Another auditor has ended this review meanwhile."""


@transaction.atomic
def decide(*, review: UUID, by: Identity, verdict: str, note: str) -> SearchReview:
    """Give a verdict. Whoever asks for an explanation, or objects, says why; the words stay here, the
    log has the verdict alone."""
    found = SearchReview.objects.select_for_update().exclude(drawn="").filter(pk=review).first()
    if found is None:
        raise Http404
    require(by, "review.decide", found)
    note = note.strip()
    _check(found, verdict, note)
    found.verdict, found.note = verdict, note
    found.decided_by, found.decided_by_name = by.own, by.name
    found.decided_at = clock.now()
    found.save(update_fields=["verdict", "note", "decided_by", "decided_by_name", "decided_at"])
    log.write(
        "review:decide",
        actor=by,
        about=found.pk,
        detail={"verdict": verdict, "drawn": found.drawn, "search": found.entry},
    )
    return found


def _check(found: SearchReview, verdict: str, note: str) -> None:
    if not found.is_open:
        raise Decided
    problems = {}
    if verdict not in dict(SearchReview.VERDICTS):
        problems["verdict"] = _("Choose a verdict.")
    elif verdict != SearchReview.IN_ORDER and not note:
        problems["note"] = _("Say what is to be explained, or what is not in order.")
    if len(note) > LONGEST:
        problems["note"] = _("At most %(most)s characters.") % {"most": LONGEST}
    if problems:
        raise CannotDecide(**problems)
