"""An administrator cannot become an officer: what opens an account goes through its officer."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from cordillera.access.decide import Refused
from cordillera.parties import actions
from cordillera.parties.actions.asking import ADDRESS, FACTORS
from tests.conftest import PASSWORD, Cast
from tests.cordillera.parties.test_sign_in import with_app

OWN, ELSEWHERE = "us.officer@example.org", "admins.own@example.org"


@pytest.fixture
def asks(cast: Cast, mailoutbox: Any, django_capture_on_commit_callbacks: Any) -> Any:
    """`asks(what, …)`: the administrator asks; gives the path that the officer was mailed."""

    def ask(what: str, **more: Any) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            actions.ask(officer=cast.originator, what=what, by=cast.identity("admin"), **more)
        assert mailoutbox[-1].to == [OWN]
        found = re.search(r"http://[^/]+(/account/confirm/\S+)", mailoutbox[-1].body)
        assert found
        return found[1]

    return ask


def factors(cast: Cast) -> int:
    return Authenticator.objects.filter(user=cast.originator).count()


def test_the_page_only_asks_and_says_what_will_happen(
    cast: Cast, client: Client, mailoutbox: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with_app(cast.originator)
    client.force_login(cast.admin)
    path = f"/administration/officers/{cast.originator.pk}/"
    values = {"name": "O", "email": ELSEWHERE, "roles": ["officer"]}
    with django_capture_on_commit_callbacks(execute=True):
        told = client.post(path, values, follow=True).content.decode()
    assert "opens the link that was sent to us.officer@example.org" in told
    with django_capture_on_commit_callbacks(execute=True):
        told = client.post(f"{path}factors/", follow=True).content.decode()
    assert "removed when the officer opens it" in told
    cast.originator.refresh_from_db()
    assert (cast.originator.email, factors(cast)) == (OWN, 1)
    assert {tuple(mail.to) for mail in mailoutbox} == {(OWN,)}
    assert "/account/confirm/" not in told
    # So a password reset still goes to the officer.
    Client().post("/account/password/reset/", {"email": ELSEWHERE})
    assert {tuple(mail.to) for mail in mailoutbox} == {(OWN,)}


def test_the_officer_confirms_another_address_with_his_password(
    cast: Cast, client: Client, asks: Any, log_of: Any
) -> None:
    path = asks(ADDRESS, address=ELSEWHERE)
    assert ELSEWHERE in client.get(path).content.decode()
    assert client.post(path, {"password": "wrong"}).context["form"].errors["password"]
    assert client.post(path, {"password": PASSWORD}).status_code == 302
    cast.originator.refresh_from_db()
    assert cast.originator.email == ELSEWHERE
    assert log_of("US", "officer:change")[-1].actor == str(cast.originator.pk)
    assert log_of("US", "address:ask")[-1].actor == str(cast.admin.pk)


def test_the_officer_confirms_that_his_factors_go_once(
    cast: Cast, client: Client, asks: Any
) -> None:
    with_app(cast.originator)
    path = asks(FACTORS)
    client.post(path, {"password": PASSWORD})
    assert factors(cast) == 0
    with_app(cast.originator)
    assert client.post(path, {"password": PASSWORD}).status_code == 410
    assert factors(cast) == 1


@pytest.mark.parametrize("who", ["admin", "colleague"])
def test_a_password_of_somebody_else_confirms_nothing(
    cast: Cast, client: Client, asks: Any, who: str
) -> None:
    with_app(cast.originator)
    other = getattr(cast, who)
    other.set_password("another-plain-pass-phrase")
    other.save()
    client.force_login(other)
    client.post(asks(FACTORS), {"password": "another-plain-pass-phrase"})
    assert factors(cast) == 1


@pytest.mark.parametrize("path", ["rubbish", "WyJ4Il0:1abc:x", "%00"])
def test_a_link_that_is_not_ours_is_gone(client: Client, db: None, path: str) -> None:
    assert client.get(f"/account/confirm/{path}/").status_code == 410


def test_a_link_is_old_after_a_day(cast: Cast, client: Client, asks: Any, monkeypatch: Any) -> None:
    path = asks(ADDRESS, address=ELSEWHERE)
    later = time.time() + 86_401
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get(path).status_code == 410


def test_no_action_lets_an_administrator_do_it_alone(cast: Cast) -> None:
    by, officer = cast.identity("admin"), cast.originator
    for act in (
        lambda: actions.remove_second_factors(officer=officer, by=by),
        lambda: actions.set_password(officer=officer, password="x" * 20, by=by),
        lambda: actions.set_email(officer=officer, address=ELSEWHERE, by=by),
    ):
        with pytest.raises(ValueError, match=r"(?i)another"):
            act()
    with pytest.raises(Refused):
        actions.ask(officer=cast.recipient, what=FACTORS, by=by)


def test_an_account_without_an_address_gets_its_first_one_from_the_operator(
    cast: Cast, log_of: Any
) -> None:
    cast.originator.email = ""
    cast.originator.save()
    values = {"officer": cast.originator, "name": "O", "roles": ["officer"], "unit": None}
    with pytest.raises(ValidationError) as caught:
        actions.change_officer(**values, email=ELSEWHERE, by=cast.identity("admin"))
    assert "email" in caught.value.message_dict
    call_command("party", "email", "us.officer", OWN)
    cast.originator.refresh_from_db()
    assert cast.originator.email == OWN
    assert log_of("US", "officer:change")
