"""Take over the key sets of other Parties: whose signature is the enrolled root key's, in order."""

from __future__ import annotations

from unicodedata import normalize

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from audit import log
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.crypto import jws
from cordillera.crypto import keyset as wire
from cordillera.crypto.errors import Hostile
from cordillera.doorbell import ring

from .. import addresses, contacts
from ..models import KeySet, Party, PartyKey, Peer
from .held import current, said
from .issuing import mark
from .logs import TASK, tell_taken, trust_log


@transaction.atomic
def accept(text: str, by: Identity | None = None, *, despite_log: bool = False) -> KeySet:
    """Take over the key set of an enrolled peer; the newest one held, if this one is known already.

    Raises Hostile, and nothing else, for what is not signed by the enrolled root key or does not
    follow what is held; the caller then writes the refusal down. With `despite_log` one that names
    another node's log is taken over without its log: who squats on a name blocks no revocation.
    """
    # 1. Whose it says it is, and that he is enrolled; one after the other for each Party.
    party_code = wire.KeySet.from_payload(jws.peek(text, wire.TYPE, wire.LARGEST)).party
    peer = Peer.objects.select_for_update().filter(party_id=party_code).first()
    held = current(party_code)
    if peer is None or held is None or party_code in settings.HOSTED_PARTIES:
        raise Hostile(f"{party_code} is not enrolled here", "unknown-sender")
    # 2. Signed by the enrolled root key.
    new = wire.KeySet.read(text, bytes(held.root.public))
    # 3. Late, and known: nothing to do.
    if KeySet.objects.filter(party_id=party_code, root=held.root, digest=new.digest).exists():
        return held
    # 4. The successor of what is held.
    new.check_follows(said(held))
    return store(new, held.root, by, despite_log=despite_log)


def store(
    new: wire.KeySet,
    root: PartyKey,
    by: Identity | None,
    confirmed_by: str = "",
    *,
    despite_log: bool = False,
) -> KeySet:
    """Keep a verified key set of a remote Party and do what it says."""
    now, before = clock.now(), current(new.party)
    made = KeySet.objects.create(
        party_id=new.party,
        root=root,
        number=new.number,
        jws=new.jws,
        digest=new.digest,
        issued_at=new.issued_at,
        imported_at=now,
        confirmed_at=now if confirmed_by else None,
        confirmed_by=confirmed_by,
    )
    _store_keys(new)
    try:
        trust_log(new)
    except Hostile as error:
        if not despite_log:
            raise
        tell_taken(new, str(error))
    ring(TASK)
    party = _store_party(new)
    contacts.replace(party, new.contacts)
    detail = {
        "number": new.number,
        "keys": [key.kid for key in new.keys if key.active],
        "revoked": [key.kid for key in new.keys if key.revoked_at],
        "contacts": len(new.contacts),
        **_second_signature(new, said(before) if before else None),
    }
    for code in settings.HOSTED_PARTIES:
        actor = by if by and by.party == code else Identity.of_node(code)
        log.write("key:accept", actor=actor, about=root.kid, detail=detail)
    return made


def _second_signature(new: wire.KeySet, held: wire.KeySet | None) -> dict[str, str]:
    """Whether it begins or ends: who audits sees from when on it is not asked for any more."""
    wanted = bool(new.active(wire.SIGNING_PQ))
    if wanted == bool(held and held.active(wire.SIGNING_PQ)):
        return {}
    return {"second_signature": "begins" if wanted else "ends"}


def told_names(new: wire.KeySet) -> dict[str, str]:
    """The names that a key set tells, without those that another Party has here. Raises Hostile."""
    taken = {
        _folded(text)
        for party in Party.objects.exclude(code=new.party)
        for text in (
            party.code,
            party.administration,
            party.short_name,
            *party.country_names.values(),
        )
    }
    told = {
        name: contacts.known_line("a Party's name", text, 200) for name, text in new.names.items()
    }
    return {name: text for name, text in told.items() if _folded(text) not in taken}


def _folded(text: str) -> str:
    return normalize("NFKC", text).casefold()


def _store_keys(new: wire.KeySet) -> None:
    rows = PartyKey.objects.in_bulk([key.kid for key in new.keys])
    for key in new.keys:
        row = rows.get(key.kid) or PartyKey(
            kid=key.kid,
            party_id=new.party,
            use=key.use,
            alg=key.alg,
            public=key.public,
            created_at=key.since,
        )
        if bytes(row.public) != key.public or row.use != key.use:
            raise Hostile(f"the key {key.kid} is not the one that was known by this id", "mismatch")
        mark(row, key, new.number)
    # Sealing keys leave a key set when they are destroyed; all do with another root key.
    gone = PartyKey.objects.filter(party_id=new.party, retired_in=None).exclude(use=PartyKey.ROOT)
    gone.exclude(kid__in=[key.kid for key in new.keys]).update(
        retired_at=new.issued_at, retired_in=new.number
    )


def _store_party(new: wire.KeySet) -> Party:
    party = Party.objects.select_for_update().get(code=new.party)
    names = told_names(new)
    party.administration = names.pop("administration", party.administration)
    party.short_name = names.pop("short", party.short_name)[:20]
    party.country_names = {**party.country_names, **names}
    try:
        party.address = addresses.told(new.address or "")
    except ValidationError as error:
        raise Hostile(" ".join(error.messages)) from error
    party.save()
    Peer.objects.filter(party=party, address_kept=False).update(address=party.address)
    return party
