"""Random Parties, roles, handling, edits and recalls: whatever is played, every surface agrees with a
ten-line model of who may see what.

Each example plays a handful of moves, then asks every surface as every officer. A record's marker
word stands in its title and summary and nowhere else.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.policy import SCOPES
from cordillera.access.session import acting_as
from cordillera.events.models import Event
from cordillera.parties.models import AccessToken, Officer
from cordillera.parties.tokens import digest
from sharing.desk.models import InboxItem, Notification
from sharing.records.models import Link, OutboxRow, Record, Term, Version
from tests.leaks.surfaces import API, PAGES
from tests.leaks.world import PARTIES, Known, World, may_see

ROLES = {
    "officer": ["officer"],
    "supervisor": ["officer", "supervisor"],
    "analyst": ["analyst"],
    "auditor": ["auditor"],
    "admin": ["administrator"],
}
DISPUTING = ["dispute", "withdraw", "rule"]
MOVES = st.lists(
    st.tuples(
        st.sampled_from([*["draft", "release"] * 2, "change", "recall", "comment", *DISPUTING]),
        st.sampled_from(PARTIES),
        st.sets(st.sampled_from(PARTIES)),
        st.booleans(),
        st.booleans(),
        st.integers(0, 4),
    ),
    min_size=3,
    max_size=9,
)
EVERYTHING = settings(
    # LEAK_EXAMPLES=200 for a long run; each example asks every surface.
    max_examples=int(os.environ.get("LEAK_EXAMPLES", "4")),
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def officers(parties: Any) -> list[Officer]:
    return [
        Officer.objects.create(
            username=f"{party.lower()}.{name}", name=name, party_id=party, roles=roles, listed=True
        )
        for party in PARTIES
        for name, roles in ROLES.items()
    ]


def asked(officers: list[Officer], world: World) -> list[Officer]:
    """Whom to ask: the officers of all Parties, and two of the other roles, in turn."""
    plain = [o for o in officers if o.roles == ["officer"]]
    others = [o for o in officers if o.roles != ["officer"]]
    turn = len(world.records) % len(others)
    return [*plain, others[turn], others[(turn + 5) % len(others)]]


def play(world: World, moves: list[Any]) -> None:
    for move, party, audience, red, named, which in moves:
        if move == "draft" or not world.records:
            world.draft(party, audience | {party}, red, named)
            continue
        known = world.records[which % len(world.records)]
        if move == "release":
            world.release(known)
        elif move == "change":
            world.change_audience(known, audience, red)
        elif move == "recall":
            world.recall(known)
        elif move == "comment":
            world.comment(known, party)
        else:
            dispute(world, move, known, party)


def dispute(world: World, move: str, known: Known, party: str) -> None:
    """What ends a dispute needs one: the newest, so that it happens often enough."""
    open_ = [one for one in world.records if one.kind == "dispute"]
    if move == "dispute" or not open_:
        world.dispute(known, party)
    elif move == "withdraw":
        world.withdraw(open_[-1])
    else:
        world.rule(open_[-1])


def test_a_dispute_its_decision_and_its_withdrawal_agree_with_the_model(
    officers: list[Officer],
) -> None:
    """The same three that the random moves play seldom, on every surface and in every table."""
    world = World(officers)
    every = set(PARTIES)
    play(
        world,
        [
            ("draft", "US", {"MX"}, False, False, 0),
            ("draft", "US", every, False, False, 0),
            ("draft", "US", {"MX"}, True, True, 0),
            *[("release", "US", every, False, False, at) for at in range(3)],
            *[("dispute", "MX", every, False, False, at) for at in range(3)],
        ],
    )
    first, _second, red = [one for one in world.records if one.kind == "dispute"]
    world.rule(first)
    world.withdraw(red)
    assert [one.kind for one in world.records if one.ends] == ["ruling", "dispute_withdrawal"]
    for officer in asked(officers, world):
        client = Client()
        client.force_login(officer)
        for name, (complete, surface) in PAGES.items():
            check(officer, name, complete, surface(client, {}, world.records), world.records)
        headers = {"Authorization": f"Bearer {token_of(officer)}"}
        for name, (complete, surface) in API.items():
            check(officer, name, complete, surface(Client(), headers, world.records), world.records)


def markers(text: str) -> set[str]:
    """What the records say, not what somebody typed into a search."""
    return set(re.findall(r"crate (zq\d+x\w\wmarker)", text.lower()))


def check(officer: Officer, name: str, complete: bool, text: str, records: list[Known]) -> None:
    seen = markers(text)
    allowed = {k.marker for k in records if may_see(officer, k)}
    assert seen <= allowed, f"{name} shows {officer.username} {sorted(seen - allowed)}"
    if complete:
        in_force = {k.marker for k in records if k.state == "released" and k.is_titled}
        missing = (allowed & in_force) - seen
        assert not missing, f"{name} does not show {officer.username} {sorted(missing)}"


@pytest.mark.django_db
@EVERYTHING
@given(moves=MOVES)
def test_every_page_agrees_with_the_model(officers: list[Officer], moves: list[Any]) -> None:
    with transaction.atomic():
        world = World(officers)
        play(world, moves)
        for officer in asked(officers, world):
            client = Client()
            client.force_login(officer)
            for name, (complete, surface) in PAGES.items():
                check(officer, name, complete, surface(client, {}, world.records), world.records)
        transaction.set_rollback(True)


@pytest.mark.django_db
@EVERYTHING
@given(moves=MOVES)
def test_every_endpoint_agrees_with_the_model(officers: list[Officer], moves: list[Any]) -> None:
    with transaction.atomic():
        world = World(officers)
        play(world, moves)
        for officer in asked(officers, world):
            headers = {"Authorization": f"Bearer {token_of(officer)}"}
            for name, (complete, surface) in API.items():
                text = surface(Client(), headers, world.records)
                check(officer, name, complete, text, world.records)
        transaction.set_rollback(True)


def token_of(officer: Officer) -> str:
    """A token with every scope, whatever the roles: the policy alone decides."""
    raw = f"token-of-{officer.username}"
    AccessToken.objects.create(
        account=officer,
        label="leaks",
        digest=digest(raw),
        scopes=list(SCOPES),
        created_at=clock.now(),
        created_by=officer.pk,
        expires_at=clock.now() + timedelta(days=1),
    )
    return raw


@pytest.mark.django_db
@EVERYTHING
@given(moves=MOVES)
def test_every_table_agrees_with_the_model_without_any_filter(
    officers: list[Officer], moves: list[Any]
) -> None:
    """What a forgotten filter would return: row-level security alone."""
    with transaction.atomic():
        world = World(officers)
        play(world, moves)
        for officer in officers:
            with acting_as(Identity.of(officer)):
                seen = set(Record.objects.values_list("pk", flat=True))
                told = told_of()
            allowed = {k.pk for k in world.records if may_see(officer, k)}
            ever = {k.pk for k in world.records if officer.party_id in k.ever | {k.originator}}
            assert seen == allowed, officer.username
            assert told <= ever, officer.username
        transaction.set_rollback(True)


def told_of() -> set[Any]:
    """Ids that stand in rows about records: versions, terms, links, outbox, inbox, notices, events."""
    named: set[Any] = set()
    for model in (Version, Term, Link, OutboxRow, InboxItem, Notification):
        named |= set(model.objects.values_list("record_id", flat=True))
    events = Event.objects.filter(topic="record").values_list("thing", flat=True)
    return {pk for pk in named if pk} | {UUID(thing) for thing in events}
