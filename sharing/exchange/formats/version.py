"""A record's version as it travels: what its originator signed.

`body` and `handling` stay the objects that were signed; what decides who sees the version is drawn
out of `handling`, typed. Not checked here: body and handling against their schemas, which the
recipient knows by `kind`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from cordillera.crypto import ids
from cordillera.crypto.errors import Hostile
from cordillera.crypto.fields import PARTY, WORD, Fields, written

from .signed import Signed

FORMAT = "cordillera-version/1"
MOST_FILES = 50
LARGEST_FILE = 1024 * 1024 * 1024
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,90}")
LABELS = frozenset({"RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"})
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of the version. `sha256` is of its content, base64url."""

    id: UUID
    name: str
    size: int
    media_type: str
    sha256: str

    def to_fields(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "size": self.size,
            "media_type": self.media_type,
            "sha256": self.sha256,
        }

    @classmethod
    def of(cls, fields: Fields) -> Attached:
        return cls(
            id=fields.uuid("id"),
            name=fields.line("name"),
            size=fields.whole("size", least=1, most=LARGEST_FILE),
            media_type=fields.text("media_type", _MEDIA_TYPE),
            sha256=fields.digest("sha256"),
        )


@dataclass(frozen=True, slots=True)
class Version(Signed):
    TYPE: ClassVar[str] = "cordillera-version+jws"

    record: UUID
    reference: str
    kind: str
    number: int
    originator: str
    unit: str
    about: UUID | None
    body: dict[str, Any]
    handling: dict[str, Any]
    released_at: datetime
    attachments: tuple[Attached, ...] = ()

    @property
    def audience(self) -> tuple[str, ...]:
        """The Parties' codes; the originator is among them."""
        return tuple(self.handling["audience"])

    @property
    def tlp(self) -> str:
        return str(self.handling["tlp"])

    @property
    def named(self) -> tuple[UUID, ...]:
        """The officers whom TLP:RED is for."""
        return tuple(UUID(text) for text in self.handling.get("named", ()))

    @property
    def contains(self) -> tuple[str, ...]:
        """As `personal`: what ceilings look at."""
        return tuple(self.handling.get("contains", ()))

    def to_payload(self) -> dict[str, Any]:
        attached = [one.to_fields() for one in self.attachments]
        return {
            "format": FORMAT,
            "record": str(self.record),
            "reference": self.reference,
            "kind": self.kind,
            "number": self.number,
            "originator": self.originator,
            "unit": self.unit,
            "about": self.about and str(self.about),
            "body": self.body,
            "handling": self.handling,
            "released_at": written(self.released_at),
            **({"attachments": attached} if attached else {}),
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Version:
        fields = Fields(payload, "version")
        fields.format(FORMAT)
        version = cls(
            record=fields.uuid("record"),
            reference=fields.reference("reference"),
            kind=fields.word("kind"),
            number=fields.whole("number", least=1),
            originator=fields.party("originator"),
            unit=fields.line("unit"),
            about=fields.maybe("about", fields.uuid),
            body=fields.object("body"),
            handling=fields.object("handling"),
            released_at=fields.time("released_at"),
            attachments=fields.optional("attachments", lambda name: _attached(fields, name)) or (),
        )
        fields.done()
        _check_handling(version)
        _check_ids(version)
        return version


def _attached(fields: Fields, name: str) -> tuple[Attached, ...]:
    """Without files there is no such member: one way to write it."""
    found = fields.each(name, MOST_FILES, Attached.of)
    if not found or len({one.id for one in found}) != len(found):
        raise fields.problem(name, "no files, or one twice")
    return found


def _check_handling(version: Version) -> None:
    """What the properties above rely on; the rest is the schema's."""
    handling = Fields(version.handling, "version: handling")
    audience = handling.texts("audience", 50, PARTY)
    handling.one_of("tlp", LABELS)
    handling.optional("named", lambda name: handling.texts(name, 100, _UUID))
    handling.optional("contains", lambda name: handling.texts(name, 50, WORD))
    if version.originator not in audience or len(set(audience)) != len(audience):
        raise Hostile("version: handling: audience without its originator, or a Party twice")
    if not version.reference.startswith(f"{version.originator}-"):
        raise Hostile("version: another Party's reference", "record-mismatch")


def _check_ids(version: Version) -> None:
    """Nobody gives his own things another Party's ids; an answer goes to whom it answers."""
    for thing in (version.record, *(one.id for one in version.attachments)):
        if ids.party_of(thing) != version.originator:
            raise Hostile(f"version: {thing} is no id of {version.originator}", "foreign-id")
    if version.about and ids.party_of(version.about) not in version.audience:
        raise Hostile("version: about: no id of a Party of the audience", "record-mismatch")
