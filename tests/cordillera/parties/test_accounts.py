"""Accounts: who may change them, which duties stay apart, and what ends with them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cordillera.access.decide import Refused
from cordillera.parties import actions, sessions, tokens
from cordillera.parties.models import Officer
from tests.conftest import PASSWORD, Cast


def new(cast: Cast, **changes: Any) -> Officer:
    values: dict[str, Any] = {
        "party": cast.admin.party,
        "username": "US.New ",
        "name": "New Officer",
        "roles": ["officer"],
        "by": cast.identity("admin"),
    }
    return actions.create_officer(**{**values, **changes})


def test_an_administrator_adds_an_account_of_his_own_party(cast: Cast, log_of: Any) -> None:
    officer = new(cast)
    assert (officer.username, officer.time_zone) == ("us.new", "UTC")
    assert log_of("US", "officer:add")[-1].actor == str(cast.admin.pk)
    with pytest.raises(Refused):
        new(cast, party=cast.recipient.party)


@pytest.mark.parametrize("roles", [["auditor", "officer"], ["administrator", "supervisor"], []])
def test_duties_stay_apart(cast: Cast, roles: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        new(cast, roles=roles)
    assert "roles" in caught.value.message_dict


@pytest.mark.parametrize("role", ["supervisor", "auditor", "administrator"])
def test_a_machine_never_gets_a_persons_role(cast: Cast, role: str) -> None:
    with pytest.raises(ValidationError):
        new(cast, roles=[role], is_system=True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "us.officer"}, "username"),
        ({"username": "with space"}, "username"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"language": "xx"}, "language"),
        ({"email": "nonsense"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "Ana\u202eneP"}, "name"),
        ({"name": "Ana\x00"}, "name"),
        ({"name": "A" * 151}, "name"),
    ],
)
def test_a_bad_value_is_named_by_its_field(cast: Cast, changes: Any, field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        new(cast, **changes)
    assert field in caught.value.message_dict


def test_nobody_changes_his_own_roles_or_closes_his_own_account(cast: Cast) -> None:
    by = cast.identity("admin")
    with pytest.raises(ValidationError):
        actions.change_officer(officer=cast.admin, name="A", roles=["officer"], unit=None, by=by)
    with pytest.raises(ValidationError):
        actions.deactivate(officer=cast.admin, by=by)


def test_an_officer_does_not_manage_accounts(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.deactivate(officer=cast.originator, by=cast.identity("colleague"))


def test_closing_an_account_ends_its_sessions_and_tokens_at_once(
    cast: Cast, client: Client, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[str] = []
    monkeypatch.setattr(sessions, "_publish", told.extend)
    client.post("/account/login/", {"login": "us.officer", "password": PASSWORD})
    key = client.session.session_key
    _, raw = actions.make_token(account=cast.originator, label="mine", scopes=["read"], days=5)
    assert client.get("/account/").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        actions.deactivate(officer=cast.originator, by=cast.identity("admin"))
    assert client.get("/account/").status_code == 302
    assert tokens.identify(raw) is None
    assert told == [key]


def test_the_live_app_is_told_a_fingerprint_never_the_key(monkeypatch: Any) -> None:
    sent: list[Any] = []

    class FakeRedis:
        def __enter__(self) -> FakeRedis:
            return self

        def __exit__(self, *args: Any) -> None: ...

        def publish(self, channel: str, text: str) -> None:
            sent.append((channel, json.loads(text)))

    monkeypatch.setattr(sessions.Redis, "from_url", lambda *a, **k: FakeRedis())
    sessions._publish(["secret-key"])
    assert sent == [("cordillera:sessions", {"session": sessions.fingerprint("secret-key")})]
    assert "secret-key" not in str(sent)


def test_fewer_roles_narrow_the_tokens(cast: Cast) -> None:
    _, raw = actions.make_token(
        account=cast.colleague, label="t", scopes=["read", "release"], days=5
    )
    actions.change_officer(
        officer=cast.colleague, name="C", roles=["officer"], unit=None, by=cast.identity("admin")
    )
    found = tokens.identify(raw)
    assert found is not None
    assert found.scopes == {"read"}


def test_a_unit_of_another_party_is_refused(cast: Cast) -> None:
    unit = actions.create_unit(party=cast.recipient.party, name="Nuevo Laredo")
    with pytest.raises(ValidationError) as caught:
        new(cast, unit=unit)
    assert "unit" in caught.value.message_dict


def test_two_units_of_one_name_are_refused(cast: Cast) -> None:
    actions.create_unit(party=cast.admin.party, name="Laredo", by=cast.identity("admin"))
    with pytest.raises(ValidationError):
        actions.create_unit(party=cast.admin.party, name="Laredo ", by=cast.identity("admin"))


def test_settings_keep_their_bounds(cast: Cast, log_of: Any) -> None:
    party, by = cast.admin.party, cast.identity("admin")
    with pytest.raises(ValidationError):
        actions.save_party_settings(party=party, values={"digest_hour": 24}, by=by)
    actions.save_party_settings(party=party, values={"digest_hour": 6}, by=by)
    assert log_of("US", "party:settings")[-1].detail == {"digest_hour": 6}


def test_who_loses_factors_or_account_is_told(
    cast: Cast, mailoutbox: Any, django_capture_on_commit_callbacks: Any
) -> None:
    by, officer = cast.identity("admin"), cast.originator
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_second_factors(officer=officer)
        actions.deactivate(officer=officer, by=by)
    assert [mail.to for mail in mailoutbox] == [["us.officer@example.org"]] * 2


def test_names_are_kept_composed_and_trimmed(cast: Cast) -> None:
    assert new(cast, name="  Pen\u0303a ").name == "Peña"
