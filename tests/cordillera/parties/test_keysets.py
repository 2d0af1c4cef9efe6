"""Key sets: ours are issued after each change, theirs are taken over only in order and signed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.crypto import ids
from cordillera.crypto.errors import Hostile
from cordillera.crypto.keyset import Contact
from cordillera.parties import actions, keys, keysets, peers
from cordillera.parties.errors import OtherRoot
from cordillera.parties.keysets.issuing import mark
from cordillera.parties.models import KeySet, Officer, Party, PartyKey
from tests.conftest import Cast
from tests.sharing.exchange.foreign import Foreign

US = Identity.of_node("US")
NAMES = {"en": "Mexico", "es": "México", "administration": "Agencia Nacional", "short": "ANAM"}


@pytest.fixture
def us(db: None, settings: Any) -> Party:
    """A node that hosts US alone."""
    settings.HOSTED_PARTIES = ["US"]
    party = Party.objects.create(
        code="US", country_names={"en": "United States"}, administration="CBP", short_name="CBP"
    )
    keys.make_signing_key("US")
    return party


@pytest.fixture
def mx(us: Party) -> Foreign:
    """MX, enrolled on the US node."""
    node = Foreign("MX", address="https://node.mx.example")
    peers.enrol(node.issue(names=NAMES), confirmed_with="A. Robledo")
    return node


def refused(text: str) -> str:
    with pytest.raises(Hostile) as caught:
        keysets.accept(text, US)
    return caught.value.code


# --- ours -------------------------------------------------------------------------------------


def test_a_party_begins_with_a_key_set_that_its_root_signed(us: Party) -> None:
    held = keysets.current("US")
    assert held
    assert held.number == 1
    what = keysets.said(held)
    assert [k.use for k in what.keys] == ["signing", "sealing"]
    assert what.root_kid == held.root_id
    assert keysets.signing_public("US", keys.signing_key("US").kid)
    assert keysets.active_sealing("US") is not None


def test_nothing_changed_issues_nothing(us: Party) -> None:
    assert keysets.publish("US") is None
    assert KeySet.objects.count() == 1


def test_a_rotation_issues_the_next_one_which_names_the_last(us: Party) -> None:
    first = keysets.current("US")
    old = keys.signing_key("US").kid
    new = keys.rotate("US").kid
    second = keysets.current("US")
    assert second.number == 2
    assert keysets.said(second).previous == first.digest
    assert keysets.said(second).key(old, "signing").until > clock.now()
    assert keys.signing_key("US").kid == new


def test_a_manifest_is_signed_with_a_key_that_the_peer_knows(us: Party) -> None:
    old = keys.signing_key("US").kid
    new = keys.rotate("US").kid
    assert keysets.manifest_key("US", 1).kid == old
    assert keysets.manifest_key("US", 2).kid == keysets.manifest_key("US", None).kid == new


def test_a_revoked_key_signs_nothing_even_for_who_knows_no_other(us: Party) -> None:
    old = keys.signing_key("US").kid
    new = keys.revoke(old, reason="copied")
    assert keys.signing_key("US").kid == new.kid != old
    assert keysets.manifest_key("US", 1).kid == new.kid
    assert keysets.signing_public("US", old).revoked_at


def test_what_was_under_way_when_its_key_was_rotated_is_believed(us: Party) -> None:
    under_way = keys.signing_key("US")
    keys.rotate("US")
    newest = keysets.newest("US")
    assert newest.signer_at(under_way.kid, clock.now())
    with pytest.raises(Hostile):
        newest.signer_at(under_way.kid, clock.now() + timedelta(minutes=2))


def test_contacts_stand_in_the_key_set(cast: Cast) -> None:
    keysets.publish("US")
    named = {c.name for c in keysets.newest("US").contacts}
    assert named == {"Us Officer", "Us Supervisor"}


def test_a_changed_contact_issues_a_key_set(us: Party) -> None:
    officer = actions.create_officer(
        party=us, username="us.x", name="X. Contact", roles=["officer"], listed=True
    )
    assert [c.id for c in keysets.newest("US").contacts] == [officer.pk]
    actions.deactivate(officer=officer)
    assert keysets.newest("US").contacts == ()


# --- sealing keys -----------------------------------------------------------------------------


def test_an_old_sealing_key_opens_until_every_peer_knows_the_new_one(
    us: Party, mx: Foreign, log_of: Any
) -> None:
    old = keysets.active_sealing("US").kid
    keys.rotate("US", use="sealing")
    assert keysets.active_sealing("US").kid != old
    later = clock.now() + timedelta(minutes=5)
    with clock.at(later):
        assert keys.destroy_old_sealing() == []
        assert keysets.private_sealing(old)
        peers.acknowledge("MX", "US", 2)
        assert keys.destroy_old_sealing() == []
    with clock.at(later + timedelta(seconds=61)):
        assert keys.destroy_old_sealing() == [old]
    with pytest.raises(Hostile):
        keysets.private_sealing(old)
    assert log_of("US", "key:destroy")[-1].about == old


def test_a_revoked_sealing_key_opens_nothing_and_is_destroyed(us: Party) -> None:
    old = keysets.active_sealing("US").kid
    keys.revoke(old, reason="copied")
    assert keysets.newest("US").number == 2
    with pytest.raises(Hostile):
        keysets.private_sealing(old)
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert keys.destroy_old_sealing() == [old]
    assert keys.rotate("US").kid
    assert old not in {key.kid for key in keysets.newest("US").keys}


def test_what_is_destroyed_meanwhile_stays_destroyed(us: Party) -> None:
    old = keysets.active_sealing("US").kid
    keys.rotate("US", use="sealing")
    row = PartyKey.objects.get(kid=old)
    with clock.at(clock.now() + timedelta(minutes=2)):
        keys.destroy_old_sealing()
    listed = keysets.newest("US").key(old, "sealing")
    mark(row, listed, 2)
    assert PartyKey.objects.get(kid=old).sealed_private is None


def test_keys_rotate_by_their_age(us: Party, settings: Any) -> None:
    with clock.at(clock.now() + timedelta(days=settings.KEY_SEALING_DAYS + 1)):
        assert [key.use for key in keys.rotate_by_age()] == ["sealing"]
    with clock.at(clock.now() + timedelta(days=settings.KEY_SIGNING_DAYS + 1)):
        assert {key.use for key in keys.rotate_by_age()} == {"signing", "sealing"}
        assert keys.rotate_by_age() == []


# --- theirs -----------------------------------------------------------------------------------


def test_enrolling_makes_the_party_with_its_keys(us: Party, mx: Foreign, log_of: Any) -> None:
    party = Party.objects.get(code="MX")
    assert (party.administration, party.country_names["es"]) == (
        "Agencia Nacional",
        "México",
    )
    assert peers.get("MX").address == "https://node.mx.example"
    assert keysets.active_sealing("MX").kid in mx.keys
    assert not PartyKey.objects.filter(party=party, sealed_private__isnull=False).exists()
    assert log_of("US", "peer:enrol")[-1].detail["with"] == "A. Robledo"


def test_the_next_key_set_replaces_the_keys(us: Party, mx: Foreign) -> None:
    old, first = keysets.active_sealing("MX").kid, mx.kid()
    mx.retire(old)
    mx.retire(first)
    sealing, signing = mx.make("sealing"), mx.make("signing")
    assert keysets.accept(mx.issue(), US).number == 3
    assert keysets.active_sealing("MX").kid == sealing != old
    assert keysets.signing_public("MX", signing).until is None
    assert keysets.signing_public("MX", first).until


def test_the_same_key_set_again_changes_nothing(us: Party, mx: Foreign) -> None:
    late = mx.key_set
    keysets.accept(mx.issue(), US)
    assert keysets.accept(late, US).number == 3
    assert KeySet.objects.filter(party_id="MX").count() == 2


def test_a_stranger_and_another_root_are_refused(us: Party, mx: Foreign) -> None:
    assert refused(Foreign("CA").key_set) == "unknown-sender"
    assert refused(Foreign("MX").issue()) == "bad-signature"
    assert refused("x.y.z") == "malformed"


def test_two_key_sets_of_one_number_are_refused(us: Party, mx: Foreign) -> None:
    keysets.accept(mx.issue(), US)
    assert refused(mx.issue(number=3, address="https://elsewhere.example")) == "sequence-reused"


def test_a_revoked_key_stays_revoked(us: Party, mx: Foreign) -> None:
    kid = mx.kid()
    mx.revoke(kid)
    keysets.accept(mx.issue(), US)
    assert keysets.signing_public("MX", kid).revoked_at
    mx.retire(kid, revoked_at=None)
    assert refused(mx.issue()) == "mismatch"


def test_a_hosted_partys_key_set_is_never_taken_from_outside(us: Party) -> None:
    assert refused(Foreign("US").key_set) == "unknown-sender"
    with pytest.raises(Hostile):
        peers.enrol(Foreign("US").key_set, confirmed_with="x")


def test_another_root_is_enrolled_only_after_the_peer_was_removed(us: Party, mx: Foreign) -> None:
    other = Foreign("MX")
    with pytest.raises(OtherRoot, match="peer remove MX"):
        peers.enrol(other.key_set, confirmed_with="x")
    old, held = mx.kid(), keysets.current("MX")
    peers.remove("MX")
    assert keysets.current("MX") is None
    peers.enrol(other.key_set, confirmed_with="x")
    assert keysets.current("MX").root_id != held.root_id
    assert keysets.signing_public("MX", old).until


def test_a_removed_peer_is_enrolled_again_under_the_same_root(us: Party, mx: Foreign) -> None:
    peers.remove("MX")
    assert refused(mx.key_set) == "unknown-sender"
    peers.enrol(mx.key_set, confirmed_with="x")
    assert keysets.active_sealing("MX").kid in mx.keys


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "http://node.mx.example"},
        {"names": {"administration": "A\u202eB"}},
        {"names": {"en": " "}},
    ],
)
def test_an_address_or_name_that_deceives_is_refused(
    us: Party, mx: Foreign, changes: dict[str, Any]
) -> None:
    assert refused(mx.issue(**changes)) == "malformed"


# --- their contacts ---------------------------------------------------------------------------


def test_their_contacts_are_known_here_and_cannot_sign_in(
    us: Party, mx: Foreign, client: Any
) -> None:
    contact = Contact(ids.new("MX"), "R. Peña", "Aduana de Nuevo Laredo", ("officer",))
    mx.contacts = (contact,)
    keysets.accept(mx.issue(), US)
    officer = Officer.objects.get(pk=contact.id)
    assert (officer.party_id, officer.name, officer.listed) == ("MX", "R. Peña", True)
    assert not officer.has_usable_password()
    officer.set_password("correct-horse-battery-staple")
    officer.save()
    assert not client.login(username=officer.username, password="correct-horse-battery-staple")
    client.force_login(officer)
    assert client.get("/account/").status_code == 302


def test_a_contact_who_is_no_longer_listed_is_no_contact(us: Party, mx: Foreign) -> None:
    mx.contacts = (Contact(ids.new("MX"), "R. Peña", "", ("officer",)),)
    keysets.accept(mx.issue(), US)
    mx.contacts = ()
    keysets.accept(mx.issue(), US)
    assert not Officer.objects.get(party_id="MX").listed


def test_a_contact_cannot_take_our_officers_place(us: Party, mx: Foreign) -> None:
    ours = actions.create_officer(party=us, username="us.x", name="X", roles=["officer"])
    mx.contacts = (Contact(ours.pk, "X", "", ("supervisor",)),)
    assert refused(mx.issue()) == "malformed"


def test_what_a_revoked_key_signed_no_longer_verifies(cast: Cast, alert: Any) -> None:
    from sharing.records import queries

    assert queries.signature(alert.current)["verified"]
    keys.revoke(alert.current.key_id, reason="copied")
    answer = queries.signature(alert.current)
    assert not answer["verified"]
    assert "revoked" in answer["reason"]
