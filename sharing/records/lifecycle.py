"""A record's states and the moves between them, as data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DRAFT, IN_REVIEW, RELEASED, AMENDED = "draft", "in_review", "released", "amended"
RECALLED, EXPIRED, LOCKED, DELETED = "recalled", "expired", "locked", "deleted"

STATES = [
    (DRAFT, _("draft")),
    (IN_REVIEW, _("in review")),
    (RELEASED, _("released")),
    (AMENDED, _("amendment open")),
    (RECALLED, _("recalled")),
    (EXPIRED, _("expired")),
    (LOCKED, _("locked")),
    (DELETED, _("deleted")),
]
LABELS = dict(STATES)
BEFORE_RELEASE = (DRAFT, IN_REVIEW)
#: Recipients see these; an amended record's last version stays in force until the next is approved.
IN_FORCE = (RELEASED, AMENDED, EXPIRED)
ANSWERABLE = (RELEASED, AMENDED)
#: Nobody who works with records sees these any more, the originator's officers neither.
SHUT = (LOCKED, DELETED)
#: Answers leave by one officer's hand: feedback that waits for a second one comes too late. A decision
#: on a dispute is none of them: it takes a warning away from every Party that has the record.
SINGLE_HANDED_KINDS = ("acknowledgement", "sighting", "comment", "dispute", "dispute_withdrawal")

#: move -> (states it starts from, state it ends in). None: the state stays.
MOVES: dict[str, tuple[tuple[str, ...], str | None]] = {
    "save": ((DRAFT, AMENDED), None),
    "submit": ((DRAFT,), IN_REVIEW),
    "submit_amendment": ((AMENDED,), None),
    "withdraw": ((IN_REVIEW,), DRAFT),
    "withdraw_amendment": ((AMENDED,), None),
    "send_back": ((IN_REVIEW,), DRAFT),
    "send_back_amendment": ((AMENDED,), None),
    "release": ((IN_REVIEW,), RELEASED),
    "release_answer": ((DRAFT,), RELEASED),
    # Not after its time: the next look at the dates would end it again. Begin a new record.
    "amend": ((RELEASED,), AMENDED),
    "release_amendment": ((AMENDED,), RELEASED),
    "discard_amendment": ((AMENDED,), RELEASED),
    "propose_recall": ((RELEASED, EXPIRED), None),
    "recall": ((RELEASED, EXPIRED), RECALLED),
    "expire": ((RELEASED, AMENDED), EXPIRED),
    "lock": ((RELEASED, AMENDED, EXPIRED, RECALLED), LOCKED),
    "delete": ((DRAFT, LOCKED), DELETED),
}


class NotNow(Exception):
    """The record's state does not allow this move."""

    def __init__(self, move: str, state: str) -> None:
        self.move, self.state = move, state
        super().__init__(f"{move} is not possible while the record is {state}")

    @property
    def message(self) -> str:
        return str(
            _("This is not possible while the record is “%(state)s”.")
            % {"state": LABELS.get(self.state, self.state)}
        )


def after(move: str, state: str) -> str:
    """The state after `move`; raises NotNow where the move does not start from `state`."""
    sources, target = MOVES[move]
    if state not in sources:
        raise NotNow(move, state)
    return target or state


def told(state: str, ours: bool) -> str:
    """The state as a Party hears of it: an open amendment is the originator's business alone."""
    return RELEASED if state == AMENDED and not ours else state


def allows(move: str, state: str) -> bool:
    return state in MOVES[move][0]
