"""The keys of this node's log and of its witness, and the keys of the other nodes.

The log signs checkpoints with Ed25519. The witness co-signs with a key of its own, Ed25519, and a
second one, ML-DSA-44, for those who already ask for it. All are made when first needed, named for
the log's origin, which then never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from . import passing
from .cosignature import Cosigner, Ed25519Cosigner, MLDSA44Cosigner
from .database import lock, whole_log
from .errors import Taken
from .models import OwnKey, TrustedKey
from .note import (
    COSIGNATURE_ED25519,
    COSIGNATURE_ML_DSA_44,
    ED25519,
    VerifierKey,
    check_name,
)
from .wiring import wired

KINDS = (ED25519, COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44)
_LOCK = 0x6C6F6703


def log_key() -> tuple[str, Ed25519PrivateKey]:
    """The log's origin and the key with which it signs now."""
    row = _in_use(ED25519)
    return row.name, Ed25519PrivateKey.from_private_bytes(_open(row))


def origin() -> str:
    """The name of this node's log."""
    return _in_use(ED25519).name


def cosigners() -> list[Cosigner]:
    """This node as a witness: one co-signer per kind of key."""
    classical, quantum = _in_use(COSIGNATURE_ED25519), _in_use(COSIGNATURE_ML_DSA_44)
    return [
        Ed25519Cosigner(classical.name, Ed25519PrivateKey.from_private_bytes(_open(classical))),
        MLDSA44Cosigner(quantum.name, MLDSA44PrivateKey.from_seed_bytes(_open(quantum))),
    ]


def own_keys(*kinds: int, retired: bool = False) -> list[VerifierKey]:
    """The public keys to announce to the other nodes; with `retired`, every one there ever was."""
    with whole_log():
        found = [_in_use(kind) for kind in kinds or KINDS]
        if retired:
            found = list(OwnKey.objects.filter(kind__in=kinds or KINDS).order_by("-id"))
    return [VerifierKey(row.name, row.kind, bytes(row.public)) for row in found]


def own_log_keys(name: str) -> list[VerifierKey]:
    """Every key with which our log has ever signed, if this is its name now."""
    if name != origin():
        return []
    return [key for key in own_keys(ED25519, retired=True) if key.name == name]


def rotate(kind: int) -> VerifierKey:
    """Retire the key in use, make another, and tell the other nodes."""
    with whole_log():
        lock(_LOCK, "own")
        name = _in_use(kind).name
        OwnKey.objects.filter(kind=kind, retired_at=None).update(retired_at=Now())
        row = _make(kind, name)
    wired().announce()
    return VerifierKey(row.name, row.kind, bytes(row.public))


def rename(name: str) -> list[VerifierKey]:
    """Retire every key and make new ones for a log of this name, with another tree."""
    with whole_log():
        lock(_LOCK, "own")
        OwnKey.objects.filter(retired_at=None).update(retired_at=Now())
        rows = [_make(kind, _name(kind, check_name(name))) for kind in KINDS]
    wired().announce()
    return [VerifierKey(row.name, row.kind, bytes(row.public)) for row in rows]


def reseal(unseal_old: Callable[[bytes, str], bytes]) -> int:
    """Seal every private key anew after the key-encryption key changed; how many."""
    with whole_log():
        rows = list(OwnKey.objects.all())
        for row in rows:
            bound = _bound(row.name, row.kind, bytes(row.public))
            secret = unseal_old(bytes(row.sealed_private), bound)
            OwnKey.objects.filter(pk=row.pk).update(sealed_private=wired().seal(secret, bound))
    return len(rows)


def trust(vkey: str, *, party: str) -> VerifierKey:
    """Take by hand the key of this Party's log or witness. Raises Malformed, or Taken."""
    key = VerifierKey.parse(vkey)
    with whole_log():
        _alone()
        _check_free([key], party)
        _take(key, party)
    return key


def distrust(vkey: str) -> bool:
    """Believe nothing more that this key signs, whoever announces it. Whether it was trusted."""
    with whole_log():
        found = TrustedKey.objects.filter(vkey=vkey.strip(), retired_at=None)
        return bool(found.update(retired_at=Now(), distrusted_at=Now()))


def announced(party: str, vkeys: Iterable[str]) -> bool:
    """These and no others are the keys of this Party's node, its Party says; whether one was new.

    A key that was distrusted by hand stays so. Raises Malformed, or Taken where a key or a name is of
    a Party with another node: one witness does not count for two nodes, and nobody has another's name.
    """
    found = [VerifierKey.parse(vkey) for vkey in vkeys]
    with whole_log():
        _alone()
        _check_free(found, party)
        valid = TrustedKey.objects.filter(party=party, retired_at=None)
        valid.exclude(vkey__in=[str(key) for key in found]).update(retired_at=Now())
        barred = TrustedKey.objects.filter(distrusted_at__isnull=False)
        known = {*valid.values_list("vkey", flat=True), *barred.values_list("vkey", flat=True)}
        new = [key for key in found if str(key) not in known]
        for key in new:
            _take(key, party)
    return bool(new)


def share_anew() -> None:
    """Hold the keys against the settings, by which Parties share a node: they may have changed."""
    with whole_log():
        _alone()


def check_free(party: str, vkeys: Iterable[str]) -> None:
    """Raise Taken where one of them is another node's, as the keys are since the last announcement or
    `share_anew`."""
    with whole_log():
        lock(_LOCK, "trusted")
        _check_free([VerifierKey.parse(vkey) for vkey in vkeys], party)


def _alone() -> None:
    """One announcement after the other; who shares a node may have changed since the last one. Of
    those who share it no more the first one keeps the keys."""
    lock(_LOCK, "trusted")
    for party, held in TrustedKey.objects.order_by().values_list("party", "node").distinct():
        if (node := wired().node(party)) != held:
            TrustedKey.objects.filter(party=party, node=held).update(node=node)
    nodes = {name: rows[0].node for name, rows in _owned(TrustedKey.objects.all()).items()}
    valid = TrustedKey.objects.filter(retired_at=None)
    left = [row.pk for row in valid if row.node != nodes.get(row.name, row.node)]
    if left:
        TrustedKey.objects.filter(pk__in=left).update(retired_at=Now())


def _check_free(found: Iterable[VerifierKey], party: str) -> None:
    """A trigger of the database refuses the same. What a Party left out of its key set is free, but
    for what was distrusted by hand: that stays its own as long as any key of it is believed."""
    present = TrustedKey.objects.filter(retired_at=None).order_by().values("party")
    kept = Q(retired_at=None) | Q(distrusted_at__isnull=False, party__in=present)
    others = TrustedKey.objects.filter(kept).exclude(node=wired().node(party))
    for key in found:
        rows = others.filter(Q(public=key.public) | Q(name=key.name)).order_by("id")
        if row := rows.first():
            what = "key" if bytes(row.public) == key.public else "name"
            raise Taken(
                f"the {what} of {key.name} ({key.id.hex()}), which {party} announces, is {row.party}'s here"
            )


def check_not_ours(vkeys: Iterable[str], party: str) -> None:
    """Raise Taken where another Party announces a key or a name of this node's own."""
    for key in map(VerifierKey.parse, vkeys):
        with whole_log():
            own = OwnKey.objects.filter(Q(public=key.public) | Q(name=key.name)).first()
        if own:
            raise Taken(f"{key.name} ({key.id.hex()}), which {party} announces, is this node's own")


def _take(key: VerifierKey, party: str) -> None:
    node = wired().node(party)
    passing.take_over(key.name, node)
    held = TrustedKey.objects.filter(vkey=str(key), party=party).first()
    together = {party, *node.split("+"), *(held.together.split("+") if held else ())}
    TrustedKey.objects.update_or_create(
        vkey=str(key),
        party=party,
        defaults={
            "name": key.name,
            "kind": key.kind,
            "public": key.public,
            "node": node,
            "together": "+".join(sorted(together)),
            "retired_at": None,
            "distrusted_at": None,
        },
    )


def log_keys(name: str) -> list[VerifierKey]:
    """The keys trusted for the log of this origin; none where it is unknown."""
    return _trusted(TrustedKey.objects.filter(name=name, kind=ED25519))


def witness_keys(name: str = "") -> list[VerifierKey]:
    """The keys of the other nodes as witnesses, or of the one with this name."""
    found = TrustedKey.objects.exclude(kind=ED25519)
    return _trusted(found.filter(name=name) if name else found)


def logs() -> dict[str, list[str]]:
    """The origins of the other nodes' logs, each with the Parties whose it is: the first one is who
    announced it first."""
    return _named(TrustedKey.objects.filter(kind=ED25519))


def witnesses() -> dict[str, list[str]]:
    """The names of the other nodes as witnesses, each with the Parties whose it is, as `logs()`."""
    return _named(TrustedKey.objects.exclude(kind=ED25519))


def _named(rows: QuerySet[TrustedKey]) -> dict[str, list[str]]:
    return {
        name: list(dict.fromkeys(row.party for row in found))
        for name, found in _owned(rows).items()
    }


def _trusted(rows: QuerySet[TrustedKey]) -> list[VerifierKey]:
    found = _owned(rows).values()
    return [VerifierKey.parse(vkey) for vkey in dict.fromkeys(r.vkey for g in found for r in g)]


def _owned(rows: QuerySet[TrustedKey]) -> dict[str, list[TrustedKey]]:
    """The valid keys by name. A name is its who announced it first: of another Party's keys by that
    name those alone count that are the first one's too. So nobody puts a key of his own under another
    node's name, nor is asked in its place."""
    with whole_log():
        by_name = dict[str, list[TrustedKey]]()
        for row in rows.order_by("name", "id"):
            by_name.setdefault(row.name, []).append(row)
    owned = {name: _of_the_first(group) for name, group in by_name.items()}
    return {name: found for name, found in owned.items() if found}


def _of_the_first(group: list[TrustedKey]) -> list[TrustedKey]:
    """In the order in which the Parties came by the name, though their keys have changed since."""
    valid = [row for row in group if row.retired_at is None]
    order = list(dict.fromkeys(row.party for row in group))
    valid.sort(key=lambda row: order.index(row.party))
    firsts = {row.vkey for row in valid if row.party == valid[0].party}
    node = wired().node(valid[0].party) if valid else ""
    return [row for row in valid if row.vkey in firsts and wired().node(row.party) == node]


def _in_use(kind: int) -> OwnKey:
    with whole_log():
        row = OwnKey.objects.filter(kind=kind, retired_at=None).first()
        if row is None:
            lock(_LOCK, "own")
            row = OwnKey.objects.filter(kind=kind, retired_at=None).first() or _first(kind)
    return row


def _first(kind: int) -> OwnKey:
    log = OwnKey.objects.filter(kind=ED25519).order_by("-id").first()
    name = check_name(log.name if log else wired().origin())
    for missing in KINDS if log is None else (kind,):
        made = _make(missing, _name(missing, name))
        if missing == kind:
            row = made
    return row


def _name(kind: int, log: str) -> str:
    return log if kind == ED25519 else f"{log}/witness"


def _make(kind: int, name: str) -> OwnKey:
    if kind == COSIGNATURE_ML_DSA_44:
        quantum = MLDSA44PrivateKey.generate()
        secret, public = quantum.private_bytes_raw(), quantum.public_key().public_bytes_raw()
    else:
        private = Ed25519PrivateKey.generate()
        secret, public = private.private_bytes_raw(), private.public_key().public_bytes_raw()
    sealed = wired().seal(secret, _bound(name, kind, public))
    return OwnKey.objects.create(name=name, kind=kind, public=public, sealed_private=sealed)


def _open(row: OwnKey) -> bytes:
    name = _bound(row.name, row.kind, bytes(row.public))
    return wired().unseal(bytes(row.sealed_private), name)


def _bound(name: str, kind: int, public: bytes) -> str:
    """What a sealed key is bound to, so that it opens in its own row only."""
    return f"audit {VerifierKey(name, kind, public)}"
