"""The administration pages: own Party only, every change audited, nothing typed lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cordillera.parties import actions, keys, proof
from cordillera.parties.models import AccessToken, Officer, Unit
from tests.conftest import Cast


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


@pytest.fixture
def machine(cast: Cast) -> Officer:
    return actions.create_officer(
        party=cast.admin.party, username="us.m", name="M", roles=["officer"], is_system=True
    )


def test_only_officers_of_the_own_party_are_listed(admin: Client, cast: Cast) -> None:
    page = admin.get("/administration/")
    assert {o.party_id for o in page.context["page"]} == {"US"}
    assert admin.get(f"/administration/officers/{cast.recipient.pk}/").status_code == 404


def test_officers_are_found_by_name_and_role(admin: Client, cast: Cast) -> None:
    found = admin.get("/administration/?q=superv").context["page"]
    assert [o.pk for o in found] == [cast.colleague.pk]
    assert not admin.get("/administration/?q=%00nobody&role=%00&page=x").context["page"].object_list
    assert len(admin.get("/administration/?role=administrator").context["page"]) == 1


def test_roles_are_changed_and_logged(admin: Client, cast: Cast, log_of: Any) -> None:
    path = f"/administration/officers/{cast.originator.pk}/"
    values = {"name": "Renamed", "email": "", "roles": ["officer", "analyst"]}
    assert admin.post(path, values).status_code == 302
    cast.originator.refresh_from_db()
    assert cast.originator.roles == ["analyst", "officer"]
    assert log_of("US", "officer:change")[-1].detail["roles"] == ["analyst", "officer"]


def test_roles_that_must_stay_apart_are_explained_at_the_field(admin: Client, cast: Cast) -> None:
    page = admin.post(
        f"/administration/officers/{cast.originator.pk}/",
        {"name": "Typed name", "roles": ["officer", "auditor"]},
    )
    assert "apart" in str(page.context["form"].errors["roles"])
    assert b"Typed name" in page.content


@pytest.mark.parametrize("act", ["deactivate", "activate", "sessions", "factors"])
def test_another_partys_officer_cannot_be_acted_upon(admin: Client, cast: Cast, act: str) -> None:
    path = f"/administration/officers/{cast.recipient.pk}/{act}/"
    assert admin.post(path).status_code == 404
    cast.recipient.refresh_from_db()
    assert cast.recipient.is_active


def test_an_unknown_act_and_a_get_do_nothing(admin: Client, cast: Cast) -> None:
    path = f"/administration/officers/{cast.originator.pk}"
    assert admin.post(f"{path}/promote/").status_code == 404
    assert admin.get(f"{path}/deactivate/").status_code == 405


def test_a_machine_gets_a_token_that_is_shown_once(admin: Client, machine: Officer) -> None:
    path = f"/administration/systems/{machine.pk}/"
    page = admin.post(path, {"label": "feed", "scopes": ["read"], "days": 30})
    raw = page.context["raw"]
    assert raw.startswith("cord_")
    assert raw not in admin.get(path).content.decode()
    assert "release" not in dict(page.context["form"].fields["scopes"].choices)


def test_making_a_token_asks_for_a_fresh_proof(admin: Client, machine: Officer) -> None:
    session = admin.session
    session[proof.SESSION_KEY] -= 3600
    session.save()
    admin.post(
        f"/administration/systems/{machine.pk}/", {"label": "x", "scopes": ["read"], "days": 3}
    )
    assert not AccessToken.objects.exists()


def test_the_administrator_ends_an_officers_token(admin: Client, cast: Cast) -> None:
    token, _ = actions.make_token(account=cast.originator, label="x", scopes=["read"], days=3)
    foreign, _ = actions.make_token(account=cast.recipient, label="x", scopes=["read"], days=3)
    admin.post(f"/administration/tokens/{token.pk}/revoke/")
    assert admin.post(f"/administration/tokens/{foreign.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at


def test_the_key_rotates_only_when_confirmed(admin: Client, parties: Any) -> None:
    before = keys.signing_key("US").kid
    assert admin.post("/administration/keys/", {"use": "signing"}).context["rotating"].errors
    assert keys.signing_key("US").kid == before
    admin.post("/administration/keys/", {"use": "signing", "understood": "on"})
    assert keys.signing_key("US").kid != before


def test_units_are_added_and_changed(admin: Client, cast: Cast) -> None:
    admin.post("/administration/units/", {"name": "Laredo", "port": "uslrd"})
    unit = Unit.objects.get(name="Laredo")
    assert (unit.party_id, unit.port) == ("US", "USLRD")
    again = admin.post("/administration/units/", {"name": "Laredo", "port": ""})
    assert again.context["form"].errors["name"]
    foreign = actions.create_unit(party=cast.recipient.party, name="Veracruz")
    assert admin.get(f"/administration/units/{foreign.pk}/").status_code == 404


def test_settings_are_saved_within_their_bounds(admin: Client, cast: Cast) -> None:
    values = {
        "review_months": 6,
        "expiry_months": 24,
        "warning_days": 30,
        "digest_hour": 25,
        "invitation_days": 3,
        "token_days": 60,
    }
    assert admin.post("/administration/settings/", values).context["form"].errors["digest_hour"]
    assert admin.post("/administration/settings/", {**values, "digest_hour": 6}).status_code == 302
    cast.admin.party.refresh_from_db()
    assert cast.admin.party.settings["review_months"] == 6


def test_an_officer_sets_his_own_preferences(cast: Cast, client: Client) -> None:
    client.force_login(cast.originator)
    values = {"language": "fr", "time_zone": "America/Montreal"}
    assert client.post("/account/", values).status_code == 302
    cast.originator.refresh_from_db()
    assert (cast.originator.language, cast.originator.single_key_shortcuts) == ("fr", False)
    assert client.post("/account/", {**values, "time_zone": "Mars"}).context["form"].errors
