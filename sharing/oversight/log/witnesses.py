"""The witnesses of this node's log in the reader's language, and what some log did that it must not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit import witnesses as known
from audit.database import whole_log
from audit.models import Finding, Resolution
from audit.queries import WitnessState, witness_states
from cordillera.access.identity import Identity

from .. import panels

#: By state: its word, its colour, what it means.
WORDS = {
    known.CURRENT: (
        gettext_lazy("up to date"),
        "green",
        gettext_lazy("It has co-signed our newest checkpoint."),
    ),
    known.BEHIND: (
        gettext_lazy("not yet"),
        "blue",
        gettext_lazy("It has not co-signed our newest checkpoint yet; it is asked within seconds."),
    ),
    known.UNASKED: (
        gettext_lazy("never asked"),
        "",
        gettext_lazy("It is trusted here and has co-signed nothing so far."),
    ),
    known.UNREACHABLE: (
        gettext_lazy("cannot be reached"),
        "amber",
        gettext_lazy("It does not answer. It is asked again by itself, and loses nothing by that."),
    ),
    known.REFUSED: (
        gettext_lazy("refuses"),
        "red",
        gettext_lazy("It answers, and does not co-sign: what it said stands below."),
    ),
    known.CLAIMS: (
        gettext_lazy("claims without proof"),
        "amber",
        gettext_lazy(
            "It says that our log is not the one that it co-signed before, and shows nothing signed by "
            "our log that would prove it. The fault is its own, or lies on the way to it."
        ),
    ),
    known.DISPROVED: (
        gettext_lazy("proves otherwise"),
        "red",
        gettext_lazy(
            "It has co-signed a checkpoint of another tree, signed with our log’s key. It stands among "
            "the findings."
        ),
    ),
    known.UNNAMED: (
        gettext_lazy("no witness"),
        "amber",
        gettext_lazy("This Party must co-sign, and its node has announced no witness."),
    ),
}
KINDS = {
    "altered": gettext_lazy(
        "The stored tree is not the one that was signed. Nothing more is signed."
    ),
    "forked": gettext_lazy("This log signed two different trees of the same size."),
    "rolled-back": gettext_lazy(
        "A witness has co-signed more entries than there are now: the tail was cut off, or an old "
        "backup was put back."
    ),
    "refused": gettext_lazy(
        "A witness co-signed another tree of this log before: the log was rewritten, or somebody else "
        "signs with its key."
    ),
    "not-ours": gettext_lazy(
        "A checkpoint is signed with our log’s key and is not of its tree: somebody else has the key, or "
        "an old backup was put back."
    ),
    "will-not-prove": gettext_lazy(
        "This log does not prove that two trees which it signed are one. It may have forked, or cannot be "
        "reached."
    ),
    "taken": gettext_lazy(
        "This Party’s key set names a log or a witness of another node as its own. It was refused."
    ),
    "claims": gettext_lazy(
        "This witness says that our log was cut off or rewritten, and proves nothing. That says nothing "
        "of our log."
    ),
}


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness as the page shows it."""

    state: WitnessState

    @property
    def parties(self) -> list[str]:
        return [code for code in self.state.party.split(", ") if code]

    @property
    def word(self) -> Any:
        return WORDS[self.state.state][0]

    @property
    def tone(self) -> str:
        return WORDS[self.state.state][1]

    @property
    def meaning(self) -> Any:
        return WORDS[self.state.state][2]

    @property
    def troubles(self) -> bool:
        return self.tone in ("red", "amber")


def witnesses() -> list[Witness]:
    found = [Witness(state) for state in witness_states()]
    return sorted(found, key=lambda one: (one.state.party, one.state.name))


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with what it means."""

    finding: Finding

    @property
    def meaning(self) -> Any:
        return KINDS.get(self.finding.kind, self.finding.kind)

    @property
    def resolution(self) -> Resolution | None:
        return getattr(self.finding, "resolution", None)


def findings() -> list[Found]:
    """The newest hundred things that some log did and an honest one does not, or a witness; what is
    settled comes last."""
    with whole_log():
        found = Finding.objects.select_related("resolution")
        rows = found.order_by(F("resolution__at").desc(nulls_first=True), "-at")[:100]
        return [Found(finding) for finding in rows]


def finding(pk: int) -> Finding | None:
    with whole_log():
        return Finding.objects.filter(pk=pk).first()


def summary(identity: Identity) -> panels.Summary:
    """For the first page."""
    found, amiss = witnesses(), [one for one in findings() if one.resolution is None]
    lines = tuple(
        panels.Line(one.state.party, one.state.moment, chip=one.word, tone=one.tone)
        for one in found
    )
    if amiss:
        words = ngettext(
            "%(number)s thing was found that an honest log does not do.",
            "%(number)s things were found that an honest log does not do.",
            len(amiss),
        )
        return panels.Summary(words % {"number": len(amiss)}, len(amiss), "red", lines)
    troubled = sum(one.troubles for one in found)
    if troubled:
        words = ngettext(
            "%(number)s witness does not co-sign our log.",
            "%(number)s witnesses do not co-sign our log.",
            troubled,
        )
        return panels.Summary(words % {"number": troubled}, troubled, "amber", lines)
    if not found:
        return panels.Summary(_("Nobody co-signs our log yet."))
    return panels.Summary(_("Every witness co-signs our log."), tone="green", lines=lines)
