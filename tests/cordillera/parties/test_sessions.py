"""Sessions and required second factors: what is open, what ends, what comes first."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from cordillera.parties import actions
from cordillera.parties.tasks import tidy
from tests.conftest import Cast

from .test_sign_in import code, sign_in, with_app


def test_where_a_second_factor_is_required_it_comes_before_anything_else(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.MFA_REQUIRED = True
    sign_in(client)
    for path in ("/account/", "/account/tokens/", "/help/", "/account/factors/"):
        assert client.get(path)["Location"] == "/account/factors/required/"
    assert client.get("/account/", headers={"HX-Request": "true"})["HX-Redirect"]
    assert client.get("/account/factors/required/").status_code == 200
    page = client.get("/account/factors/app/activate/")
    client.post("/account/factors/app/activate/", {"code": code(page.context["form"].secret)})
    assert client.get("/account/").status_code == 200


def test_the_last_required_factor_stays(cast: Cast, client: Client, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    secret = with_app(cast.originator)
    sign_in(client)
    client.post("/account/factors/authenticate/", {"code": code(secret)})
    client.post("/account/factors/app/deactivate/")
    assert Authenticator.objects.filter(user=cast.originator).exists()


def test_lost_factors_are_removed_and_the_sessions_end(
    cast: Cast, client: Client, log_of: Any
) -> None:
    with_app(cast.originator)
    client.force_login(cast.originator)
    assert client.get("/account/").status_code == 200
    actions.remove_second_factors(officer=cast.originator)
    assert client.get("/account/").status_code == 302
    assert not Authenticator.objects.filter(user=cast.originator).exists()
    assert log_of("US", "factor:clear")[-1].detail["removed"] == ["totp"]


def test_own_sessions_are_listed_and_ended_one_by_one(
    cast: Cast, client: Client, log_of: Any
) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    page = client.get("/account/sessions/")
    mine = client.session.session_key
    ended = next(s for s in page.context["sessions"] if s.session_key != mine)
    client.post(f"/account/sessions/{ended.pk}/revoke/")
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200
    assert log_of("US", "session:revoke")


def test_nobody_ends_another_officers_session(cast: Cast, client: Client) -> None:
    other = Client()
    sign_in(other)
    theirs = other.get("/account/sessions/").context["sessions"][0]
    client.force_login(cast.colleague)
    assert client.post(f"/account/sessions/{theirs.pk}/revoke/").status_code == 404
    assert other.get("/account/").status_code == 200


def test_expired_sessions_are_cleared_away(cast: Cast, client: Client) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    key = other.session.session_key
    Session.objects.filter(session_key=key).update(expire_date=timezone.now())
    tidy()
    assert set(UserSession.objects.values_list("session_key", flat=True)) == {
        client.session.session_key
    }


def test_what_an_officer_sees_lies_in_no_shared_cache(cast: Cast, client: Client) -> None:
    sign_in(client)
    assert "private" in client.get("/help/permissions/")["Cache-Control"]
