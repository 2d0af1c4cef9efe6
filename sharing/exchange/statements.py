"""What a sender states about a record, signed; and signed again where its key is not in use any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cordillera.crypto import jws
from cordillera.parties import keysets, peers
from cordillera.parties.errors import PartiesError
from cordillera.parties.keys import SigningKey
from sharing.records import lifecycle

from .formats.statement import (
    Content,
    Expiry,
    Named,
    Reader,
    Readers,
    Report,
    ReportEntry,
    Statement,
    Withdrawal,
)
from .models import Report as Waiting
from .troubles import Trouble


def key_for(sender: str, recipient: str) -> SigningKey:
    """The newest key of `sender` that `recipient` knows. Raises Trouble where there is none."""
    try:
        return keysets.manifest_key(sender, peers.acknowledged(recipient, sender) or None)
    except PartiesError as error:
        raise Trouble("unknown-key", str(error)) from error


def state(party: str, key: SigningKey, content: Content, at: datetime) -> str:
    """The signed statement's text."""
    return Statement(party, at, content).sign(key.kid, key.private)


def renewed(text: str, key: SigningKey) -> str:
    """The statement signed with `key`, which the recipient believes now; `text` itself if it is.

    What waited for a peer that was away for a week may be signed with a key that is retired.
    """
    if jws.kid_of(text) == key.kid:
        return text
    return Statement.peek(text).sign(key.kid, key.private)


def withdrawal(
    record: UUID, reference: str, kind: str, about: UUID | None, number: int, record_state: str
) -> Withdrawal:
    """That the recipient may not have the record any more; the cause follows from its state."""
    causes = {
        lifecycle.RECALLED: "recalled",
        lifecycle.LOCKED: "locked",
        lifecycle.DELETED: "locked",
    }
    return Withdrawal(
        record, reference, kind, about, max(number, 1), causes.get(record_state, "narrowed")
    )


def expiry(record: UUID, reference: str, number: int) -> Expiry:
    return Expiry(record, reference, max(number, 1))


def report(waiting: Sequence[Waiting]) -> Report:
    return Report(tuple(_entry(one) for one in waiting))


def readers(waiting: Sequence[Waiting]) -> Readers:
    return Readers(tuple(_named(one) for one in waiting))


def _named(one: Waiting) -> Named:
    found = one.detail["readers"]
    told = [Reader(who["name"], who["unit"], datetime.fromisoformat(who["at"])) for who in found]
    return Named(one.record_id, tuple(told))


def _entry(one: Waiting) -> ReportEntry:
    return ReportEntry(
        record=one.record_id,
        number=max(one.number, 1),
        event=one.event,
        at=one.at,
        reason=one.detail.get("reason"),
        opened=one.detail.get("opened"),
        officers=one.detail.get("officers"),
        purged=one.detail.get("purged"),
    )
