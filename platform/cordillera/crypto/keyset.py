"""A Party's key set: which keys are its own, signed by its root key.

The newest key set of a Party is the whole truth about its keys: a signing key stays listed for
ever, with `until` once it is retired and `revoked_at` once it is not to be believed any more, so
that one key set verifies all that its Party ever signed. Sealing keys leave it when destroyed.
Which root key is the Party's own is compared out of band when Parties join.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey

from . import hpke, ids, jws, strict
from .errors import BadSignature, Hostile, Mismatch, RevokedKey, UnknownKey
from .fields import Fields, written
from .log_keys import LogKeys

TYPE = "cordillera-keyset+jws"
FORMAT = "cordillera-keyset/1"
LARGEST = 2 * 1024 * 1024
SIGNING, SEALING, SIGNING_PQ, ROOT = "signing", "sealing", "signing-pq", "root"
ED25519, ML_DSA_65 = jws.ED25519, jws.ML_DSA_65
_LETTERS = {SIGNING: "", SEALING: "seal-", SIGNING_PQ: "pq-", ROOT: "root-"}
_PUBLIC_BYTES = {ED25519: 32, ML_DSA_65: 1952}
_FIELD = 2**255 - 19
# The y of a point of order 8; see _check_ed25519.
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_MOST_KEYS, _MOST_CONTACTS = 500, 5000
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[A-Za-z0-9._~\-/]*)?")
#: The country by language, the administration's full name, and its short one, as CBP.
_NAME = re.compile(r"[a-z]{2}|administration|short")
_ROLE = re.compile(r"[a-z_]{1,40}")


def key_id(party: str, public: bytes, use: str = SIGNING) -> str:
    """As US-0f3a…, US-root-…, US-seal-…, US-pq-…: drawn from the public half's SHA-256."""
    return f"{party}-{_LETTERS[use]}{hashlib.sha256(public).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Key:
    """One listed key. `alg` is Ed25519, ML-DSA-65, or the name of a sealing suite."""

    kid: str
    use: str
    alg: str
    public: bytes = field(repr=False)
    since: datetime
    until: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def active(self) -> bool:
        """In use: neither retired nor revoked. What the newest key set says, not a clock."""
        return self.until is None and self.revoked_at is None

    def to_payload(self) -> dict[str, Any]:
        return {
            "kid": self.kid,
            "use": self.use,
            "alg": self.alg,
            "public": strict.encode(self.public),
            "from": written(self.since),
            "until": self.until and written(self.until),
            "revoked_at": self.revoked_at and written(self.revoked_at),
        }


@dataclass(frozen=True, slots=True)
class Contact:
    """An officer whom other Parties may name."""

    id: UUID
    name: str
    unit: str = ""
    roles: tuple[str, ...] = ()

    def to_payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "name": self.name,
            "unit": self.unit,
            "roles": list(self.roles),
        }


@dataclass(frozen=True, slots=True)
class KeySet:
    """What a key set says. `jws` and `digest` are those of the text it was read from, else ""."""

    party: str
    number: int
    issued_at: datetime
    root: bytes
    keys: tuple[Key, ...]
    previous: str | None = None
    address: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()
    log: LogKeys | None = None
    jws: str = field(default="", repr=False)

    @property
    def root_kid(self) -> str:
        return key_id(self.party, self.root, ROOT)

    @property
    def digest(self) -> str:
        """What the next key set's `previous` has to say."""
        return jws.digest(self.jws)

    @classmethod
    def build(cls, **values: Any) -> dict[str, Any]:
        """The payload to sign with the root key; the arguments are the fields of this class."""
        return cls(**values).to_payload()

    def to_payload(self) -> dict[str, Any]:
        found = {
            "format": FORMAT,
            "party": self.party,
            "number": self.number,
            "issued_at": written(self.issued_at),
            "root": {"kid": self.root_kid, "public": strict.encode(self.root)},
            "previous": self.previous,
            "keys": [key.to_payload() for key in self.keys],
            "address": self.address,
            "names": dict(self.names),
            "contacts": [contact.to_payload() for contact in self.contacts],
        }
        return {**found, "log": self.log.to_payload()} if self.log else found

    @classmethod
    def read(cls, text: str, root: bytes | None) -> KeySet:
        """The key set, its signature verified by `root` (raw Ed25519 public key).

        With None it is verified by the root key that it brings along: it is then whole, but whose
        it is has still to be compared out of band. Raises Hostile.
        """
        claimed = cls.from_payload(jws.peek(text, TYPE, LARGEST))
        if root is not None and claimed.root != root:
            raise BadSignature(f"another root key than the one known of {claimed.party}")
        verifier = Ed25519PublicKey.from_public_bytes(claimed.root)
        payload = jws.verify(
            text,
            typ=TYPE,
            key_of=lambda kid: verifier if kid == claimed.root_kid else None,
            largest=LARGEST,
        )
        return cls.from_payload(payload, text)

    @classmethod
    def from_payload(cls, payload: dict[str, Any], text: str = "") -> KeySet:
        """Raises Hostile. `text` is the JWS that the payload came in."""
        fields = Fields(payload, "key set")
        fields.format(FORMAT)
        party = fields.party("party")
        found = cls(
            party=party,
            number=fields.whole("number", least=1),
            issued_at=fields.time("issued_at"),
            root=_root(fields, party),
            previous=fields.maybe("previous", fields.digest),
            keys=fields.each("keys", _MOST_KEYS, lambda entry: _key(entry, party)),
            address=fields.maybe("address", lambda name: fields.text(name, _ADDRESS, 300)),
            names=_names(fields),
            contacts=fields.each("contacts", _MOST_CONTACTS, lambda one: _contact(one, party)),
            log=fields.optional("log", lambda name: LogKeys.of(fields.object(name))),
            jws=text,
        )
        fields.done()
        if len({key.kid for key in found.keys}) != len(found.keys):
            raise Hostile("key set: the same key twice")
        if (found.number == 1) != (found.previous is None):
            raise Hostile("key set: the first one, and no other, has no previous")
        return found

    def key(self, kid: str, use: str) -> Key:
        """The listed key. Raises UnknownKey, RevokedKey."""
        for key in self.keys:
            if key.kid == kid and key.use == use:
                if key.revoked_at is not None:
                    raise RevokedKey(f"the key {kid} was revoked")
                return key
        raise UnknownKey(f"{self.party} lists no {use} key {kid[:40]!r}")

    def active(self, use: str) -> tuple[Key, ...]:
        """The keys in use, the newest first."""
        return tuple(
            sorted((k for k in self.keys if k.use == use and k.active), key=_since, reverse=True)
        )

    def signer(self, kid: str, use: str = SIGNING) -> Ed25519PublicKey:
        """The key that may sign manifests, receipts, statements and requests: in use now.

        Raises UnknownKey (also for a retired one), RevokedKey. Fits as `key_of` of `jws.verify`.
        """
        key = self.key(kid, use)
        if key.until is not None:
            raise UnknownKey(f"the key {kid} is retired")
        return Ed25519PublicKey.from_public_bytes(key.public)

    def second_signer(self, kid: str) -> MLDSA65PublicKey:
        """As `signer`, for the ML-DSA-65 signature."""
        key = self.key(kid, SIGNING_PQ)
        if key.until is not None:
            raise UnknownKey(f"the key {kid} is retired")
        return MLDSA65PublicKey.from_public_bytes(key.public)

    def signer_at(self, kid: str, at: datetime) -> Ed25519PublicKey:
        """The key of what was signed at `at`, as a version: a retired one too, before its `until`.

        Both moments are told by the same Party; no clock of ours is asked.
        """
        key = self.key(kid, SIGNING)
        if key.until is not None and at > key.until:
            raise UnknownKey(f"the key {kid} was retired before this was signed")
        return Ed25519PublicKey.from_public_bytes(key.public)

    def check_follows(self, held: KeySet) -> None:
        """Refuse to replace `held` by what is not its successor: raises Mismatch, or Hostile with
        the code sequence-reused where the Party signed two different key sets of one number."""
        if self.party != held.party or self.root != held.root:
            raise Mismatch("another Party's key set, or another root key")
        if self.number == held.number and self.digest != held.digest:
            raise Hostile(f"two key sets with the number {self.number}", "sequence-reused")
        if self.number < held.number:
            raise Mismatch(f"number {self.number}; {held.number} is held already")
        if self.number == held.number + 1 and self.previous != held.digest:
            raise Mismatch("its previous is not the key set that is held")
        for old in held.keys:
            self._check_kept(old)

    def _check_kept(self, old: Key) -> None:
        new = next((key for key in self.keys if key.kid == old.kid), None)
        if new is None:
            if old.use != SEALING:
                raise Mismatch(f"the signing key {old.kid} is no longer listed")
        elif old.revoked_at is not None and new.revoked_at is None:
            raise Mismatch(f"the revoked key {old.kid} is to be believed again")


def _since(key: Key) -> datetime:
    return key.since


def _root(fields: Fields, party: str) -> bytes:
    root = Fields(fields.object("root"), "key set: root")
    public = root.bytes("public", length=32)
    if root.text("kid") != key_id(party, public, ROOT):
        raise Hostile("key set: the root key's id is not drawn from it")
    root.done()
    _check_ed25519(public)
    return public


def _key(fields: Fields, party: str) -> Key:
    use = fields.one_of("use", frozenset({SIGNING, SEALING, SIGNING_PQ}))
    alg = fields.text("alg")
    public = fields.bytes("public")
    _check_public(use, alg, public)
    kid = fields.text("kid")
    if kid != key_id(party, public, use):
        raise Hostile("key set: a key's id is not drawn from it")
    return Key(
        kid=kid,
        use=use,
        alg=alg,
        public=public,
        since=fields.time("from"),
        until=fields.maybe("until", fields.time),
        revoked_at=fields.maybe("revoked_at", fields.time),
    )


def _check_public(use: str, alg: str, public: bytes) -> None:
    if use == SEALING:
        # A suite that is not known here is nothing to seal with, but no reason to refuse the set.
        if alg in hpke.SUITES:
            hpke.SUITES[alg].check_public(public)
        return
    if alg != (ED25519 if use == SIGNING else ML_DSA_65):
        raise Hostile(f"key set: {alg[:40]!r} is no algorithm of a {use} key")
    if len(public) != _PUBLIC_BYTES[alg]:
        raise Hostile(f"key set: {len(public)} bytes are no public key of {alg}")
    if alg == ED25519:
        _check_ed25519(public)


def _check_ed25519(public: bytes) -> None:
    """Refuse what is no point, another spelling of one, and the points of small order: under such a
    key one signature fits many texts, and its Party could deny each of them."""
    y = int.from_bytes(public, "little") & (2**255 - 1)
    if y >= _FIELD or y in (0, 1, _FIELD - 1, _ORDER_8, _FIELD - _ORDER_8):
        raise Hostile("key set: no Ed25519 public key that stands for one signer")
    try:
        Ed25519PublicKey.from_public_bytes(public)
    except ValueError as error:
        raise Hostile("key set: no Ed25519 public key") from error


def _names(fields: Fields) -> dict[str, str]:
    names = fields.object("names")
    inner = Fields(names, "key set: names")
    if len(names) > 10 or not all(_NAME.fullmatch(name) for name in names):
        raise Hostile("key set: names: languages of two letters, administration or short")
    return {name: inner.line(name) for name in names}


def _contact(fields: Fields, party: str) -> Contact:
    contact = fields.uuid("id")
    if ids.party_of(contact) != party:
        raise Hostile(f"key set: contacts: {contact} is no id of {party}")
    return Contact(
        id=contact,
        name=fields.line("name"),
        unit=fields.line("unit"),
        roles=fields.texts("roles", 10, _ROLE),
    )
