"""Step 10 of the recipient's checks: each item by itself, applied, waiting, or refused with a word.

Items are read and verified one by one, then carried out in runs of one type, in bulk. Where the
database objects to a run, it is halved until the item that it objects to stands alone: that one is
tried once more where another channel brought the same just now, and else refused, with its text
kept so that it can be tried again after an upgrade, and the others are in.
Trouble that is no item's own (no space, no connection) goes up: then nothing of the batch stays.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError, DataError, IntegrityError, transaction

from cordillera.access.identity import Identity
from cordillera.crypto import jws
from cordillera.crypto import keyset as wire
from cordillera.crypto.errors import REASONS, Hostile, UnknownKey
from cordillera.parties import agreements
from cordillera.parties.models import Agreement

from . import told
from .formats.receipt import APPLIED, REFUSED, WAITING, Result
from .formats.statement import Content, Statement
from .formats.version import Version
from .models import Channel, Item, Receipt

logger = logging.getLogger(__name__)
#: SQLSTATE classes that are about the values too: cardinality, checks, limits, triggers.
OF_VALUES = ("21", "44", "54", "P0")
#: What is unique is here already: another Party's channel may have brought it at the same moment.
MET_ANOTHER = "23505"
#: What row-level security answers.
NOT_ALLOWED = "42501"


@dataclass(slots=True)
class Taken:
    """An item that came, and what became of it."""

    text: str
    type: str = ""
    record: UUID | None = None
    number: int = 0
    kind: str = ""
    reference: str = ""
    kid: str = ""
    version: Version | None = None
    content: Content | None = None
    outcome: str = ""
    reason: str = ""
    detail: str = ""

    def become(self, outcome: str, reason: str = "", detail: str = "") -> None:
        self.outcome, self.reason, self.detail = outcome, reason, detail[:300]

    def refuse(self, reason: str, detail: str = "") -> None:
        self.become(REFUSED, reason if reason in REASONS else "malformed", detail)

    def result(self, seq: int) -> Result:
        return Result(seq, self.outcome, self.reason or None)

    def row(self, channel: Channel, receipt: Receipt, seq: int, now: datetime) -> Item:
        """What is kept of it. The text stands with the record unless it is not (yet) applied; one that
        names readers is kept nowhere, for their next opening tells it anew."""
        return Item(
            channel=channel,
            party=channel.party,
            epoch=channel.epoch,
            seq=seq,
            type=self.type,
            record_id=self.record,
            number=self.number,
            kind=self.kind,
            reference=self.reference,
            text="" if self.outcome == APPLIED or self.type == Item.READERS else self.text,
            created_at=now,
            outcome=self.outcome,
            reason=self.reason,
            detail=self.detail,
            receipt=receipt,
            settled_at=None if self.outcome == WAITING else now,
        )


@dataclass(slots=True)
class Context:
    """For whom items are applied, whose they are, and by what they are verified."""

    node: Identity
    key_set: wire.KeySet
    agreement: Agreement
    publics: dict[str, tuple[Ed25519PublicKey, wire.Key]] = field(default_factory=dict)

    @classmethod
    def of(cls, node: Identity, key_set: wire.KeySet) -> Context:
        return cls(node, key_set, agreements.between(node.party, node.sender))

    def public(self, kid: str) -> Ed25519PublicKey:
        """A signing key that the sender lists and did not revoke. Raises Hostile."""
        if kid not in self.publics:
            key = self.key_set.key(kid, wire.SIGNING)
            self.publics[kid] = Ed25519PublicKey.from_public_bytes(key.public), key
        return self.publics[kid][0]

    def check_time(self, kid: str, at: datetime) -> None:
        """A retired key is believed for what it signed before. Both moments are the sender's."""
        until = self.publics[kid][1].until
        if until is not None and at > until:
            raise UnknownKey(f"the key {kid} was retired before this was signed")


Handler = Callable[[Context, Sequence[Taken]], None]
#: Type of item -> what carries out a run of it: it gives each item its outcome.
HANDLERS: dict[str, Handler] = {}


def carries_out(*types: str) -> Callable[[Handler], Handler]:
    """Register a handler for items of these types."""

    def register(handler: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(types, handler))
        return handler

    return register


def apply(context: Context, texts: Sequence[str]) -> list[Taken]:
    """What became of each item, in their order. Inside the transaction of `context.node`."""
    taken = [read(context, text) for text in texts]
    good = [one for one in taken if not one.outcome]
    for kind, run in groupby(good, key=lambda one: one.type):
        _carry_out(context, HANDLERS[kind], list(run))
    return taken


def _carry_out(context: Context, handler: Handler, run: list[Taken], again: bool = False) -> None:
    try:
        with transaction.atomic():
            handler(context, run)
        return
    except Exception as error:
        if not _is_of_values(error):
            raise
        if len(run) == 1 and (again or _sqlstate(error) != MET_ANOTHER):
            logger.warning("exchange.item refused: %s", told.whole(error))
            run[0].refuse("schema", told.what(error))
            return
    if len(run) == 1:
        # The one that it met has ended: what is here is read anew.
        _carry_out(context, handler, run, again=True)
        return
    half = len(run) // 2
    _carry_out(context, handler, run[:half])
    _carry_out(context, handler, run[half:])


def _is_of_values(error: Exception) -> bool:
    """Whether the trouble is an item's own."""
    if isinstance(error, MemoryError):
        return False
    if not isinstance(error, DatabaseError) or isinstance(error, (DataError, IntegrityError)):
        return True
    state = _sqlstate(error)
    return state.startswith(OF_VALUES) or state == NOT_ALLOWED


def _sqlstate(error: Exception) -> str:
    return str(getattr(error.__cause__, "sqlstate", "") or "")


# --- Reading ------------------------------------------------------------------------------------
def read(context: Context, text: str) -> Taken:
    """The item, verified; refused already where it does not pass. Raises nothing."""
    taken = Taken(text)
    try:
        taken.kid = jws.kid_of(text)
        typ = jws.typ_of(text)
        if typ == Version.TYPE:
            _read_version(context, taken)
        elif typ == Statement.TYPE:
            _read_statement(context, taken)
        else:
            raise Hostile(f"an item of the type {typ[:40]!r}")
    except Hostile as error:
        _remember(taken)
        taken.refuse(error.code, str(error))
    return taken


def _read_version(context: Context, taken: Taken) -> None:
    taken.type = Item.VERSION
    version = Version.read(taken.text, context.public)
    context.check_time(taken.kid, version.released_at)
    if version.originator != context.node.sender:
        raise Hostile(f"{version.originator} is not the sender", "not-originator")
    if context.node.party not in version.audience:
        raise Hostile(f"not released to {context.node.party}", "not-in-audience")
    taken.version = version
    _name(taken, version)


def _read_statement(context: Context, taken: Taken) -> None:
    statement = Statement.read(taken.text, context.public)
    context.check_time(taken.kid, statement.at)
    taken.type = statement.content.TYPE
    if statement.party != context.node.sender:
        raise Hostile(f"{statement.party} is not the sender", "not-originator")
    if taken.type not in HANDLERS:
        raise Hostile(f"nothing deals with the type {taken.type} here", "unknown-kind")
    taken.content = statement.content
    _name(taken, statement.content)


def _remember(taken: Taken) -> None:
    """Which record a refused version says that it is of: when that one is withdrawn, the kept text
    goes as well. And whether a refused statement names readers."""
    try:
        if taken.type == Item.VERSION:
            _name(taken, Version.peek(taken.text))
        elif jws.peek(taken.text, Statement.TYPE).get("type") == Item.READERS:
            taken.type = Item.READERS
    except Hostile:
        return


def _name(taken: Taken, thing: Any) -> None:
    taken.record = getattr(thing, "record", None)
    taken.number = getattr(thing, "number", 0)
    taken.kind = getattr(thing, "kind", "")[:30]
    taken.reference = getattr(thing, "reference", "")
