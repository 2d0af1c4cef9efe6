"""One grid of records and identities on which the policy's two faces, row-level security and a plain
model of who may see what must agree."""

from __future__ import annotations

import itertools
import uuid
from typing import Any

import pytest
from django.db import connection

from cordillera import clock
from cordillera.access.decide import permits
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto import ids
from sharing.records.lifecycle import STATES
from sharing.records.models import Record

PEOPLE = {
    (party, role): uuid.uuid5(uuid.NAMESPACE_DNS, f"{party}.{role}")
    for party in ("US", "MX", "CA")
    for role in ("officer", "supervisor", "analyst", "auditor", "administrator")
}
AUDIENCES = (["US"], ["MX", "US"], ["CA", "US"], ["CA", "MX", "US"])
HANDLINGS: tuple[tuple[str, list[uuid.UUID]], ...] = (
    ("AMBER", []),
    ("RED", []),
    ("RED", [PEOPLE["US", "officer"]]),
    ("RED", [PEOPLE["MX", "officer"], PEOPLE["CA", "analyst"]]),
)


def may_see(identity: Identity, record: Record) -> bool:
    """The ten-line model."""
    ours = record.originator_id == identity.party
    if record.state == "locked":
        return ours and ("auditor" in identity.roles or identity.node)
    if record.state == "deleted":
        return ours and identity.node
    if not (identity.node or identity.roles & {"officer", "supervisor", "analyst"}):
        return False
    named = record.tlp != "RED" or identity.node or identity.account in record.named
    if ours:
        return named or "supervisor" in identity.roles
    in_force = record.state in ("released", "amended", "expired")
    return in_force and identity.party in record.audience and named


@pytest.fixture
def grid(parties: dict[str, Any]) -> list[Record]:
    records = [
        Record(
            id=ids.new("US"),
            kind="offence_alert",
            originator_id="US",
            state=state,
            audience=audience,
            tlp=tlp,
            named=named,
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        for (state, _), audience, (tlp, named) in itertools.product(STATES, AUDIENCES, HANDLINGS)
    ]
    with connection.cursor() as cursor:
        # The guards would rightly refuse states without decisions; this grid is about reading.
        cursor.execute("RESET ROLE; SET session_replication_role = replica")
        cursor.execute("ALTER TABLE records_record DROP CONSTRAINT record_released_whole")
        Record.objects.bulk_create(records)
        cursor.execute("SET session_replication_role = origin; SET ROLE cordillera_runtime")
    return records


def identities() -> list[Identity]:
    people = [
        Identity(party=party, account=account, name=role, roles=frozenset({role}))
        for (party, role), account in PEOPLE.items()
    ]
    return [*people, *(Identity.of_node(party) for party in ("US", "MX", "CA"))]


def test_policy_lists_rows_and_model_agree(grid: list[Record]) -> None:
    for identity in identities():
        expected = {r.pk for r in grid if may_see(identity, r)}
        single = {r.pk for r in grid if permits(identity, "record.read", r)}
        with acting_as(identity):
            listed = set(Record.objects.visible_to(identity).values_list("pk", flat=True))
            underneath = set(Record.objects.values_list("pk", flat=True))
        shut = {r.pk for r in grid if r.state in ("locked", "deleted")}
        assert single == expected, identity
        assert listed == expected, identity
        # Underneath, the originator's own locked and deleted rows stay reachable, for the sweeps.
        assert underneath - shut == expected - shut, identity


def test_a_token_without_the_scope_reads_nothing(grid: list[Record]) -> None:
    narrow = Identity(
        party="US",
        account=uuid.uuid4(),
        name="feed",
        roles=frozenset({"officer"}),
        scopes=frozenset({"draft"}),
    )
    with acting_as(narrow):
        assert not Record.objects.visible_to(narrow).exists()
    assert not any(permits(narrow, "record.read", r) for r in grid)
