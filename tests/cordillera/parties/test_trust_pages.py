"""The administrator's pages of keys, other nodes and agreements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audit import keys as log_keys
from cordillera import clock
from cordillera.crypto import ids
from cordillera.crypto.keyset import Contact
from cordillera.parties import agreements, fingerprints, keys, keysets, peers
from tests.conftest import PASSWORD, Cast
from tests.sharing.exchange.foreign import Foreign
from tests.sharing.exchange.foreign_log import ForeignLog


@pytest.fixture
def admin(cast: Cast, client: Client, settings: Any) -> Client:
    """Of a node that hosts US alone."""
    settings.HOSTED_PARTIES = ["US"]
    client.force_login(cast.admin)
    return client


@pytest.fixture
def br() -> Foreign:
    return Foreign("BR", address="https://node.br.example")


def public(node: Foreign) -> bytes:
    return node.root.public_key().public_bytes_raw()


def answers(node: Foreign, **changes: str) -> dict[str, str]:
    """The form of enrolment, filled in."""
    values = {"text": node.key_set, "confirmed_with": "J. Silva", "mode": "push", "compared": "on"}
    return {name: value for name, value in (values | changes).items() if value}


def test_the_words_and_the_key_set_are_for_the_other_parties(admin: Client) -> None:
    page = admin.get("/administration/keys/").content.decode()
    assert all(text in page for text in peers.words("US").values())
    file = admin.get("/administration/keys/key-set/")
    assert file.content.decode().strip() == keysets.current("US").jws
    assert "us-1.keyset" in file["Content-Disposition"]


def test_the_sealing_key_is_rotated_and_the_address_set(admin: Client) -> None:
    old = keysets.active_sealing("US")
    admin.post("/administration/keys/", {"use": "sealing", "understood": "on"})
    assert keysets.active_sealing("US") != old
    admin.post("/administration/keys/", {"address": "https://node.us.example"})
    assert keysets.newest("US").address == "https://node.us.example"
    page = admin.post("/administration/keys/", {"address": "nonsense"})
    assert page.context["addressing"].errors


def test_the_second_signature_is_switched_on_and_off(admin: Client) -> None:
    path = "/administration/keys/"
    for turn, there in (("on", True), ("off", False)):
        page = admin.post(path, {"turn": turn})
        assert page.context["seconding"].errors["understood"]
        assert admin.post(path, {"turn": turn, "understood": "on"}).status_code == 302
        assert bool(keysets.active_pq("US")) == there
        again = admin.post(path, {"turn": turn, "understood": "on"})
        assert again.context["seconding"].non_field_errors()


def test_a_key_is_revoked_with_its_reason(admin: Client, log_of: Any) -> None:
    kid = keys.signing_key("US").kid
    path = f"/administration/keys/{kid}/revoke/"
    assert admin.post(path, {"understood": "on"}).context["form"].errors["reason"]
    assert admin.post(path, {"reason": "Copied", "understood": "on"}).status_code == 302
    assert keys.signing_key("US").kid != kid
    assert log_of("US", "key:revoke")[-1].detail["reason"] == "Copied"
    assert admin.get(path).status_code == 404


def test_another_partys_key_is_not_there(admin: Client, cast: Cast) -> None:
    assert (
        admin.get(f"/administration/keys/{keys.signing_key('MX').kid}/revoke/").status_code == 404
    )


@pytest.mark.parametrize("as_file", [True, False])
def test_a_key_set_shows_its_words_and_enrols_nothing(
    admin: Client, br: Foreign, as_file: bool
) -> None:
    file = SimpleUploadedFile("br.keyset", br.key_set.encode() + b"\n")
    data: Any = {"file": file} if as_file else {"text": br.key_set}
    page = admin.post("/administration/peers/introduce/", data).content.decode()
    assert fingerprints.words(public(br), "fr") in page
    assert not peers.enrolled().exists()


def test_a_compared_key_set_is_enrolled(admin: Client, br: Foreign, log_of: Any) -> None:
    assert admin.post("/administration/peers/enrol/", answers(br)).status_code == 302
    assert peers.get("BR").enrolled_by == "Us Admin"
    assert log_of("US", "peer:enrol")[-1].detail["with"] == "J. Silva"
    assert "BR" in admin.get("/administration/peers/").content.decode()


@pytest.mark.parametrize("missing", ["compared", "confirmed_with"])
def test_without_comparing_nothing_is_enrolled(admin: Client, br: Foreign, missing: str) -> None:
    page = admin.post("/administration/peers/enrol/", answers(br, **{missing: ""}))
    assert page.status_code == 422
    assert page.context["form"].errors[missing]
    assert not peers.enrolled().exists()


def test_enrolling_takes_a_fresh_proof(admin: Client, cast: Cast, br: Foreign) -> None:
    with clock.at(clock.now() + timedelta(hours=1)):
        page = admin.post("/administration/peers/enrol/", answers(br))
        assert b"proof_password" in page.content
        assert not peers.enrolled().exists()
        proof = {"proof_password": PASSWORD}
        admin.post("/administration/peers/enrol/", {**answers(br), **proof})
    assert peers.get("BR")


@pytest.mark.parametrize("text", ["", "x.y.z", "é", "a" * 10_000])
def test_what_is_no_key_set_is_refused_at_the_field(admin: Client, text: str, log_of: Any) -> None:
    page = admin.post("/administration/peers/introduce/", {"text": text})
    assert page.status_code == 422
    assert page.context["form"].errors["text" if text else "file"]
    assert len(log_of("US", "key:refuse")) == bool(text)


def test_a_key_set_that_names_another_party_s_witness_is_refused_with_its_reason(
    admin: Client, cast: Cast, br: Foreign, log_of: Any
) -> None:
    cast.admin.language = "en"
    cast.admin.save()
    log = ForeignLog("ca.example/audit")
    log_keys.announced("CA", [*log.keys().log, *log.keys().witness])
    br.log = log
    br.issue()
    page = admin.post("/administration/peers/enrol/", answers(br))
    assert page.status_code == 422
    assert "LOG_SHARED" in page.content.decode()
    [entry] = log_of("US", "key:refuse")
    assert entry.detail["code"] == "log-taken"
    assert not peers.enrolled().exists()


def test_another_root_is_refused_loudly(admin: Client, br: Foreign) -> None:
    admin.post("/administration/peers/enrol/", answers(br))
    other = Foreign("BR")
    page = admin.post("/administration/peers/introduce/", {"text": other.key_set})
    assert page.context["other_root"]
    assert admin.post("/administration/peers/enrol/", answers(other)).status_code == 422
    assert bytes(keysets.current("BR").root.public) == public(br)


PIN = "A" * 43 + "="


def test_a_peer_is_set_and_removed(admin: Client, br: Foreign) -> None:
    br.contacts = (Contact(ids.new("BR"), "J. Silva", "Santos", ("officer",)),)
    br.issue()
    admin.post("/administration/peers/enrol/", answers(br))
    path = "/administration/peers/BR/"
    assert b"J. Silva" in admin.get(path).content
    admin.post(path, {"address": "", "mode": "pull", "pins": f"{PIN}\n{PIN}"})
    peer = peers.get("BR")
    assert (peer.mode, peer.pins, peer.address) == ("pull", [PIN, PIN], "https://node.br.example")
    wrong = {"address": "ftp://x", "mode": "push me", "pins": "c" * 60, "authority": "d" * 400}
    refused = admin.post(path, wrong)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert all(f'id="id_{name}_error"' in page for name in wrong), page
    assert all(value in page for value in wrong.values() if value != "push me")
    refused = admin.post(path, {"address": "", "mode": "push", "pins": f"{PIN} xyz"})
    assert "“xyz”" in refused.content.decode()
    assert peers.get("BR").mode == "pull"
    admin.post(f"{path}remove/")
    assert peers.enrolled().exists()
    admin.post(f"{path}remove/", {"understood": "on"})
    assert not peers.enrolled().exists()
    assert admin.get(path).status_code == 404


def test_ceilings_are_set_and_sharing_suspended(admin: Client) -> None:
    path = "/administration/agreements/MX/"
    admin.post(path, {"highest_tlp": "AMBER", "kinds": ["offence_alert"]})
    made = agreements.between("US", "MX")
    assert (made.highest_tlp, made.kinds, made.personal_data) == ("AMBER", ["offence_alert"], False)
    assert admin.post(f"{path}suspend/", {"reason": ""}).status_code == 422
    admin.post(f"{path}suspend/", {"reason": "A breach."})
    assert b"A breach." in admin.get("/administration/agreements/").content
    admin.post(f"{path}resume/")
    assert not agreements.is_suspended("US", "MX")
    assert admin.get("/administration/agreements/US/").status_code == 404
    admin.post(path, {"highest_tlp": "RED", "every_kind": "on", "personal_data": "on"})
    assert agreements.between("US", "MX").kinds is None


def test_an_administrator_chooses_whether_readers_are_named(admin: Client, cast: Cast) -> None:
    path = "/administration/agreements/MX/names/"
    for wanted in ("yes", "yes", "no"):
        assert admin.post(path, {"wanted": wanted}).status_code == 302
        assert (agreements.names_since("US", "MX") is not None) == (wanted == "yes")
        assert admin.get("/administration/agreements/").status_code == 200
        assert admin.get("/administration/agreements/MX/").status_code == 200
    for nonsense in ({}, {"wanted": "perhaps"}):
        assert admin.post(path, nonsense).status_code == 302
        assert agreements.names_since("US", "MX") is None
    assert admin.post("/administration/agreements/US/names/", {"wanted": "yes"}).status_code == 404
    admin.force_login(cast.colleague)
    assert admin.post(path, {"wanted": "yes"}).status_code == 403
