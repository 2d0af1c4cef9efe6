"""What a verification proved, and what not, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit import keys
from cordillera.access.identity import Identity
from cordillera.web.moments import words as moment_words
from cordillera.web.words import PARTY_NAMES

from .. import panels
from ..models import Verification
from . import verifying

#: By kind of fault; `index` is the entry's place in the tree.
FAULTS = {
    "signature": gettext_lazy(
        "The checkpoint is not signed by this log’s key, or a co-signature on it is false."
    ),
    "unwitnessed": gettext_lazy("Too few witnesses co-signed the checkpoint."),
    "tree": gettext_lazy(
        "The stored tree does not lead to the signed root: its hashes were altered."
    ),
    "rolled-back": gettext_lazy(
        "An earlier checkpoint holds more entries than there are now: the tail was cut off, or an old "
        "backup was put back."
    ),
    "forked": gettext_lazy("An earlier checkpoint is of another tree: the log was rewritten."),
    "edited": gettext_lazy("Entry %(index)s is not as it was logged: it was edited."),
    "deleted": gettext_lazy("Entry %(index)s is missing: it was logged, and taken out."),
    "inserted": gettext_lazy("Entry %(index)s was never logged: it was put in."),
    "reordered": gettext_lazy("What stands at %(index)s was logged at another place."),
    "source": gettext_lazy("The log could not be read as it should be."),
}
STRAYS = {
    "deleted": gettext_lazy(
        "An entry was written, and is gone before it got its place: it was taken out."
    ),
    "inserted": gettext_lazy(
        "An entry lies in the table and in no place of the tree: it was put in."
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    proved: list[str]
    not_proved: list[str]
    faults: list[str]
    more: int


def told(row: Verification) -> Told:
    faults = [_fault(one) for one in row.faults]
    more = row.fault_count - len(faults)
    return Told(list(_proved(row)), list(_not_proved(row)), faults, more)


def _fault(one: dict[str, Any]) -> str:
    kind, index = one["kind"], one["index"]
    if index is None and kind in STRAYS:
        return str(STRAYS[kind])
    return str(FAULTS.get(kind, kind)) % {"index": _number(index or 0)}


def _proved(row: Verification) -> Iterator[str]:
    out, kinds = row.outcome, {one["kind"] for one in row.faults}
    size = out.get("size", 0)
    if not row.note:
        return
    if out.get("key") and "signature" not in kinds:
        yield _("The checkpoint of %(size)s entries is signed by the log’s key %(key)s.") % {
            "size": _number(size),
            "key": out["key"],
        }
        yield from _witnessed(out)
    if row.checked == row.total and not kinds & {"tree", "source"}:
        yield _("All %(size)s hashes of the tree lead to the signed root.") % {
            "size": _number(size)
        }
    if out.get("checkpoints", 0) > 1 and not kinds & {"tree", "source", "forked", "rolled-back"}:
        number = out["checkpoints"] - 1
        yield ngettext(
            "%(number)s earlier checkpoint is of this tree: since then it has only grown.",
            "%(number)s earlier checkpoints are of this tree: since then it has only grown.",
            number,
        ) % {"number": _number(number)}
    if entries := out.get("entries", 0):
        yield ngettext(
            "%(number)s entry is, word for word, the one that was logged.",
            "%(number)s entries are, word for word, those that were logged.",
            entries,
        ) % {"number": _number(entries)}


def _witnessed(out: dict[str, Any]) -> Iterator[str]:
    for name, moment in out.get("cosigned", {}).items():
        yield _("%(witness)s co-signed it as the largest tree that it knew: %(moment)s.") % {
            "witness": _whose(name),
            "moment": moment_words(datetime.fromtimestamp(moment, UTC), "long"),
        }
    if out.get("best", 0) and out["best"] != out["size"] and out.get("best_by"):
        yield _("The first %(size)s entries are co-signed by %(witnesses)s.") % {
            "size": _number(out["best"]),
            "witnesses": ", ".join(_whose(name) for name in out["best_by"]),
        }


def _not_proved(row: Verification) -> Iterator[str]:
    out = row.outcome
    if out.get("empty"):
        yield _("Anything: this log has no checkpoint yet.")
        return
    if row.note and (rest := row.total - row.checked):
        yield ngettext(
            "%(number)s entry that was not read.", "%(number)s entries that were not read.", rest
        ) % {"number": _number(rest)}
    if number := out.get("erased", 0):
        yield ngettext(
            "The text of %(number)s entry: it was erased. Its place, time, Party and action are proved.",
            "The texts of %(number)s entries: they were erased. Their places, times, Parties and "
            "actions are proved.",
            number,
        ) % {"number": _number(number)}
    if number := out.get("unsigned", 0):
        yield ngettext(
            "%(number)s entry that came after the checkpoint.",
            "%(number)s entries that came after the checkpoint.",
            number,
        ) % {"number": _number(number)}
    if row.note and not out.get("cosigned") and not out.get("best_by"):
        yield _("That others were shown the same log: no witness has co-signed it.")
    if missing := out.get("missing"):
        yield _("That these Parties’ witnesses, who must co-sign, saw it: %(parties)s.") % {
            "parties": ", ".join(str(PARTY_NAMES.get(code, code)) for code in missing)
        }
    for name in out.get("claims", []):
        yield _("What %(witness)s says otherwise, without a checkpoint that would prove it.") % {
            "witness": _whose(name)
        }
    yield _("That nothing was done which was never written into the log.")


def _whose(name: str) -> str:
    """A witness by its Parties; by its name where none says it is theirs any more."""
    parties = keys.witnesses().get(name, [])
    return ", ".join(str(PARTY_NAMES.get(code, code)) for code in parties) or name


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)


def summary(identity: Identity) -> panels.Summary:
    """For the first page."""
    row = verifying.last(identity.party)
    if row is None:
        return panels.Summary(_("The log has not been verified from here yet."))
    lines = (panels.Line(row.asked_name, row.ended_at or row.asked_at),)
    if row.is_running:
        words = _("Running: %(checked)s of %(total)s entries are read.")
        return panels.Summary(
            words % {"checked": _number(row.checked), "total": _number(row.total)}, lines=lines
        )
    if row.fault_count:
        words = ngettext(
            "%(number)s fault: the log does not hold.",
            "%(number)s faults: the log does not hold.",
            row.fault_count,
        )
        return panels.Summary(
            words % {"number": _number(row.fault_count)}, row.fault_count, "red", lines
        )
    if row.state == Verification.DONE:
        return panels.Summary(_("The whole log holds."), tone="green", lines=lines)
    if row.state == Verification.CANCELLED:
        return panels.Summary(_("The last verification was cancelled."), lines=lines)
    return panels.Summary(_("The last verification broke off."), tone="amber", lines=lines)
