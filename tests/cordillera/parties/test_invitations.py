"""Invitations: the administrator's alone, once, and without content in the mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cordillera import clock
from cordillera.access.decide import Refused
from cordillera.parties import actions
from cordillera.parties.actions.invitations import find
from cordillera.parties.models import Invitation, Officer
from tests.conftest import Cast

WORDS = "seven-plain-words-on-paper"


def invite(cast: Cast, part: str = "admin", **changes: Any) -> tuple[Invitation, str]:
    values: dict[str, Any] = {
        "party": cast.admin.party,
        "email": "new@example.org",
        "name": "New Officer",
        "roles": ["officer"],
        "language": "fr",
    }
    made, link = actions.invite(by=cast.identity(part), **{**values, **changes})
    return made, link.rstrip("/").rpartition("/")[2]


def accept(client: Client, secret: str, **changes: Any) -> Any:
    values = {
        "username": "us.new",
        "name": "Nina Ward",
        "password": WORDS,
        "again": WORDS,
        "language": "es",
        "time_zone": "America/Chicago",
    }
    return client.post(f"/account/invitation/{secret}/", {**values, **changes})


def test_only_the_partys_administrator_invites(cast: Cast) -> None:
    for part in ("originator", "colleague", "auditor", "outsider"):
        with pytest.raises(Refused):
            invite(cast, part)
    with pytest.raises(Refused):
        invite(cast, party=cast.recipient.party)


def test_the_mail_says_that_an_account_waits_and_nothing_else(
    cast: Cast, mailoutbox: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        _, secret = invite(cast, language="en")
    [mail] = mailoutbox
    assert secret in mail.body
    for word in ("New Officer", "officer", "CBP", "Customs"):
        assert word not in mail.body + mail.subject


def test_the_secret_is_not_kept(cast: Cast) -> None:
    made, secret = invite(cast)
    assert secret not in str(Invitation.objects.filter(pk=made.pk).values())


def test_accepting_makes_the_account_with_the_invited_roles(
    cast: Cast, client: Client, log_of: Any
) -> None:
    _, secret = invite(cast)
    assert client.get(f"/account/invitation/{secret}/").status_code == 200
    assert accept(client, secret)["Location"] == "/account/login/"
    officer = Officer.objects.get(username="us.new")
    assert (officer.name, officer.roles, officer.language) == ("Nina Ward", ["officer"], "es")
    assert officer.email == "new@example.org"
    assert officer.check_password(WORDS)
    assert log_of("US", "invitation:accept")[-1].actor == str(officer.pk)


def test_an_invitation_is_accepted_once(cast: Cast, client: Client) -> None:
    _, secret = invite(cast)
    accept(client, secret)
    assert accept(client, secret, username="us.second").status_code == 410
    assert not Officer.objects.filter(username="us.second").exists()


def test_expired_and_ended_invitations_are_gone(cast: Cast, client: Client) -> None:
    made, secret = invite(cast)
    with clock.at(clock.now() + timedelta(days=8)):
        assert find(secret) is None
    actions.revoke_invitation(invitation=made, by=cast.identity("admin"))
    assert accept(client, secret).status_code == 410


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "short", "again": "short"}, "password"),
        ({"again": "other"}, "again"),
        ({"username": "us.officer"}, "username"),
        ({"username": "a b"}, "username"),
    ],
)
def test_a_mistake_stands_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, client: Client, changes: Any, field: str
) -> None:
    _, secret = invite(cast)
    answer = accept(client, secret, **changes)
    assert field in answer.context["form"].errors
    assert b"Nina Ward" in answer.content
    assert accept(client, secret)["Location"] == "/account/login/"


def test_the_page_shows_the_link_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    answer = client.post(
        "/administration/invitations/",
        {"name": "N", "email": "n@example.org", "roles": ["officer"], "language": "en"},
    )
    assert "/account/invitation/" in answer.content.decode()
    assert answer["Cache-Control"].startswith("max-age=0")
    assert "/account/invitation/" not in client.get("/administration/invitations/").content.decode()


def test_the_page_speaks_the_language_of_the_invitation(cast: Cast, client: Client) -> None:
    _, secret = invite(cast)
    address = f"/account/invitation/{secret}/"
    page = client.get(address)
    assert page["Content-Language"] == "fr"
    assert '<html lang="fr"' in page.content.decode()
    assert accept(client, secret).cookies["django_language"].value == "es"
    _, other = invite(cast, email="other@example.org")
    page = client.get(f"/account/invitation/{other}/")
    assert page["Content-Language"] == "es"


def test_duties_stay_apart_in_invitations(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        invite(cast, roles=["auditor", "officer"])
