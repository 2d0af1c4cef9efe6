"""On a hub each Party sees what its own channel has brought it: the tables without any filter of ours,
and every surface, agree with the plain model."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.events.models import Event
from cordillera.parties.models import Officer
from sharing.desk.arrival import arrive
from sharing.exchange.models import Report
from sharing.exchange.reporting import tally
from sharing.records import actions, queries
from sharing.records.models import OutboxRow, Readership, Reading, Record, Version
from sharing.records.reading import deliveries
from sharing.records.reading.noted import note_reading
from tests.leaks.hub import HOSTED, Hub, model, tables
from tests.leaks.surfaces import API, PAGES
from tests.leaks.test_leaks import EVERYTHING, ROLES, markers, token_of
from tests.leaks.test_mutations import as_owner
from tests.once import lately
from tests.sharing.exchange.foreign import Foreign
from tests.sharing.exchange.incoming.conftest import (  # noqa: F401
    foreign,
    nothing_counted,
    parties,
    us,
)

rows = importlib.import_module("sharing.records.migrations.0009_brought_rows")
before = importlib.import_module("sharing.records.migrations.0002_row_security")
documents = importlib.import_module("sharing.search.migrations.0005_documents_behind")
apart = importlib.import_module("sharing.search.migrations.0007_persons_apart")
BOTH = set(HOSTED)
MOVES = st.lists(
    st.tuples(
        st.sampled_from(
            ["release", "amend", "amend", "expire", "recall", *["deliver"] * 8, "refuse"]
        ),
        st.sampled_from(HOSTED),
        st.sampled_from([{"MX"}, {"CA"}, BOTH, BOTH]),
        st.integers(0, 2),
    ),
    min_size=6,
    max_size=24,
)


@pytest.fixture
def hosted() -> list[str]:
    return list(HOSTED)


@pytest.fixture
def officers(parties: Any) -> dict[str, Officer]:  # noqa: F811
    return dict(lately("a hub's officers", _officers))


def _officers() -> dict[str, Officer]:
    return {
        party: Officer.objects.create(
            username=f"{party.lower()}.officer", party_id=party, roles=ROLES["officer"], listed=True
        )
        for party in HOSTED
    }


@pytest.fixture
def hub(us: Foreign, officers: dict[str, Officer]) -> Hub:  # noqa: F811
    """MX has been brought what CA has not: an amendment, one that leaves CA out, an end, a recall."""
    hub: Hub = lately("a hub", lambda: _hub(us))
    # It is the same US that the test has.
    vars(us).update(vars(hub.us))
    hub.us = us
    return hub


def _hub(sender: Foreign) -> Hub:
    hub = Hub(sender)
    for _ in range(5):
        hub.release(BOTH)
    for party in HOSTED:
        for _ in range(5):
            hub.deliver(party)
    amended, narrowed, expired, recalled, _ahead = hub.records
    hub.amend(amended, BOTH)
    hub.amend(narrowed, {"MX"})
    hub.expire(expired)
    hub.recall(recalled)
    for _ in range(4):
        hub.deliver("MX")
    return hub


def play(hub: Hub, moves: list[Any]) -> None:
    for move, party, audience, which in moves:
        if move == "release" or not hub.records:
            hub.release(audience)
        elif move == "amend":
            hub.amend(hub.records[which % len(hub.records)], audience)
        elif move in ("expire", "recall"):
            getattr(hub, move)(hub.records[which % len(hub.records)])
        else:
            hub.deliver(party, refused=move == "refuse")


def agree(hub: Hub, officers: dict[str, Officer]) -> bool:
    return all(tables(hub, officers[party]) == model(hub, party) for party in HOSTED)


@EVERYTHING
@given(moves=MOVES)
@pytest.mark.django_db
def test_every_table_agrees_with_what_the_channels_brought(
    us: Foreign,  # noqa: F811
    officers: dict[str, Officer],
    moves: list[Any],
) -> None:
    with transaction.atomic():
        hub = Hub(us)
        us.sent.clear()
        play(hub, moves)
        for party in HOSTED:
            assert tables(hub, officers[party]) == model(hub, party), party
        while any(hub.queues.values()):
            for party in HOSTED:
                hub.deliver(party)
        for party in HOSTED:
            assert tables(hub, officers[party]) == model(hub, party), party
        transaction.set_rollback(True)


def test_every_surface_shows_what_the_partys_own_channel_brought(
    hub: Hub, officers: dict[str, Officer]
) -> None:
    hub.amend(hub.records[4], BOTH)
    hub.amend(hub.records[4], BOTH)
    hub.deliver("MX", refused=True)
    hub.deliver("MX")
    for party in HOSTED:
        client, headers = Client(), {"Authorization": f"Bearer {token_of(officers[party])}"}
        client.force_login(officers[party])
        for name, (complete, surface) in (PAGES | API).items():
            asked = (client, {}) if name in PAGES else (Client(), headers)
            check(hub, party, name, complete, markers(surface(*asked, hub.known)))


def check(hub: Hub, party: str, name: str, complete: bool, seen: set[str]) -> None:
    brought = {
        told.versions[number - 1].marker for told in hub.records for number in told.brought[party]
    }
    assert seen <= brought, f"{name} shows {party} {sorted(seen - brought)}"
    if complete:
        shown = {
            known.marker
            for told in hub.records
            if (known := told.shown(party)) and told.state[party] == "released"
        }
        assert shown <= seen, f"{name} does not show {party} {sorted(shown - seen)}"


def test_events_notices_and_reports_wait_for_the_partys_own_channel(hub: Hub) -> None:
    """All that MX was brought last told CA nothing, in any row of CA's."""
    counts = {}
    for party in HOSTED:
        with acting_as(Identity.of_node(party)):
            found = OutboxRow.objects.filter(recipient=party)
            counts[party] = (found.count(), Event.objects.filter(topic="record").count())
            assert {one.party for one in Report.objects.all()} <= {party}
    assert counts == {"MX": (9, 9), "CA": (5, 5)}


def test_a_party_sees_one_row_and_its_versions_are_its_own(
    hub: Hub, officers: dict[str, Officer]
) -> None:
    ca = Identity.of(officers["CA"])
    with acting_as(ca):
        assert Record.objects.count() == 5
        record = queries.get(ca, hub.records[0].pk)
        assert [version.number for version in queries.versions(ca, record)] == [1]
        assert queries.versions(ca, record)[0].standing == Version.RELEASED
    hub.deliver("CA")
    with acting_as(ca):
        record = queries.get(ca, hub.records[0].pk)
        states = [(one.number, one.standing) for one in queries.versions(ca, record)]
        assert states == [(2, Version.RELEASED), (1, Version.SUPERSEDED)]


def test_the_senders_node_side_sees_the_records_own_rows_alone(hub: Hub) -> None:
    with acting_as(Identity.of_node("CA", sender="US")):
        assert Record.objects.count() == 5
        assert not Record.objects.exclude(behind="").exists()
    with acting_as(Identity.of_node("CA")):
        assert set(Record.objects.values_list("behind", flat=True)) == {"", "CA"}


def test_whom_it_was_released_to_is_told_whoever_was_brought_it(
    hub: Hub, officers: dict[str, Officer]
) -> None:
    """MX is not told by what it sees, nor by whom its answers go to, how far CA's channel is."""
    new = hub.records[4]
    hub.amend(new, BOTH)
    hub.deliver("MX")
    mx, ca = (Identity.of(officers[party]) for party in ("MX", "CA"))
    for identity in (mx, ca):
        with acting_as(identity):
            assert queries.get(identity, new.pk).released_to == ["CA", "MX", "US"]
    hub.release(BOTH)
    hub.deliver("MX")
    with acting_as(mx):
        about = queries.get(mx, hub.records[5].pk)
        body = {"summary": "The mill is known here.", "nature": "comment"}
        actions.answer(kind="comment", about=about, by=mx, body=body)
    arrive("CA")
    with acting_as(ca):
        assert not Record.objects.exclude(about=None).exists()
    while hub.queues["CA"]:
        hub.deliver("CA")
    with acting_as(ca):
        assert queries.answers(ca, queries.get(ca, hub.records[5].pk)).count() == 1


def test_what_nobody_has_any_more_is_purged_though_an_older_version_stays(
    hub: Hub, officers: dict[str, Officer]
) -> None:
    """MX alone was brought the second version; once that is taken from MX, nobody here has it."""
    amended = hub.records[0]
    hub.amend(amended, {"CA"})
    hub.deliver("MX")
    with acting_as(Identity.of_node("MX")):
        report = Report.objects.get(record_id=amended.pk, event=Report.PURGED)
        assert report.detail["purged"]["versions"] == 1
    with acting_as(Identity.of_node("MX", sender="US")):
        held = Version.objects.filter(record=amended.pk).values_list("number", "jws", "brought_to")
        assert [(n, jws == "purged", to) for n, jws, to in held] == [
            (1, False, ["CA"]),
            (2, True, []),
        ]
    assert agree(hub, officers)


def test_a_row_for_who_was_not_brought_it_is_refused_by_the_database(hub: Hub) -> None:
    copied = "INSERT INTO records_behind SELECT (r).* FROM (SELECT r FROM ONLY records_record r"
    with (
        pytest.raises(Exception, match="behind"),
        acting_as(Identity.of_node("CA", sender="US")),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"{copied} WHERE id = %s) o", [hub.records[0].pk])


MUTATIONS = {
    "versions brought to another": (
        f"ALTER POLICY version_read ON records_version USING ({before.VERSION_READ})"
    ),
    "terms of another's version": (
        "ALTER POLICY records_term_read ON records_term USING (EXISTS"
        " (SELECT 1 FROM records_record r WHERE r.id = record_id))"
    ),
    "links of another's version": (
        "ALTER POLICY records_link_read ON records_link USING (EXISTS"
        " (SELECT 1 FROM records_record r WHERE r.id = record_id))"
    ),
    "words of another's version": apart.with_persons(documents.SEARCH).replace(
        "d.whose = r.behind", "true"
    ),
    "rows of one's own": (
        f"ALTER POLICY record_read ON records_record USING (({rows.RECORD_READ}) AND behind = '')"
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_condition_of_what_was_brought_is_noticed_when_it_is_gone(
    name: str, hub: Hub, officers: dict[str, Officer]
) -> None:
    assert agree(hub, officers)
    as_owner(MUTATIONS[name])
    assert not agree(hub, officers)


def test_one_party_that_is_behind_stops_no_other(hub: Hub, officers: dict[str, Officer]) -> None:
    """CA's channel stands still, as while it is suspended: MX's brings one version after the other."""
    while any(hub.queues.values()):
        for party in HOSTED:
            hub.deliver(party)
    hub.release(BOTH)
    for party in HOSTED:
        hub.deliver(party)
    for _ in range(3):
        hub.amend(hub.records[-1], BOTH)
        hub.deliver("MX")
        assert agree(hub, officers)


def test_how_far_it_came_elsewhere_is_told_to_no_other_recipient(
    hub: Hub, officers: dict[str, Officer]
) -> None:
    """Its originator is elsewhere: each Party here has its own arrivals and readings, and no panel."""
    pk = hub.records[4].pk
    for party in HOSTED:
        me = Identity.of(officers[party])
        with acting_as(me):
            note_reading(me, record := queries.get(me, pk), queries.shown_version(me, record))
        tally(party)
    for party in HOSTED:
        me = Identity.of(officers[party])
        with acting_as(me):
            record = queries.get(me, pk)
            assert deliveries.deliveries(me, record) == []
            assert deliveries.readership(me, record) == []
            assert {row.recipient for row in OutboxRow.objects.all()} == {party}
            assert {row.party for row in Readership.objects.all()} <= {party}
            assert {row.party for row in Reading.objects.all()} == {party}
