"""Reads of records. They write nothing; every one starts from what the identity may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from cordillera.access.decide import permits, require
from cordillera.access.identity import Identity
from cordillera.parties.models import Officer, Party, PartyKey

from . import kinds, lifecycle, signing
from .models import Decision, Record, Version

#: Terms by which two records are probably about the same thing.
IDENTIFYING = ("container", "tax_id", "imo", "vin", "document", "plate", "passport")


def visible(identity: Identity | None) -> QuerySet[Record]:
    """Every record that `identity` may see, but deleted ones, and answers that are still being put
    together: these are no records yet, only places for files."""
    return _existing(identity).exclude(state=lifecycle.DRAFT, about__isnull=False)


def _existing(identity: Identity | None) -> QuerySet[Record]:
    return (
        Record.objects.visible_to(identity)
        .exclude(state=lifecycle.DELETED)
        .select_related("originator", "unit")
    )


def get(identity: Identity, pk: UUID | str, permission: str = "record.read") -> Record:
    """One record that `identity` may see and do `permission` on. Http404 where it does not exist
    for him, Refused where he sees it but may not."""
    held = _existing(identity).select_related("current", "pending", "about")
    record = held.filter(pk=pk).first()
    if record is None:
        raise Http404
    require(identity, permission, record)
    return record


def by_reference(identity: Identity, references: Iterable[str]) -> dict[str, Record]:
    """The visible ones among these references; the others stay unknown."""
    found = visible(identity).filter(reference__in=list(references))
    return {record.reference: record for record in found if record.reference}


def shown_version(identity: Identity, record: Record) -> Version:
    """The version that this reader sees: in force, or the originator's open draft before that."""
    version = record.current or record.pending
    if version is None:
        raise Http404
    return version


def versions(identity: Identity, record: Record) -> list[Version]:
    """Released versions (and, for the originator, open ones), newest first; row-level security
    leaves out those that were not released to the reader's Party, or that no channel of its own has
    brought it."""
    states = [Version.RELEASED, Version.SUPERSEDED]
    if record.originator_id == identity.party:
        states += [Version.DRAFT, Version.IN_REVIEW]
    found = record.versions.filter(state__in=states).order_by("-number")
    return [v for v in found if _version_is_seen(identity, record, v)]


def _version_is_seen(identity: Identity, record: Record, version: Version) -> bool:
    if record.originator_id == identity.party:
        return True
    if version.received_at and identity.party not in version.brought_to:
        return False
    return identity.party in version.audience and (
        version.tlp != "RED" or identity.account in version.named
    )


def answers(identity: Identity, record: Record, kind: str = "") -> QuerySet[Record]:
    """The answers to `record` that the reader sees, oldest first."""
    found = visible(identity).filter(about=record, state__in=lifecycle.IN_FORCE)
    if kind:
        found = found.filter(kind=kind)
    return found.select_related("current").order_by("released_at")


def open_decisions(identity: Identity) -> QuerySet[Decision]:
    """What waits for a second officer of the identity's Party, oldest first."""
    return (
        Decision.objects.filter(originator_id=identity.party, outcome="")
        .filter(record__in=Record.objects.visible_to(identity))
        .select_related(
            "record__originator", "record__unit", "record__current", "record__pending", "version"
        )
        .order_by("proposed_at")
    )


def decidable(identity: Identity) -> QuerySet[Decision]:
    """The proposals that this officer could decide now: none for who is no supervisor."""
    if identity.account is None or not permits(identity, "record.approve"):
        return Decision.objects.none()
    waiting = Decision.objects.filter(originator_id=identity.party, outcome="")
    # A decision on a dispute of a TLP:RED record is for the officers whom that names.
    waiting = waiting.filter(
        Q(record__about=None)
        | ~Q(record__tlp="RED")
        | Q(record__named__contains=[identity.account])
    )
    # The same as Decision.involved, as a filter.
    own = Q(
        verb__in=(Decision.RELEASE, Decision.AMEND), version__authors__contains=[identity.account]
    )
    return waiting.exclude(proposed_by=identity.account).exclude(own)


def decisions_waiting(identity: Identity) -> int:
    return decidable(identity).count()


def open_decision(record: Record) -> Decision | None:
    return record.decisions.filter(outcome="").select_related("version").first()


def signature(version: Version) -> dict[str, Any]:
    """Verify the version's signature now.

    `verified` is True only if the bytes verify under a key of the originator, and say what the row
    says; `reason` tells why not.
    """
    return signatures([version])[0]


def signatures(versions: Sequence[Version]) -> list[dict[str, Any]]:
    """The same of several, at the cost of one."""
    from .attachments import reading as attached

    known = list(PartyKey.objects.filter(party__in={one.originator_id for one in versions}))
    listed = attached.signed_of(versions)
    return [_verified(one, known, files) for one, files in zip(versions, listed, strict=True)]


def _verified(
    version: Version, known: Iterable[PartyKey], files: list[dict[str, Any]]
) -> dict[str, Any]:
    keys = {key.kid: key for key in known if key.party_id == version.originator_id}
    try:
        payload = signing.verify(version.jws, lambda kid: _public(keys.get(kid)))
    except signing.Hostile as error:
        return {"verified": False, "kid": version.key_id, "reason": str(error)}
    same = (
        payload.get("body") == version.body
        and payload.get("handling") == version.handling
        and payload.get("record") == str(version.record_id)
        and payload.get("number") == version.number
        and (payload.get("attachments") or []) == files
    )
    reason = "" if same else "the row differs from the signed bytes"
    key = keys.get(version.key_id or "")
    if key and key.revoked_at:
        reason = f"its key was revoked on {key.revoked_at:%Y-%m-%d}"
    return {"verified": not reason, "kid": version.key_id, "reason": reason, "payload": payload}


def _public(key: PartyKey | None) -> Any:
    from cordillera.parties.keys import public_key

    return public_key(key.kid) if key else None


def possible_duplicates(
    identity: Identity, kind: str, body: dict[str, Any], exclude: UUID | None = None
) -> list[dict[str, Any]]:
    """Visible records of the kind that share an identifying term, or HS heading and route.

    Each: `record` and `shared`, the shown values in common; the closest first, at most ten.
    """
    terms = kinds.get(kind).terms(body)
    exact = [t for t in terms if t.type in IDENTIFYING]
    hs = {t.value for t in terms if t.type == "hs"}
    places = {t.value for t in terms if t.type == "place"}
    wanted = Q(pk__in=[])
    for term in exact:
        wanted |= Q(terms__type=term.type, terms__value=term.value)
    base = visible(identity).filter(kind=kind).exclude(pk__in=[exclude] if exclude else [])
    found: dict[UUID, dict[str, Any]] = {}
    for record in base.filter(wanted).distinct()[:50]:
        found[record.pk] = {"record": record, "shared": []}
    if hs and len(places) > 1:
        alike = (
            base.filter(terms__type="hs", terms__value__in=hs)
            .annotate(
                places_shared=Count(
                    "terms__id",
                    distinct=True,
                    filter=Q(terms__type="place", terms__value__in=places),
                )
            )
            .order_by("-released_at")[:50]
        )
        for record in alike:
            found.setdefault(record.pk, {"record": record, "shared": []})
    return _closest(found, terms)


def _closest(found: dict[UUID, dict[str, Any]], terms: Any) -> list[dict[str, Any]]:
    from .models import Term

    mine = {(t.type, t.value) for t in terms}
    for term in Term.objects.filter(record_id__in=found):
        if (term.type, term.value) in mine:
            found[term.record_id]["shared"].append(term)
    close = []
    for row in found.values():
        kinds_shared = [t.type for t in row["shared"]]
        exact = sum(t in IDENTIFYING for t in kinds_shared)
        if exact or ("hs" in kinds_shared and kinds_shared.count("place") > 1):
            close.append((exact, len(kinds_shared), row))
    close.sort(key=lambda c: (-c[0], -c[1]))
    return [row for _, _, row in close[:10]]


def who_will_see(identity: Identity, handling: dict[str, Any]) -> list[dict[str, Any]]:
    """Per Party of the audience, the officers who will see a record released with `handling`.

    Computed by the policy that enforces it, on a record as it would be. Each: `party`, `officers`
    (how many; None for a Party on another node, which decides that itself), `named` (those whom
    other Parties may know: their own, and listed contacts).
    """
    audience = sorted({*(handling.get("audience") or []), identity.party})
    red = handling.get("tlp") == "RED"
    named = [UUID(str(n)) for n in handling.get("named") or []] if red else []
    if red and identity.account:
        named.append(identity.account)
    sample = Record(
        originator_id=identity.party,
        audience=audience,
        tlp=handling.get("tlp") or "AMBER",
        named=named,
        state=lifecycle.RELEASED,
    )
    officers = Officer.objects.filter(party_id__in=audience, is_active=True).select_related("unit")
    rows: dict[str, dict[str, Any]] = {
        p.code: {"party": p, "officers": 0 if p.is_hosted else None, "named": []}
        for p in Party.objects.filter(code__in=audience)
    }
    for person in officers:
        if permits(Identity.of(person), "record.read", sample):
            row = rows[person.party_id]
            if row["officers"] is not None:
                row["officers"] += 1
            if person.party_id == identity.party or person.listed:
                row["named"].append(person)
    return list(rows.values())
