"""Signing in: what opens a session, what shuts the door, and what the log keeps of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from cordillera.parties import actions
from cordillera.parties.models import Officer
from tests.conftest import PASSWORD, Cast

LOGIN = "/account/login/"


def sign_in(client: Client, username: str = "us.officer", password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": username, "password": password})


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def with_app(officer: Officer) -> str:
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    return secret


def test_name_and_password_open_a_session_and_an_entry(
    cast: Cast, client: Client, log_of: Any
) -> None:
    answer = sign_in(client, "US.Officer")
    assert answer["Location"] == "/"
    entry = log_of("US", "session:open")[-1]
    assert (entry.actor, entry.detail["address"]) == (str(cast.originator.pk), "127.0.0.1")


def test_a_wrong_password_says_nothing_about_which_half_was_wrong(
    cast: Cast, client: Client, log_of: Any
) -> None:
    wrong = sign_in(client, password="wrong").context["form"].non_field_errors()
    unknown = sign_in(client, "nobody").context["form"].non_field_errors()
    assert wrong == unknown
    entry = log_of("US", "session:refuse")[-1]
    assert (entry.actor, entry.about) == ("", str(cast.originator.pk))


def test_a_name_that_does_not_exist_is_not_kept(cast: Cast, client: Client, log_of: Any) -> None:
    sign_in(client, "my-secret-password-typed-here")
    assert "my-secret" not in str([e.detail for e in log_of("")])


def test_five_failures_lock_the_name_at_this_address_and_say_how_long(
    cast: Cast, client: Client, log_of: Any
) -> None:
    for _ in range(5):
        sign_in(client, password="wrong")
    answer = sign_in(client)
    assert re.search(r"Wait (9|10) minutes", answer.content.decode())
    assert log_of("US", "session:lock-out")
    assert sign_in(client, "us.supervisor")["Location"] == "/"


def guess(times: int, username: str = "us.officer") -> Any:
    """Wrong passwords, each from another address."""
    for number in range(times):
        stranger = Client(REMOTE_ADDR=f"203.0.113.{number}")
        answer = sign_in(stranger, username, password="wrong")
    return answer


def test_a_stranger_locks_nobody_out_who_comes_from_where_he_was_before(
    cast: Cast, client: Client
) -> None:
    sign_in(client)
    client.post("/account/logout/")
    guess(40)
    assert sign_in(client)["Location"] == "/"


def test_guesses_from_many_addresses_are_bounded(cast: Cast, log_of: Any) -> None:
    last = guess(21)
    assert re.search(r"Wait (9|10) minutes", last.content.decode())
    assert len(log_of("US", "session:refuse")) == 20
    assert len(log_of("US", "session:lock-out")) == 1
    right = sign_in(Client(REMOTE_ADDR="203.0.113.200"))
    assert re.search(r"Wait (9|10) minutes", right.content.decode())
    assert sign_in(Client(), "us.supervisor")["Location"] == "/"


def test_a_known_address_is_no_way_around_the_limit(cast: Cast, client: Client) -> None:
    sign_in(client)
    client.post("/account/logout/")
    guess(20)
    for _ in range(5):
        sign_in(client, password="wrong")
    assert "Too many failed attempts" in sign_in(client).content.decode()


def test_another_officers_address_is_not_a_known_one(cast: Cast, client: Client) -> None:
    sign_in(client, "us.supervisor")
    client.post("/account/logout/")
    guess(20)
    assert "Too many failed attempts" in sign_in(client).content.decode()


def test_a_passkey_signs_in_while_somebody_guesses(
    cast: Cast, client: Client, monkeypatch: Any
) -> None:
    key = Authenticator.objects.create(
        user=cast.originator, type=Authenticator.Type.WEBAUTHN, data={"credential": {}}
    )
    asked = "allauth.mfa.webauthn.internal.auth"
    monkeypatch.setattr(f"{asked}.parse_authentication_response", lambda credential: None)
    monkeypatch.setattr(f"{asked}.extract_user_from_response", lambda credential: cast.originator)
    monkeypatch.setattr(f"{asked}.complete_authentication", lambda user, credential: key)
    guess(40)
    client.get("/account/factors/passkeys/login/", headers={"Accept": "application/json"})
    client.post("/account/factors/passkeys/login/", {"credential": '{"id": "x"}'})
    assert client.get("/account/").status_code == 200


def test_a_closed_account_does_not_open(cast: Cast, client: Client) -> None:
    actions.deactivate(officer=cast.originator)
    sign_in(client)
    assert client.get("/account/").status_code == 302


def test_a_system_account_has_no_page_whatever_its_password_field_says(
    cast: Cast, client: Client
) -> None:
    Officer.objects.filter(pk=cast.originator.pk).update(is_system=True)
    sign_in(client)
    assert client.get("/account/").status_code == 302


def test_a_second_factor_is_asked_for_and_wrong_ones_are_logged(
    cast: Cast, client: Client, log_of: Any
) -> None:
    secret = with_app(cast.originator)
    assert sign_in(client)["Location"] == "/account/factors/authenticate/"
    assert client.get("/account/").status_code == 302
    client.post("/account/factors/authenticate/", {"code": "000000"})
    assert log_of("US", "factor:fail")
    client.post("/account/factors/authenticate/", {"code": code(secret)})
    assert client.get("/account/").status_code == 200


def test_secrets_of_second_factors_lie_encrypted(cast: Cast) -> None:
    secret = with_app(cast.originator)
    row = Authenticator.objects.get(user=cast.originator)
    assert secret not in str(row.data)


def test_signing_out_is_an_entry(cast: Cast, client: Client, log_of: Any) -> None:
    sign_in(client)
    client.post("/account/logout/")
    assert [e.tag for e in log_of("US")][-1] == "session:close"
    assert client.get("/account/").status_code == 302


def test_a_changed_password_ends_the_other_sessions(
    cast: Cast, client: Client, log_of: Any
) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    words = "seven-plain-words-on-paper"
    client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": words, "password2": words},
    )
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert log_of("US", "password:change")[-1].detail["sessions_ended"] >= 1


@pytest.mark.parametrize(
    "weak", ["short", "password1234", "long enough us.officer!", "123456789012", "abababababab"]
)
def test_weak_passwords_are_refused(cast: Cast, client: Client, weak: str) -> None:
    sign_in(client)
    answer = client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": weak, "password2": weak},
    )
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_a_reset_goes_to_the_officers_address_and_sets_a_password(
    cast: Cast, client: Client, mailoutbox: Any, log_of: Any
) -> None:
    client.post("/account/password/reset/", {"email": "us.officer@example.org"})
    link = re.search(r"http://testserver(\S+)", mailoutbox[0].body)
    assert link
    assert mailoutbox[0].to == ["us.officer@example.org"]
    form = client.get(link[1], follow=True)
    words = "seven-plain-words-on-paper"
    client.post(form.request["PATH_INFO"], {"password1": words, "password2": words})
    assert log_of("US", "password:reset")
    assert sign_in(client, password=words)["Location"] == "/"


def test_a_reset_for_an_unknown_address_looks_the_same_and_sends_nothing(
    cast: Cast, client: Client, mailoutbox: Any
) -> None:
    answer = client.post("/account/password/reset/", {"email": "stranger@example.org"})
    assert answer["Location"] == "/account/password/reset/done/"
    assert mailoutbox == []


def test_without_redis_signing_in_waits_and_the_signed_in_work_on(
    cast: Cast, client: Client, settings: Any
) -> None:
    client.force_login(cast.originator)
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert client.get("/account/").status_code == 200
    answer = sign_in(Client())
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


def test_a_wrong_code_says_what_helps(cast: Cast, client: Client) -> None:
    with_app(cast.originator)
    sign_in(client)
    answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "wait for the next" in str(answer.context["form"].errors["code"])


class Away:
    """A mail server that does not answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("nobody there")


def switch_on(cast: Cast, client: Client) -> Any:
    """Set an authenticator app up as an officer does, with the code that it shows."""
    sign_in(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    return client.post(reverse("mfa_activate_totp"), {"code": code(secret)})


@pytest.mark.django_db(transaction=True)
def test_an_app_is_switched_on_and_the_officer_is_told(
    transactional_db: None, cast: Cast, client: Client, mailoutbox: Any
) -> None:
    answer = switch_on(cast, client)
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert [mail.to for mail in mailoutbox] == [[cast.originator.email]]


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_undoes_nothing(
    transactional_db: None, cast: Cast, client: Client, settings: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    assert switch_on(cast, client).status_code == 302
    assert Authenticator.objects.filter(user=cast.originator, type="totp").exists()
    asked = {"email": cast.originator.email}
    assert Client().post(reverse("account_reset_password"), asked).status_code == 302
