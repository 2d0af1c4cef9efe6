"""The bytes of an entry that the tree commits to, and how one of them can be forgotten.

    head        JSON of id, moment, Party and tag: that something was done, when, for whom
    body        JSON of who, about what, why and the detail
    body hash   SHA-256("cordillera/audit/body/v1\\n" ‖ salt ‖ body)      32 random bytes of salt
    commitment  SHA-256("cordillera/audit/entry/v1\\n" ‖ body hash ‖ head)
    leaf hash   SHA-256(0x00 ‖ commitment), as RFC 6962 hashes an entry

The log's entries, as other people's tools see them, are the commitments. Where the law requires it,
a body and its salt are erased and the body hash stays: the entry's place, moment, Party and tag are
proved as before, and without the salt nobody can find out by trying what the body was.

JSON is written with sorted names, without spaces, in UTF-8, every moment in UTC to the microsecond.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from .errors import Malformed
from .note import decode, encode

BODY, ENTRY = b"cordillera/audit/body/v1\n", b"cordillera/audit/entry/v1\n"
SALT_BYTES = 32

_write = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
).encode

_quote: Callable[[str], str] = json.encoder.encode_basestring


def canonical(value: Mapping[str, Any]) -> bytes:
    return _write(value).encode()


def moment(at: datetime) -> str:
    """As 2026-11-21T21:23:33.000250Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def head(*, id: str, at: str, party: str, tag: str) -> bytes:
    """`at` as `moment` writes it."""
    # Written out, since it is done for every entry: the same as canonical() of these members.
    return (
        f'{{"at":{_quote(at)},"id":{_quote(id)},"party":{_quote(party)},"tag":{_quote(tag)},"v":1}}'
    ).encode()


def body(
    *, actor: str, actor_name: str, about: str, purpose: str, detail: Mapping[str, Any]
) -> bytes:
    return (
        f'{{"about":{_quote(about)},"actor":{_quote(actor)},"actor_name":{_quote(actor_name)},'
        f'"detail":{_write(detail) if detail else "{}"},"purpose":{_quote(purpose)}}}'
    ).encode()


def body_hash(body: bytes, salt: bytes) -> bytes:
    if len(salt) != SALT_BYTES:
        raise Malformed(f"A salt has {SALT_BYTES} bytes; this one has {len(salt)}.")
    return sha256(BODY + salt + body).digest()


def commitment(head: bytes, body_hash: bytes) -> bytes:
    return sha256(ENTRY + body_hash + head).digest()


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry that can be held against its commitment: with its body, or erased with its hash."""

    head: bytes
    body: bytes | None
    salt: bytes | None
    hash: bytes

    @classmethod
    def of(cls, head: bytes, body: bytes, salt: bytes) -> Opened:
        return cls(head, body, salt, body_hash(body, salt))

    @classmethod
    def erased(cls, head: bytes, hash: bytes) -> Opened:
        return cls(head, None, None, hash)

    @property
    def commitment(self) -> bytes:
        return commitment(self.head, self.hash)

    def members(self) -> dict[str, str]:
        """For JSON: the exact texts and, in base64, the salt or the hash of an erased body."""
        if self.body is None or self.salt is None:
            return {"head": self.head.decode(), "erased": encode(self.hash)}
        return {
            "head": self.head.decode(),
            "body": self.body.decode(),
            "salt": encode(self.salt),
        }

    @classmethod
    def parse(cls, members: Mapping[str, Any]) -> Opened:
        """Read `members()`. Raises Malformed."""
        try:
            head = str(members["head"]).encode()
            if "erased" in members:
                return cls.erased(head, decode(str(members["erased"])))
            return cls.of(head, str(members["body"]).encode(), decode(str(members["salt"])))
        except (KeyError, UnicodeEncodeError) as error:
            raise Malformed("An entry has a head, and a body with its salt or its hash.") from error
