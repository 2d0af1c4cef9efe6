"""What a Party states about a record: it was withdrawn, it expired, what became of it here …

A withdrawal, an expiry and a file's key are the originator's, whose ids they name. Not checked
here: that a report goes to the originator.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from cordillera.crypto import ids, strict
from cordillera.crypto.errors import Hostile
from cordillera.crypto.fields import Fields, written

from .signed import Signed

FORMAT = "cordillera-statement/1"
CAUSES = frozenset({"recalled", "narrowed", "locked"})
#: Records of one statement of readers, readers of one record (the latest), characters of a name.
MOST_NAMED, MOST_READERS, LONGEST_NAME = 20, 50, 150
EVENTS = frozenset({"applied", "refused", "read", "purged"})
PURGED = ("versions", "terms", "documents", "exports", "attachments")
MOST_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The recipient may no longer have it: purge. `number` is the last version it was sent."""

    TYPE: ClassVar[str] = "withdrawal"

    record: UUID
    reference: str
    kind: str
    about: UUID | None
    number: int
    cause: str

    def to_fields(self) -> dict[str, Any]:
        return {
            "record": str(self.record),
            "reference": self.reference,
            "kind": self.kind,
            "about": self.about and str(self.about),
            "number": self.number,
            "cause": self.cause,
        }

    @classmethod
    def of(cls, fields: Fields) -> Self:
        return cls(
            record=fields.uuid("record"),
            reference=fields.reference("reference"),
            kind=fields.word("kind"),
            about=fields.maybe("about", fields.uuid),
            number=fields.whole("number", least=1),
            cause=fields.one_of("cause", CAUSES),
        )


@dataclass(frozen=True, slots=True)
class Expiry:
    """The record is out of force."""

    TYPE: ClassVar[str] = "expiry"

    record: UUID
    reference: str
    number: int

    def to_fields(self) -> dict[str, Any]:
        return {
            "record": str(self.record),
            "reference": self.reference,
            "number": self.number,
        }

    @classmethod
    def of(cls, fields: Fields) -> Self:
        return cls(
            record=fields.uuid("record"),
            reference=fields.reference("reference"),
            number=fields.whole("number", least=1),
        )


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """What became of one version at the reporting Party. `opened` times by `officers` officers
    (counted, never named); `purged` counts what was destroyed."""

    record: UUID
    number: int
    event: str
    at: datetime
    reason: str | None = None
    opened: int | None = None
    officers: int | None = None
    purged: dict[str, int] | None = None

    def to_fields(self) -> dict[str, Any]:
        found = {
            "record": str(self.record),
            "number": self.number,
            "event": self.event,
            "at": written(self.at),
            "reason": self.reason,
            "opened": self.opened,
            "officers": self.officers,
            "purged": self.purged,
        }
        return {name: value for name, value in found.items() if value is not None}

    @classmethod
    def of(cls, fields: Fields) -> Self:
        return cls(
            record=fields.uuid("record"),
            number=fields.whole("number", least=1),
            event=fields.one_of("event", EVENTS),
            at=fields.time("at"),
            reason=fields.optional("reason", fields.word),
            opened=fields.optional("opened", fields.whole),
            officers=fields.optional("officers", fields.whole),
            purged=fields.optional("purged", lambda name: _purged(fields.object(name))),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """From a recipient to the originator."""

    TYPE: ClassVar[str] = "report"

    entries: tuple[ReportEntry, ...]

    def to_fields(self) -> dict[str, Any]:
        return {"entries": [entry.to_fields() for entry in self.entries]}

    @classmethod
    def of(cls, fields: Fields) -> Self:
        return cls(fields.each("entries", MOST_ENTRIES, ReportEntry.of))


@dataclass(frozen=True, slots=True)
class Reader:
    """An officer who opened the record, last `at`."""

    name: str
    unit: str
    at: datetime

    def to_fields(self) -> dict[str, Any]:
        return {"name": self.name, "unit": self.unit, "at": written(self.at)}

    @classmethod
    def of(cls, fields: Fields) -> Self:
        reader = cls(fields.line("name"), fields.line("unit"), fields.time("at"))
        if not 0 < len(reader.name) <= LONGEST_NAME:
            raise fields.problem("name", f"1 to {LONGEST_NAME} characters were wanted")
        return reader


@dataclass(frozen=True, slots=True)
class Named:
    """Who opened one record at the stating Party: all whom it names, or the latest of them."""

    record: UUID
    readers: tuple[Reader, ...]

    def to_fields(self) -> dict[str, Any]:
        return {
            "record": str(self.record),
            "readers": [reader.to_fields() for reader in self.readers],
        }

    @classmethod
    def of(cls, fields: Fields) -> Self:
        return cls(fields.uuid("record"), fields.each("readers", MOST_READERS, Reader.of))


@dataclass(frozen=True, slots=True)
class Readers:
    """From a recipient that chooses to name its officers to the originator."""

    TYPE: ClassVar[str] = "readers"

    entries: tuple[Named, ...]

    def to_fields(self) -> dict[str, Any]:
        return {"entries": [entry.to_fields() for entry in self.entries]}

    @classmethod
    def of(cls, fields: Fields) -> Self:
        return cls(fields.each("entries", MOST_NAMED, Named.of))


@dataclass(frozen=True, slots=True)
class AttachmentKey:
    """The key that opens one attachment of a version."""

    TYPE: ClassVar[str] = "attachment-key"

    record: UUID
    number: int
    file: UUID
    key: bytes = field(repr=False)

    def to_fields(self) -> dict[str, Any]:
        return {
            "record": str(self.record),
            "number": self.number,
            "file": str(self.file),
            "key": strict.encode(self.key),
        }

    @classmethod
    def of(cls, fields: Fields) -> Self:
        return cls(
            record=fields.uuid("record"),
            number=fields.whole("number", least=1),
            file=fields.uuid("file"),
            key=fields.bytes("key", length=32),
        )


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The stating Party's signed checkpoint of its audit log, as C2SP writes it."""

    TYPE: ClassVar[str] = "checkpoint"

    note: str

    def to_fields(self) -> dict[str, Any]:
        return {"note": self.note}

    @classmethod
    def of(cls, fields: Fields) -> Self:
        return cls(fields.text("note", most=64 * 1024))


Content = Withdrawal | Expiry | Report | Readers | AttachmentKey | Checkpoint
_CONTENTS: dict[str, type[Content]] = {
    content.TYPE: content
    for content in (Withdrawal, Expiry, Report, Readers, AttachmentKey, Checkpoint)
}


@dataclass(frozen=True, slots=True)
class Statement(Signed):
    """`party` states `content` at `at`."""

    TYPE: ClassVar[str] = "cordillera-statement+jws"

    party: str
    at: datetime
    content: Content

    def to_payload(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "party": self.party,
            "type": self.content.TYPE,
            "at": written(self.at),
            # A report's own moments are in its entries: no content has a field of these names.
            **self.content.to_fields(),
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Statement:
        """Raises Hostile; with the code unknown-kind for a type that is not known here (yet)."""
        fields = Fields(payload, "statement")
        fields.format(FORMAT)
        party, kind, at = fields.party("party"), fields.word("type"), fields.time("at")
        if kind not in _CONTENTS:
            raise Hostile(f"statement: the type {kind!r} is not known here", "unknown-kind")
        content = _CONTENTS[kind].of(fields)
        fields.done()
        _check_ids(party, content)
        return cls(party, at, content)


def _purged(counts: dict[str, Any]) -> dict[str, int]:
    fields = Fields(counts, "statement: purged")
    found = {name: fields.whole(name) for name in PURGED}
    fields.done()
    return found


def _check_ids(party: str, content: Content) -> None:
    """Who ends a record, or opens its file, is its originator: the ids say so."""
    if isinstance(content, Report | Readers | Checkpoint):
        return
    named = [content.record, *([content.file] if isinstance(content, AttachmentKey) else [])]
    for thing in named:
        if ids.party_of(thing) != party:
            raise Hostile(f"statement: {thing} is no id of {party}", "foreign-id")
    reference = "" if isinstance(content, AttachmentKey) else content.reference
    if reference and not reference.startswith(f"{party}-"):
        raise Hostile("statement: another Party's reference", "record-mismatch")
