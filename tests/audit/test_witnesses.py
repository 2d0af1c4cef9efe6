"""How it stands with the witnesses, and whose keys count."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import LazySettings
from django.db import IntegrityError

from audit import cosigning, keys, note, sequencer, witness, witnesses
from audit.cosigning import Outcome
from audit.database import whole_log
from audit.errors import Taken
from audit.models import TrustedKey
from audit.queries import WitnessState, witness_states

from .conftest import Write

NAME = "127.0.0.1:8000/audit/witness"
LONGEST = 60.0


def private(letter: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(letter * 32)


def vkey(name: str, letter: bytes = b"W", kind: int = note.COSIGNATURE_ED25519) -> str:
    return str(note.verifier_key(name, private(letter), kind))


def ask(name: str, body: bytes) -> tuple[int, bytes]:
    answer = witness.add_checkpoint(body)
    return answer.status, answer.body


@pytest.fixture
def own(db: None) -> None:
    """This node is its own witness, as of MX."""
    keys.announced("MX", [str(key) for key in keys.own_keys()])


def only() -> WitnessState:
    [state] = witness_states()
    return state


@pytest.mark.usefixtures("own", "grown")
def test_a_witness_goes_from_unasked_to_current_to_behind(write: Write) -> None:
    assert (only().state, only().behind, only().party) == ("unasked", 12, "MX")
    witnesses.note(cosigning.collect_from(NAME, ask), LONGEST)
    assert (only().state, only().size, only().behind) == ("current", 12, 0)
    write(3)
    sequencer.sequence(at_once=True)
    assert (only().state, only().size, only().behind) == ("behind", 12, 3)
    assert witnesses.due() == [NAME]


@pytest.mark.usefixtures("own", "grown")
def test_a_witness_that_fails_is_asked_later_or_when_its_party_is_heard_from() -> None:
    witnesses.note(Outcome(NAME, "unreachable", "no route"), LONGEST)
    assert (only().state, only().error) == ("unreachable", "no route")
    assert only().next_at is not None
    assert only().next_at > datetime.now(UTC)
    assert witnesses.due() == []
    assert witnesses.at_once("US") == []
    assert witnesses.at_once("MX") == [NAME]
    assert witnesses.due() == [NAME]


@pytest.mark.usefixtures("own", "grown")
def test_a_party_that_must_cosign_and_announces_no_witness_is_named(
    settings: LazySettings,
) -> None:
    settings.LOG_WITNESSES = ["MX", "CA"]
    cosigning.collect(ask)
    assert cosigning.quorum().missing([NAME]) == ["CA"]
    assert [(one.party, one.state) for one in witness_states()] == [
        ("MX", "current"),
        ("CA", "unnamed"),
    ]


@pytest.mark.django_db
def test_one_witness_of_two_parties_stands_for_both_and_is_one(settings: LazySettings) -> None:
    settings.LOG_SHARED = ["US+CA"]
    for party in ("CA", "US"):
        keys.announced(party, [vkey("hub.example/audit/witness")])
    assert cosigning.witness_names() == ["hub.example/audit/witness"]
    assert cosigning.quorum().missing(["hub.example/audit/witness"]) == []
    assert only().party == "CA, US"


@pytest.mark.django_db
def test_many_keys_of_one_party_are_one_party(settings: LazySettings) -> None:
    settings.LOG_WITNESSES = ["CA", "US"]
    keys.announced("US", [vkey("us.example/a", b"A"), vkey("us.example/b", b"B")])
    assert cosigning.quorum().missing(["us.example/a", "us.example/b"]) == ["CA"]


@pytest.mark.django_db
def test_what_a_key_set_leaves_out_is_believed_no_more() -> None:
    first, second = (vkey("us.example/audit", letter, note.ED25519) for letter in (b"A", b"B"))
    assert keys.announced("US", [first])
    assert not keys.announced("US", [first])
    assert keys.announced("US", [second])
    assert [str(key) for key in keys.log_keys("us.example/audit")] == [second]
    keys.announced("US", [])
    assert keys.log_keys("us.example/audit") == []


@pytest.mark.django_db
def test_a_key_distrusted_by_hand_stays_so_whoever_announces_it() -> None:
    stolen = vkey("us.example/audit", kind=note.ED25519)
    keys.announced("US", [stolen])
    assert keys.distrust(stolen)
    for party in ("US", "CA"):
        assert not keys.announced(party, [stolen])
    assert keys.log_keys("us.example/audit") == []
    keys.trust(stolen, party="US")
    assert len(keys.log_keys("us.example/audit")) == 1


LOG, OWN = "us.example/audit", "us.example/audit/witness"
REAL = [vkey(LOG, b"A", note.ED25519), vkey(OWN)]
STOLEN = {
    "the same key": [REAL[1]],
    "its name with a key of his own": [vkey(LOG, b"F", note.ED25519)],
    "the witness's key under a name of his own": [vkey("ca.example/audit/witness")],
    "the witness's key as his log's": [vkey("ca.example/audit", b"W", note.ED25519)],
}


@pytest.mark.django_db
@pytest.mark.parametrize("stolen", STOLEN.values(), ids=STOLEN)
def test_nobody_announces_another_node_s_key_or_name(stolen: list[str]) -> None:
    """Else one witness stood for two Parties, or a log spoke under another one's name."""
    keys.announced("US", REAL)
    own = vkey("ca.example/first", b"C")
    with pytest.raises(Taken, match="is US's here"):
        keys.announced("CA", [own, *stolen])
    with pytest.raises(Taken):
        keys.trust(stolen[0], party="CA")
    assert keys.witnesses() == {OWN: ["US"]}
    assert cosigning.quorum().missing([OWN]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("stolen", STOLEN.values(), ids=STOLEN)
def test_the_database_refuses_it_as_well(stolen: list[str]) -> None:
    keys.announced("US", REAL)
    key = note.VerifierKey.parse(stolen[0])
    row = {"vkey": str(key), "name": key.name, "kind": key.kind, "public": key.public}
    with pytest.raises(IntegrityError, match="one node's alone"), whole_log():
        TrustedKey.objects.create(**row, party="CA", node="CA")
    with whole_log():
        TrustedKey.objects.create(**row, party="CA", node="CA", retired_at=datetime.now(UTC))
    with pytest.raises(IntegrityError, match="one node's alone"), whole_log():
        TrustedKey.objects.filter(party="CA").update(retired_at=None)


@pytest.mark.django_db
def test_parties_of_one_node_name_the_same_and_renew_it_one_after_the_other(
    settings: LazySettings,
) -> None:
    settings.LOG_SHARED = ["CA+US"]
    keys.announced("US", REAL)
    keys.announced("CA", REAL)
    assert (keys.logs(), keys.witnesses()) == ({LOG: ["US", "CA"]}, {OWN: ["US", "CA"]})
    keys.announced("US", renewed := [vkey(LOG, b"R", note.ED25519), vkey(OWN, b"R")])
    keys.announced("CA", renewed)
    assert keys.logs() == {LOG: ["US", "CA"]}


@pytest.mark.django_db
def test_who_shares_a_node_no_more_is_refused_from_then_on(settings: LazySettings) -> None:
    settings.LOG_SHARED = ["CA+US"]
    keys.announced("US", REAL)
    keys.announced("CA", REAL)
    settings.LOG_SHARED = []
    assert keys.witnesses() == {OWN: ["US"]}
    assert keys.announced("US", [*REAL, vkey(OWN, b"R")])
    with pytest.raises(Taken):
        keys.announced("CA", REAL)
    assert cosigning.quorum().missing([OWN]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("count", [3, 20])
def test_what_it_costs_to_look_again_whose_they_are(
    count: int, settings: LazySettings, django_assert_num_queries: Any
) -> None:
    parties = [f"A{chr(ord('A') + number)}" for number in range(count)]
    for party in parties:
        log = f"{party.lower()}.example/audit"
        keys.announced(party, [vkey(log, party[1:].encode(), note.ED25519)])
    with whole_log():
        with django_assert_num_queries(4):  # a lock, the nodes, the names, the keys
            keys.share_anew()
        with django_assert_num_queries(2):  # a lock, and the one key
            keys.check_free("AA", [vkey("aa.example/audit", b"A", note.ED25519)])
        settings.LOG_SHARED = ["AA+AB"]
        with django_assert_num_queries(6):  # one more for each whose node is another one now
            keys.share_anew()


@pytest.mark.django_db
def test_our_own_log_is_nobody_else_s() -> None:
    [own] = keys.own_keys(note.ED25519)
    for vkeys in ([str(own)], [vkey(own.name, b"F", note.ED25519)]):
        with pytest.raises(Taken, match="this node's own"):
            keys.check_not_ours(vkeys, "CA")
    keys.check_not_ours(REAL, "US")
