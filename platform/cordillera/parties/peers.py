"""The remote Parties that are enrolled here, and how the two nodes speak."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from audit import keys as log_keys
from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity
from cordillera.crypto import keyset as wire
from cordillera.crypto.errors import Hostile, Mismatch
from cordillera.doorbell import ring

from . import addresses, contacts, fingerprints, keysets
from .errors import NotEnrolled, OtherRoot, PartiesError
from .models import KeySetReceipt, Officer, Party, PartyKey, Peer

#: What an administrator may set of a peer.
SETTINGS = ("mode", "client_certificate", "client_key", "authority", "pins")


def is_remote(party_code: str) -> bool:
    """Whether this Party's node is another one."""
    return party_code not in settings.HOSTED_PARTIES


def enrolled() -> QuerySet[Peer]:
    """Every peer, in the order of their codes."""
    found = Peer.objects.exclude(party_id__in=settings.HOSTED_PARTIES)
    return found.select_related("party").order_by("party_id")


def get(party_code: str) -> Peer:
    """The peer. Raises NotEnrolled."""
    found = enrolled().filter(party_id=party_code).first()
    if found is None:
        raise NotEnrolled(f"{party_code} is not enrolled here as a peer.")
    return found


def acknowledged(peer_code: str, party_code: str) -> int:
    """The highest key set of our Party that the peer has receipted; 0 for none."""
    found = KeySetReceipt.objects.filter(peer_id=peer_code, party_id=party_code)
    return found.values_list("number", flat=True).first() or 0


def acknowledge(peer_code: str, party_code: str, number: int) -> None:
    """The peer receipted our Party's key set `number`. A late receipt changes nothing."""
    row, made = KeySetReceipt.objects.get_or_create(
        peer_id=peer_code,
        party_id=party_code,
        defaults={"number": number, "at": clock.now()},
    )
    if not made:
        later = KeySetReceipt.objects.filter(pk=row.pk, number__lt=number)
        later.update(number=Greatest(F("number"), number), at=clock.now())


# --- Enrolling --------------------------------------------------------------------------------


def introduced(text: str) -> wire.KeySet:
    """What a peer's key set file says. It is whole; whose it is, its words have yet to tell."""
    found = wire.KeySet.read(text.strip(), None)
    if not is_remote(found.party):
        raise Mismatch(f"{found.party} is hosted here and is no peer of this node")
    return found


@transaction.atomic
def enrol(
    text: str, *, by: Identity | None = None, confirmed_with: str, mode: str = Peer.PUSH
) -> Peer:
    """Trust this key set's root key from now on. `confirmed_with`: with whom its words were compared.

    A second key set of the same root is taken over like one that arrives. Raises Hostile, or
    OtherRoot where the Party is enrolled under another root key.
    """
    new = introduced(text)
    if by is not None:
        require(by, "peer.manage")
    present = Peer.objects.select_for_update().filter(party_id=new.party).first()
    if present:
        _check_root(new)
        keysets.accept(new.jws, by)
        return present
    _make_party(new)
    root = _trust(new)
    peer = Peer.objects.create(
        party_id=new.party,
        mode=mode,
        enrolled_at=clock.now(),
        enrolled_by=by.name if by else "operator",
    )
    _take(new, root, by, confirmed_with)
    _log("peer:enrol", new.party, by, root=root.kid, number=new.number, with_=confirmed_with)
    ring("exchange.keysets")
    return peer


def _check_root(new: wire.KeySet) -> None:
    held = keysets.current(new.party)
    if held and bytes(held.root.public) != new.root:
        raise OtherRoot(
            f"{new.party} is enrolled under the root key {held.root_id}; this key set is signed by "
            f"{new.root_kid}. If {new.party} really has a new root key, remove the peer "
            f"(`manage.py peer remove {new.party}`) and enrol it again, comparing the words anew."
        )


def _make_party(new: wire.KeySet) -> Party:
    names = keysets.told_names(new)
    administration = names.pop("administration", new.party)
    short = names.pop("short", new.party)[:20]
    party, made = Party.objects.get_or_create(
        code=new.party,
        defaults={
            "country_names": names,
            "administration": administration,
            "short_name": short,
        },
    )
    if made:
        _log("party:add", new.party, None)
    return party


def _trust(new: wire.KeySet) -> PartyKey:
    root, _made = PartyKey.objects.update_or_create(
        kid=new.root_kid,
        defaults={"retired_at": None},
        create_defaults={
            "party_id": new.party,
            "use": PartyKey.ROOT,
            "public": new.root,
            "created_at": new.issued_at,
            "listed_in": new.number,
        },
    )
    if bytes(root.public) != new.root:
        raise Hostile("another root key of the same id is known", "mismatch")
    return root


def _take(new: wire.KeySet, root: PartyKey, by: Identity | None, confirmed_with: str) -> None:
    """The first key set, or after a removal one that is not older than what was held before."""
    held = keysets.current(new.party)
    if held and held.digest == new.digest:
        contacts.replace(held.party, new.contacts)
        keysets.trust_log(new)
        return
    if held:
        new.check_follows(keysets.said(held))
    keysets.store(new, root, by, confirmed_by=confirmed_with)


# --- Keeping ----------------------------------------------------------------------------------


@transaction.atomic
def set_address(party_code: str, address: str, *, by: Identity | None = None) -> Peer:
    """Where this peer is reached; empty: where its key sets say. Raises ValidationError."""
    peer = _locked(party_code, by)
    peer.address_kept = bool(address.strip())
    peer.address = addresses.clean(address) or peer.party.address
    peer.save(update_fields=["address", "address_kept"])
    _log("peer:address", party_code, by, address=peer.address, kept=peer.address_kept)
    return peer


@transaction.atomic
def change(party_code: str, *, by: Identity | None = None, **values: object) -> Peer:
    """Set some of SETTINGS: mode, client certificate, authorities and pins."""
    peer = _locked(party_code, by)
    if unknown := set(values) - set(SETTINGS):
        raise PartiesError(f"Of a peer one sets {', '.join(SETTINGS)}, not {unknown.pop()}.")
    for name, value in values.items():
        setattr(peer, name, value)
    peer.full_clean(validate_unique=False, validate_constraints=False)
    peer.save(update_fields=list(values))
    _log("peer:change", party_code, by, **values)
    return peer


@transaction.atomic
def remove(party_code: str, *, by: Identity | None = None) -> None:
    """Trust this Party's root key no longer, nor its log's. What it sent stays, and verifies as before."""
    peer = _locked(party_code, by)
    root = PartyKey.objects.filter(party_id=party_code, use=PartyKey.ROOT, retired_at=None)
    root.update(retired_at=clock.now())
    Officer.objects.filter(party_id=party_code, listed=True).update(listed=False, is_active=False)
    peer.delete()
    log_keys.announced(party_code, ())
    ring(keysets.logs.TASK)
    _log("peer:remove", party_code, by)


def words(party_code: str) -> dict[str, str]:
    """The fingerprint of the Party's root key, by language; empty where it has none here."""
    root = PartyKey.objects.filter(party_id=party_code, use=PartyKey.ROOT, retired_at=None).first()
    return fingerprints.in_all_languages(bytes(root.public)) if root else {}


def _locked(party_code: str, by: Identity | None) -> Peer:
    if by is not None:
        require(by, "peer.manage")
    get(party_code)
    return Peer.objects.select_for_update(of=("self",)).select_related("party").get(pk=party_code)


def _log(tag: str, party_code: str, by: Identity | None, **detail: object) -> None:
    """In the log of every Party that this node hosts: a peer is a peer of all of them."""
    for code in settings.HOSTED_PARTIES:
        actor = by if by and by.party == code else Identity.of_node(code)
        told = {name.rstrip("_"): value for name, value in detail.items()}
        log.write(tag, actor=actor, about=party_code, detail=told)
