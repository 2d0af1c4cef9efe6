"""A name of a log or a witness that passes from one Party's node to another's.

What is kept under it stays with the Party that had it then: its checkpoints are set aside, under a name
that no checkpoint can bear, and are there again where it takes the name back, or one that once had the
name on one node with it. So who has a name after somebody else begins anew, is blamed for nothing that
the other one signed, and nobody has his own log forgotten by leaving its name for a while; triggers of
the database see to both. Co-signatures stay where they are, and count while the name is theirs; so do
findings, each of which knows its Party.

Within `whole_log()`, under the lock of the trusted keys.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value

from .database import WITNESS, lock
from .models import Asking, CosignedBefore, Seen, TrustedKey, Witnessed
from .note import ED25519

#: Checkpoints that are set aside. Names of logs have no spaces.
ASIDE = Q(origin__contains=" ")


def take_over(name: str, node: str) -> None:
    """A node is to have this name. Whoever co-signs or notices a checkpoint of it waits so long."""
    lock(WITNESS, name)
    last = holder(name)
    if last is None:
        return
    if last.node != node:
        _set_aside(name, last)
    parties = set(node.split("+"))
    _bring_back(name, together_with(name, parties))
    for row in TrustedKey.objects.filter(name=name, node=node):
        together = "+".join(sorted(parties | set(row.together.split("+"))))
        TrustedKey.objects.filter(pk=row.pk).update(together=together)


def holder(name: str) -> TrustedKey | None:
    """The first one's key of those who have this name now, or had it last; within `whole_log()`."""
    rows = TrustedKey.objects.filter(name=name)
    return rows.order_by(F("retired_at").desc(nulls_first=True), "id").first()


def holders(name: str) -> set[str]:
    """The Parties whose log or witness this is now; none where no other node has the name."""
    last = holder(name)
    return set() if last is None else together_with(name, {last.party, *last.node.split("+")})


def together_with(name: str, parties: set[str]) -> set[str]:
    """These, and who ever had this name on one node with one of them."""
    had = TrustedKey.objects.filter(name=name).values_list("together", flat=True)
    shared = [set(together.split("+")) for together in had]
    return parties.union(*(one for one in shared if one & parties))


def aside(name: str, party: str) -> str:
    return f"{name} {party}"


def _set_aside(name: str, last: TrustedKey) -> None:
    codes = sorted(together_with(name, {last.party}), key=lambda code: (code != last.party, code))
    free = (c for c in codes if not Witnessed.objects.filter(pk=aside(name, c)).exists())
    there = aside(name, next(free, last.party))
    Witnessed.objects.filter(pk=name).update(origin=there)
    _move(name, there)
    Asking.objects.filter(pk=name).update(state="", message="", failures=0, next_at=None)


def _bring_back(name: str, parties: set[str]) -> None:
    """The largest tree first; the others, if any, have to be proved one with it."""
    places = [aside(name, party) for party in sorted(parties)]
    for kept in Witnessed.objects.filter(pk__in=places).order_by("-size"):
        if not Witnessed.objects.filter(pk=name).exists():
            Witnessed.objects.filter(pk=kept.pk).update(origin=name)
            continue
        text, _, signatures = kept.note.partition("\n\n")
        signed = [line for line in signatures.splitlines() if line.startswith(f"— {name} ")]
        note = "\n".join([text, "", *signed, ""])
        row = Seen(origin=name, size=kept.size, root=kept.root, note=note)
        Seen.objects.bulk_create([row], ignore_conflicts=True)
    for place in places:
        _move(place, name)


def _move(old: str, new: str) -> None:
    """What was co-signed of late is forgotten; what waits to be proved goes on waiting."""
    CosignedBefore.objects.filter(origin=old).delete()
    rows = list(Seen.objects.filter(origin=old))
    Seen.objects.filter(origin=old).delete()
    for row in rows:
        row.pk, row.origin, row.proved_from = None, new, None
    Seen.objects.bulk_create(rows, ignore_conflicts=True)


def former_keys() -> QuerySet[Any, Any]:
    """The ids, in hex, of witnesses' keys whose names another node has by now."""
    others = TrustedKey.objects.filter(name=OuterRef("name"), retired_at=None)
    rows = TrustedKey.objects.exclude(kind=ED25519).filter(retired_at__isnull=False)
    found = rows.filter(Exists(others.exclude(node=OuterRef("node"))))
    return found.annotate(
        hex=Func("vkey", Value("+"), 2, function="split_part", output_field=TextField())
    ).values("hex")
