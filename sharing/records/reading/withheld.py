"""Why something that an officer may otherwise do is not offered now, and what he can do instead."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .. import kinds, lifecycle
from ..disputes import RULING
from ..models import Decision
from .offers import Situation


def withheld(s: Situation) -> str:
    """One calm sentence, or two; empty where the state withholds nothing from this officer."""
    if s.ours and s.may("record.amend"):
        return _of_originator(s)
    if s.record.state == lifecycle.EXPIRED and s.may("record.answer"):
        return _("It has expired: it is not acknowledged or answered any more.")
    return ""


def _of_originator(s: Situation) -> str:
    if s.record.kind == RULING:
        return ""
    if kinds.get(s.record.kind).is_answer:
        return _("An answer is not amended. If something in it is wrong, send another one.")
    if s.decision is not None:
        return _while_decided(s, s.decision)
    if s.record.state == lifecycle.AMENDED:
        return _(
            "An amendment is open, so the record is neither recalled nor renewed now. "
            "Finish the amendment or discard it first."
        )
    if s.record.state == lifecycle.EXPIRED:
        return _(
            "It has expired, so it is not amended or renewed any more. Begin a new record that "
            "names it; this one can still be recalled."
        )
    if s.record.state == lifecycle.RECALLED:
        return _("It was recalled: nothing about it changes any more. Begin a new record instead.")
    return ""


def _while_decided(s: Situation, decision: Decision) -> str:
    if s.second_officer():
        return _("Decide the proposal first; until then the record is not changed or recalled.")
    if decision.verb == Decision.RELEASE:
        return _(
            "While a second officer decides, the draft does not change. "
            "Withdraw the proposal to go on writing."
        )
    if decision.verb == Decision.RECALL:
        return _(
            "While the recall is decided, the record is not amended or renewed. "
            "Withdraw the proposal if it shall stay."
        )
    return _(
        "While the amendment is decided, the record is neither changed nor recalled. "
        "Withdraw the proposal to do that first."
    )
