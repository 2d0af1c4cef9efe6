"""The envelope: a batch of one channel, sealed for its recipient.

Bytes: a 4-byte big-endian header length ‖ header (JSON) ‖ HPKE ciphertext. The header is not
secret; the exact header bytes are bound into the sealing through `info`, so that an envelope whose
header was touched does not open. Not checked here: any signature, and whether the header and the
manifest agree (manifest.py).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cordillera.crypto import hpke, strict
from cordillera.crypto.errors import Hostile, TooLarge, UnknownKey, UnknownSuite
from cordillera.crypto.fields import Fields
from cordillera.crypto.hpke import SealingKey

FORMAT = "cordillera-envelope/1"
MEDIA_TYPE = "application/vnd.cordillera.envelope"
MOST_ITEMS = 500
LARGEST = 8 * 1024 * 1024
#: What sealing and the header add at most: the items' JWS may take the rest.
OVERHEAD = 64 * 1024
_HEADER_LARGEST = 1024
_INFO = b"cordillera-envelope/1\0"


@dataclass(frozen=True, slots=True)
class Header:
    """What everybody on the way may read. `key` is the id of the recipient's sealing key."""

    suite: str
    sender: str
    recipient: str
    epoch: int
    first: int
    last: int
    key: str

    def to_payload(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Header:
        fields = Fields(payload, "envelope header")
        fields.format(FORMAT)
        header = cls(
            suite=fields.text("suite", most=60),
            sender=fields.party("sender"),
            recipient=fields.party("recipient"),
            epoch=fields.whole("epoch", least=1),
            first=fields.whole("first", least=1, most=strict.LARGEST_INTEGER),
            last=fields.whole("last", least=1, most=strict.LARGEST_INTEGER),
            key=fields.text("key", most=60),
        )
        fields.done()
        if not 1 <= header.last - header.first + 1 <= MOST_ITEMS:
            raise TooLarge(f"items {header.first} to {header.last}; from 1 to {MOST_ITEMS} go")
        return header


@dataclass(frozen=True, slots=True)
class Opened:
    """What an envelope held: texts whose signatures nobody has verified yet."""

    header: Header
    manifest: str
    items: tuple[str, ...]
    second: str | None = None


def seal(
    header: Header, manifest: str, items: Sequence[str], public: bytes, second: str | None = None
) -> bytes:
    """The envelope's bytes, sealed to the recipient's `public` key of the header's suite.

    Raises ValueError where it would be too large; Hostile where `public` is no key of the suite.
    """
    head = strict.canonical(header.to_payload())
    inner: dict[str, Any] = {"manifest": manifest, "items": list(items)}
    if second is not None:
        inner["second"] = second
    sealed = hpke.suite(header.suite).seal(public, _INFO + head, strict.canonical(inner))
    envelope = struct.pack(">I", len(head)) + head + sealed
    if len(items) > MOST_ITEMS or len(envelope) > LARGEST:
        raise ValueError(
            f"{len(items)} items in {len(envelope)} bytes; at most {MOST_ITEMS} in {LARGEST}."
        )
    return envelope


def read_header(envelope: bytes) -> Header:
    """The header alone, not yet proven by anything. Raises Hostile."""
    return _split(envelope)[0]


def open(
    envelope: bytes,
    private_of: Callable[[str], SealingKey | None],
    suites: Collection[str] = (hpke.DEFAULT,),
) -> Opened:
    """Open an envelope with the sealing key that `private_of(kid)` gives.

    `suites` are those that this node allows. Raises Hostile.
    """
    # 1. Size and header.
    header, head, sealed = _split(envelope)
    # 2. An allowed suite.
    if header.suite not in suites:
        raise UnknownSuite(f"the suite {header.suite!r} is not allowed here")
    # 3. A known key, of this very suite: a key never serves two suites.
    key = private_of(header.key)
    if key is None:
        raise UnknownKey(f"the sealing key {header.key!r} is not known here")
    if key.alg != header.suite:
        raise UnknownSuite(f"{header.key!r} is a key of {key.alg}; the header says another suite")
    # 4. The ciphertext, bound to the exact header bytes.
    inner = hpke.suite(header.suite).open(key.private, _INFO + head, sealed)
    # 5. What is inside.
    return _read_inner(header, inner)


def _split(envelope: bytes) -> tuple[Header, bytes, bytes]:
    if len(envelope) > LARGEST:
        raise TooLarge(f"{len(envelope)} bytes; at most {LARGEST}")
    if len(envelope) < 4:
        raise Hostile(f"{len(envelope)} bytes are no envelope")
    length = struct.unpack(">I", envelope[:4])[0]
    if not 0 < length <= _HEADER_LARGEST or len(envelope) <= 4 + length:
        raise Hostile(f"a header of {length} bytes; at most {_HEADER_LARGEST}, and then the rest")
    head = envelope[4 : 4 + length]
    return Header.from_payload(strict.read_object(head)), head, envelope[4 + length :]


def _read_inner(header: Header, inner: bytes) -> Opened:
    # Whoever knows the recipient's public key can make it open something: nothing but this small
    # shape is read before a signature is verified.
    fields = Fields(strict.read_object(inner, depth=2, values=MOST_ITEMS + 10), "envelope")
    items = fields.texts("items", MOST_ITEMS, longest=LARGEST)
    manifest = fields.text("manifest", most=LARGEST)
    second = fields.optional("second", lambda name: fields.text(name, most=LARGEST))
    fields.done()
    if not all(item.isascii() for item in items):
        raise Hostile("envelope: an item that is no JWS")
    return Opened(header, manifest, items, second)
