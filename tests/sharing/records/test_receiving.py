"""What comes from a remote originator: taken in, refused by itself, taken away, purged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto import ids
from cordillera.parties.keys import key_id
from cordillera.parties.models import PartyKey
from sharing.desk.arrival import arrive
from sharing.desk.models import InboxItem
from sharing.records import actions, queries, receiving, signing, withdrawing
from sharing.records.models import Link, OutboxRow, Record, Term, Version
from sharing.records.receiving import Incoming, Outcome
from sharing.search.models import SearchDocument
from tests.conftest import Cast, alert_body, alert_handling

NODE = Identity.of_node("MX", sender="US")
RELEASED = datetime(2026, 11, 13, 9, 0, tzinfo=UTC)


class Remote:
    """The US on a node of its own: its key is known here by its public half alone."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        public = self.private.public_key().public_bytes_raw()
        self.kid = key_id("US", public)
        PartyKey.objects.filter(party="US").update(sealed_private=None)
        PartyKey.objects.create(kid=self.kid, party_id="US", public=public)

    def version(self, **changes: Any) -> Incoming:
        values: dict[str, Any] = {
            "record": ids.new("US"),
            "reference": "US-OA-2026-00412",
            "kind": "offence_alert",
            "number": 1,
            "originator": "US",
            "unit": "Laredo Port of Entry",
            "about": None,
            "body": alert_body(),
            "handling": alert_handling("US", "MX"),
            "released_at": RELEASED,
            **changes,
        }
        payload = {k: v for k, v in values.items() if k not in ("record", "about", "released_at")}
        return Incoming(jws=signing.sign(payload, self.kid, self.private), kid=self.kid, **values)


@pytest.fixture
def us(cast: Cast, settings: Any) -> Remote:
    settings.HOSTED_PARTIES = ["MX"]
    return Remote()


def receive(*incoming: Incoming, node: Identity = NODE) -> list[Outcome]:
    with acting_as(node):
        return receiving.receive(node, incoming)


def reasons(outcomes: list[Outcome]) -> list[str]:
    return [one.reason or one.outcome for one in outcomes]


def seen(identity: Identity) -> list[str]:
    with acting_as(identity):
        return sorted(str(r.reference) for r in queries.visible(identity))


def test_a_received_version_is_a_record_of_its_originator(us: Remote, cast: Cast) -> None:
    came = us.version()
    assert reasons(receive(came)) == ["applied"]
    recipient = cast.identity("recipient")
    with acting_as(recipient):
        record = queries.get(recipient, came.record)
        assert (record.reference, record.originator_id, record.state) == (
            "US-OA-2026-00412",
            "US",
            "released",
        )
        assert record.unit_name == "Laredo Port of Entry"
        assert record.current.jws == came.jws
        assert record.current.authors == []
        assert Term.objects.filter(record=record, value="ZXQU1004828").exists()


def test_the_desk_of_the_recipient_has_it(us: Remote, cast: Cast) -> None:
    receive(us.version())
    assert arrive("MX") == 1
    with acting_as(cast.identity("recipient")):
        assert InboxItem.objects.get().reference == "US-OA-2026-00412"


def test_who_is_not_in_the_audience_sees_nothing_of_it(us: Remote, cast: Cast) -> None:
    receive(us.version())
    assert seen(cast.identity("recipient")) == ["US-OA-2026-00412"]
    assert seen(cast.identity("outsider")) == []
    with acting_as(cast.identity("auditor")):
        assert not Record.objects.exists()


def test_the_same_version_twice_changes_nothing(us: Remote) -> None:
    came = us.version()
    receive(came)
    assert reasons(receive(came)) == ["applied"]
    with acting_as(NODE):
        assert Version.objects.count() == 1
        assert OutboxRow.objects.filter(recipient="MX").count() == 1


def test_an_amendment_follows_and_an_older_version_does_not(us: Remote) -> None:
    first = us.version()
    second = us.version(
        record=first.record, number=2, body=alert_body(title={"en": "Two mills' stencils"})
    )
    assert reasons(receive(first, second)) == ["applied", "applied"]
    with acting_as(NODE):
        record = Record.objects.get()
        assert (record.current.number, record.title["en"]) == (2, "Two mills' stencils")
    stale = us.version(record=ids.new("US"), reference="US-OA-2026-00413", number=2)
    older = us.version(record=stale.record, reference="US-OA-2026-00413", number=1)
    assert reasons(receive(stale, older)) == ["applied", "older-than-held"]


def test_a_number_does_not_get_other_content(us: Remote) -> None:
    first = us.version()
    other = us.version(record=first.record, body=alert_body(summary="Something else."))
    assert reasons(receive(first, other)) == ["applied", "immutable-changed"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"originator": "CA", "reference": "CA-OA-2026-00412"}, "not-originator"),
        ({"handling": alert_handling("US", "CA")}, "not-in-audience"),
        ({"kind": "oracle"}, "unknown-kind"),
        ({"reference": "US-SE-2026-00412"}, "record-mismatch"),
        ({"reference": "MX-OA-2026-00412"}, "record-mismatch"),
        ({"about": UUID(int=7)}, "record-mismatch"),
        ({"body": {"summary": "No title."}}, "schema"),
        ({"body": {**alert_body(), "colour": "red"}}, "schema"),
        ({"handling": {**alert_handling("US", "MX"), "tlp": "PINK"}}, "schema"),
    ],
)
def test_what_is_not_fit_is_refused_by_itself(
    us: Remote, changes: dict[str, Any], reason: str
) -> None:
    good = us.version(reference="US-OA-2026-00500")
    assert reasons(receive(us.version(**changes), good)) == [reason, "applied"]


def test_a_reference_names_one_record(us: Remote) -> None:
    assert reasons(receive(us.version())) == ["applied"]
    assert reasons(receive(us.version())) == ["record-mismatch"]


def test_an_answer_waits_for_what_it_answers(us: Remote) -> None:
    parent = us.version()
    answer = us.version(
        reference="US-CM-2026-00001",
        kind="comment",
        about=parent.record,
        body={"nature": "comment", "summary": "See also.", "original_language": "en"},
    )
    assert reasons(receive(answer)) == ["unknown-about"]
    assert reasons(receive(parent, answer)) == ["applied", "applied"]


def test_who_was_not_shown_a_record_does_not_answer_it(us: Remote, cast: Cast) -> None:
    mine = cast.identity("recipient")
    with acting_as(mine):
        record = actions.draft(
            kind="offence_alert", by=mine, body=alert_body(), handling=alert_handling("CA")
        )
    answer = us.version(
        reference="US-CM-2026-00001",
        kind="comment",
        about=record.pk,
        body={"nature": "comment", "summary": "See also.", "original_language": "en"},
    )
    assert reasons(receive(answer)) == ["unknown-about"]


def test_a_withdrawal_leaves_nothing_but_the_gravestone(us: Remote, cast: Cast) -> None:
    came = us.version()
    receive(came)
    arrive("MX")
    with acting_as(NODE):
        purged = withdrawing.withdraw(NODE, [came.record])[came.record]
        assert purged["versions"] == 1
        assert purged["terms"] > 3
        record = Record.objects.get()
        assert (record.state, record.reference, record.title, record.summary) == (
            "deleted",
            "US-OA-2026-00412",
            {},
            "",
        )
        version = Version.objects.get()
        assert (version.body, version.handling, version.jws) == ({}, {}, "purged")
        assert not Term.objects.exists()
        assert not Link.objects.exists()
        assert not SearchDocument.objects.exists()
    assert seen(cast.identity("recipient")) == []
    arrive("MX")
    with acting_as(cast.identity("recipient")):
        assert InboxItem.objects.get().verb == InboxItem.RECALLED


def test_what_was_withdrawn_can_be_released_again(us: Remote, cast: Cast) -> None:
    came = us.version()
    receive(came)
    with acting_as(NODE):
        withdrawing.withdraw(NODE, [came.record])
    again = us.version(record=came.record, number=3)
    assert reasons(receive(again)) == ["applied"]
    assert seen(cast.identity("recipient")) == ["US-OA-2026-00412"]
    with acting_as(NODE):
        verbs = OutboxRow.objects.filter(recipient="MX").order_by("id")
        assert list(verbs.values_list("verb", flat=True)) == ["released", "recalled", "released"]


def test_an_expired_record_stays_readable(us: Remote, cast: Cast) -> None:
    came = us.version()
    receive(came)
    with acting_as(NODE):
        withdrawing.expire(NODE, [came.record])
        assert Record.objects.get().state == "expired"
    assert seen(cast.identity("recipient")) == ["US-OA-2026-00412"]


def test_two_parties_on_one_node_are_told_and_withdrawn_from_one_by_one(
    us: Remote, cast: Cast, settings: Any
) -> None:
    settings.HOSTED_PARTIES = ["MX", "CA"]
    canada = Identity.of_node("CA", sender="US")
    came = us.version(handling=alert_handling("US", "MX", "CA"))
    receive(came)
    assert reasons(receive(came, node=canada)) == ["applied"]
    with acting_as(canada):
        told = OutboxRow.objects.filter(recipient="CA").values_list("verb", flat=True)
        assert list(told) == ["released"]
        assert withdrawing.withdraw(canada, [came.record]) == {}
    assert seen(cast.identity("outsider")) == []
    assert seen(cast.identity("recipient")) == ["US-OA-2026-00412"]
    with acting_as(NODE):
        assert withdrawing.withdraw(NODE, [came.record])[came.record]["versions"] == 1


def test_the_database_lets_the_node_write_the_senders_records_alone(us: Remote) -> None:
    came = us.version()
    forger = Identity.of_node("MX", sender="CA")
    with pytest.raises(DatabaseError), acting_as(forger):
        receiving._write(forger, [came], receiving._held(forger, [came]))


def test_the_database_takes_no_received_version_for_a_party_that_is_hosted(
    us: Remote, parties: Any
) -> None:
    key = PartyKey.objects.get(party="MX", use="signing")
    came = us.version(handling=alert_handling("MX", "US"), originator="MX")
    came = replace(came, kid=key.kid)
    inside = Identity.of_node("US", sender="MX")
    with pytest.raises(DatabaseError), acting_as(inside):
        receiving._write(inside, [came], receiving._held(inside, [came]))


def test_an_officer_writes_no_received_version(us: Remote, cast: Cast) -> None:
    came = us.version()
    officer = cast.identity("recipient")
    with pytest.raises(DatabaseError), acting_as(officer):
        receiving._write(officer, [came], receiving._held(officer, [came]))


def test_a_failure_in_the_middle_leaves_nothing(
    us: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> None:
        raise DatabaseError("no room")

    monkeypatch.setattr(receiving.outbox, "pass_on", broken)
    with pytest.raises(DatabaseError), transaction.atomic():
        receive(us.version())
    with acting_as(NODE):
        assert not Version.objects.exists()
        assert not Record.objects.exists()


def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(
    us: Remote, django_assert_max_num_queries: Any
) -> None:
    batch = [us.version(reference=f"US-OA-2026-{n:05d}") for n in range(1, 41)]
    with acting_as(NODE), django_assert_max_num_queries(20):
        assert {o.outcome for o in receiving.receive(NODE, batch)} == {"applied"}
    assert connection.in_atomic_block


@pytest.mark.parametrize("guard", ["records_version_guard", "records_record_guard"])
def test_a_guard_never_plans_to_read_a_whole_table(db: None, guard: str) -> None:
    """A connection keeps the plan that it made while the tables were nearly empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = %s", [guard])
        [(settings,)] = cursor.fetchall()
    assert "enable_seqscan=off" in settings


def test_a_purge_costs_the_same_number_of_statements_whatever_its_size(
    us: Remote, django_assert_max_num_queries: Any
) -> None:
    batch = [us.version(reference=f"US-OA-2026-{n:05d}") for n in range(1, 21)]
    receive(*batch)
    with acting_as(NODE), django_assert_max_num_queries(23):
        counted = withdrawing.withdraw(NODE, [one.record for one in batch])
    assert {counts["versions"] for counts in counted.values()} == {1}
    assert len(counted) == 20
