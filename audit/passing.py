"""A name of a log or a witness that passes from one Party's node to another's.

What is kept under it stays with the Party that had it then: its checkpoints are set aside, under a name
that no checkpoint can bear, and are there again where it takes the name back. So who has a name after
somebody else begins anew, is blamed for nothing that the other one signed, and nobody has his own log
forgotten by leaving its name for a while; triggers of the database see to both. Co-signatures stay where
they are, and count while the name is theirs.

Within `whole_log()`, under the lock of the trusted keys.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, Func, OuterRef, QuerySet, TextField, Value

from . import findings
from .models import CosignedBefore, Seen, TrustedKey, Witnessed
from .note import ED25519

BECAUSE = "The name of the log passed from {party} to another node."


def take_over(name: str, node: str) -> None:
    """A node that has not had this name until now is to have it."""
    rows = TrustedKey.objects.filter(name=name)
    last = rows.order_by(F("retired_at").desc(nulls_first=True)).first()
    if last is None or last.node == node:
        return
    _move(name, aside(name, last.party))
    for party in set(rows.filter(node=node).values_list("party", flat=True)):
        _move(aside(name, party), name)
    findings.resolve(name, findings.WILL_NOT_PROVE, BECAUSE.format(party=last.party))


def aside(name: str, party: str) -> str:
    """Names of logs have no spaces."""
    return f"{name} {party}"


def _move(old: str, new: str) -> None:
    CosignedBefore.objects.filter(origin=old).delete()
    for kept in (Witnessed, Seen):
        kept.objects.filter(origin=old).update(origin=new)


def former_keys() -> QuerySet[Any, Any]:
    """The ids, in hex, of witnesses' keys whose names another node has by now."""
    others = TrustedKey.objects.filter(name=OuterRef("name"), retired_at=None)
    rows = TrustedKey.objects.exclude(kind=ED25519).filter(retired_at__isnull=False)
    found = rows.filter(Exists(others.exclude(node=OuterRef("node"))))
    return found.annotate(
        hex=Func("vkey", Value("+"), 2, function="split_part", output_field=TextField())
    ).values("hex")
