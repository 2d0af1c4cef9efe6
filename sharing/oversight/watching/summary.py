"""The watch on the auditors' first page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cordillera.access.identity import Identity

from .. import panels
from . import queries


def summary(identity: Identity) -> panels.Summary:
    number = queries.waiting(identity)
    if not number:
        return panels.Summary(_("Nothing unusual was seen that is not dealt with."), 0)
    found = queries.notices(identity).filter(outcome="")[: panels.MOST_LINES]
    words = ngettext(
        "One notice of unusual use is open.",
        "%(number)d notices of unusual use are open.",
        number,
    )
    return panels.Summary(
        words % {"number": number},
        number,
        "amber",
        tuple(
            panels.Line(
                one.officer_name,
                one.ends_at,
                reverse("watch-notice", args=[one.pk]),
                one.get_rule_display(),
                "amber",
            )
            for one in found
        ),
    )
