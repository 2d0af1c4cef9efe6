"""The buttons of a record: what the policy and the record's state let this officer do now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cordillera.access.decide import permits
from cordillera.access.identity import Identity

from .. import kinds, lifecycle
from ..disputes import DISPUTE, RULING, UPHELD
from ..models import Decision, Record, Version
from .disputing import Closing


@dataclass(frozen=True, slots=True)
class Offer:
    """One button. `posts`: it is a form of its own, else a link. `key` presses it."""

    name: str
    label: str | Promise
    url: str
    icon: str
    tone: str = ""
    key: str = ""
    posts: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What the offers depend on; `decision` is the open one, `acknowledged` by the own Party."""

    identity: Identity
    record: Record
    decision: Decision | None = None
    acknowledged: bool = False
    closing: Closing | None = None

    @property
    def ours(self) -> bool:
        return bool(self.record.originator_id == self.identity.party)

    def may(self, permission: str) -> bool:
        return bool(permits(self.identity, permission, self.record))

    def state_allows(self, move: str) -> bool:
        return lifecycle.allows(move, self.record.state)

    def second_officer(self) -> bool:
        """Whether this officer may decide the open proposal: he neither wrote nor proposed it."""
        if self.decision is None or not self.may("record.approve"):
            return False
        return self.identity.account not in self.decision.involved


#: name: (label, address, icon, tone, key, posts)
LOOKS: dict[str, tuple[Any, str, str, str, str, bool]] = {
    "decide": (_("Decide"), "approval", "gavel", "primary", "a", False),
    "edit": (_("Edit"), "record-edit", "pencil", "primary", "e", False),
    "acknowledge": (_("Acknowledge"), "acknowledge", "check", "primary", "a", False),
    "sighting": (_("Report a sighting"), "sighting-new", "eye", "", "s", False),
    "comment": (_("Add a comment"), "comment-new", "message-square", "", "c", False),
    "dispute": (_("Dispute…"), "dispute-new", "flag", "", "d", False),
    "rule": (_("Decide the dispute"), "ruling-new", "scale", "primary", "a", False),
    "rewrite": (_("Write it again"), "ruling-again", "pencil", "primary", "e", False),
    "undispute": (_("Withdraw the dispute…"), "dispute-withdraw", "flag-off", "", "", False),
    "correct": (_("Begin the correction"), "dispute-correct", "file-pen", "primary", "", True),
    "amend": (_("Amend"), "record-amend", "file-pen", "", "", True),
    "renew": (_("Renew…"), "record-renew", "calendar-plus", "", "", False),
    "withdraw": (_("Withdraw the proposal…"), "record-withdraw", "undo-2", "", "", False),
    "recall": (_("Recall…"), "record-recall", "octagon-x", "danger", "", False),
    "discard": (_("Discard the amendment…"), "record-discard", "trash-2", "danger", "", False),
    "delete": (_("Delete the draft…"), "record-delete", "trash-2", "danger", "", False),
    "print": (_("Print"), "record-print", "printer", "bare", "p", False),
}


def offers(situation: Situation) -> list[Offer]:
    wanted = [
        *_of_originator(situation),
        *_of_reader(situation),
        *_of_dispute(situation),
        "print",
    ]
    ordered = [name for name in LOOKS if name in wanted]
    return [_offer(name, situation.record) for name in ordered]


def _of_originator(s: Situation) -> list[str]:
    if not s.ours or kinds.get(s.record.kind).is_answer:
        return []
    tests = {
        "decide": s.second_officer(),
        "edit": s.decision is None and s.state_allows("save") and s.may("record.edit"),
        "amend": s.decision is None and s.state_allows("amend") and s.may("record.amend"),
        "renew": s.decision is None and s.state_allows("amend") and s.may("record.amend"),
        "withdraw": s.decision is not None and not s.second_officer() and s.may("record.withdraw"),
        "recall": s.decision is None
        and s.state_allows("propose_recall")
        and s.may("record.recall"),
        "discard": _discards(s),
        "delete": s.record.state == lifecycle.DRAFT and s.may("record.edit"),
    }
    return [name for name, holds in tests.items() if holds]


def _discards(s: Situation) -> bool:
    pending = s.record.pending
    return bool(
        s.state_allows("discard_amendment")
        and s.may("record.discard")
        and pending is not None
        and pending.state == Version.DRAFT
    )


def _of_reader(s: Situation) -> list[str]:
    if s.record.state not in lifecycle.ANSWERABLE or not s.may("record.answer"):
        return []
    answered_by = kinds.get(s.record.kind).answered_by
    found: list[str] = [name for name in ("sighting", "comment") if name in answered_by]
    if "acknowledgement" in answered_by and not s.ours and not s.acknowledged:
        found.append("acknowledge")
    if "dispute" in answered_by and s.may("record.dispute"):
        found.append("dispute")
    return found


def _of_dispute(s: Situation) -> list[str]:
    """What the originator and the disputing Party may do about a dispute, or with its decision."""
    if s.closing is None or s.record.about is None:
        return []
    about, dispute = s.record.about, s.closing.dispute
    decides = bool(permits(s.identity, "dispute.decide", about))
    tests = {
        "rule": s.record.kind == DISPUTE
        and dispute.is_open
        and decides
        and about.state in lifecycle.IN_FORCE
        and (s.closing.proposed is None or s.closing.proposed.state == lifecycle.DRAFT),
        "undispute": s.record.kind == DISPUTE and dispute.is_open and s.may("dispute.withdraw"),
        "correct": dispute.outcome in UPHELD
        and about.state == lifecycle.RELEASED
        and bool(permits(s.identity, "record.amend", about)),
    }
    if s.record.kind == RULING and s.ours:
        tests |= {
            "decide": s.second_officer(),
            "rewrite": s.record.state == lifecycle.DRAFT and decides,
            "withdraw": s.decision is not None
            and not s.second_officer()
            and s.may("record.withdraw"),
            "delete": s.record.state == lifecycle.DRAFT and s.may("record.edit"),
        }
    return [name for name, holds in tests.items() if holds]


def _offer(name: str, record: Record) -> Offer:
    label, address, icon, tone, key, posts = LOOKS[name]
    return Offer(name, label, reverse(address, args=[record.pk]), icon, tone, key, posts)
