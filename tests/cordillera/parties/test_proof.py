"""A decision asks for a fresh proof, and what was typed comes along."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import JsonResponse
from django.test import Client
from django.urls import path

import cordillera.urls
from cordillera.access.decide import needs
from cordillera.parties import proof
from tests.conftest import PASSWORD, Cast

urlpatterns = [*cordillera.urls.urlpatterns]
handler403 = cordillera.urls.handler403


@needs("account.own")
@proof.fresh_proof
def decide(request: Any) -> Any:
    return JsonResponse(dict(request.POST.lists()))


urlpatterns.append(path("decide/", decide))
TYPED = {"note": "two\nlines & <signs>", "audience": ["US", "MX"]}


@pytest.fixture
def officer(cast: Cast, client: Client, settings: Any) -> Client:
    """An officer who signed in an hour ago."""
    settings.ROOT_URLCONF = __name__
    client.force_login(cast.originator)
    session = client.session
    session[proof.SESSION_KEY] -= 3600
    session.save()
    return client


def test_right_after_signing_in_nothing_is_asked(cast: Cast, client: Client, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    client.force_login(cast.originator)
    assert client.post("/decide/", TYPED).json()["audience"] == ["US", "MX"]


def test_an_old_proof_is_asked_for_and_every_field_is_carried(officer: Client) -> None:
    page = officer.post("/decide/", TYPED)
    assert page.context["carried"] == [
        ("note", TYPED["note"]),
        ("audience", "US"),
        ("audience", "MX"),
    ]
    assert page["Cache-Control"] == "no-store"
    assert "&lt;signs&gt;" in page.content.decode()


def test_the_proof_and_the_fields_reach_the_view_in_one_step(officer: Client) -> None:
    answer = officer.post("/decide/", {**TYPED, "proof_password": PASSWORD})
    assert answer.json() == {"note": [TYPED["note"]], "audience": ["US", "MX"]}
    assert officer.post("/decide/", {"note": "again"}).json() == {"note": ["again"]}


def test_a_wrong_proof_runs_nothing_and_keeps_the_fields(officer: Client) -> None:
    page = officer.post("/decide/", {**TYPED, "proof_password": "wrong"})
    assert page.context["error"]
    assert ("note", TYPED["note"]) in page.context["carried"]
    assert officer.post("/decide/", TYPED).context["carried"]


def test_many_wrong_proofs_are_stopped(officer: Client) -> None:
    for _ in range(12):
        page = officer.post("/decide/", {"proof_password": "wrong"})
    assert "Too many" in page.context["error"]
    assert officer.post("/decide/", {"proof_password": PASSWORD}).context["error"]


def test_a_form_sent_by_htmx_gets_the_page_in_place_of_the_body(officer: Client) -> None:
    page = officer.post("/decide/", TYPED, headers={"HX-Request": "true"})
    assert page["HX-Retarget"] == "body"


def test_a_future_time_in_the_session_is_no_proof(officer: Client) -> None:
    session = officer.session
    session[proof.SESSION_KEY] += 7200
    session.save()
    assert officer.post("/decide/", TYPED).context["carried"]


def test_giving_a_proof_is_an_entry(officer: Client, log_of: Any) -> None:
    officer.post("/decide/", {"proof_password": PASSWORD})
    assert log_of("US", "proof:give")[-1].detail["method"] == "password"


def test_a_code_of_the_app_is_a_proof_too(officer: Client, cast: Cast) -> None:
    from .test_sign_in import code, with_app

    secret = with_app(cast.originator)
    assert officer.post("/decide/", {}).context["has_code"]
    assert officer.post("/decide/", {"note": "x", "proof_code": "12"}).context["error"]
    assert officer.post("/decide/", {"note": "x", "proof_code": code(secret)}).json()


def test_what_is_wrong_with_a_proof_stands_at_its_field(officer: Client) -> None:
    empty = officer.post("/decide/", {**TYPED, "proof_password": ""}).content.decode()
    assert "Type your password, or a code." in empty
    assert 'aria-describedby="proof-error"' in empty
    wrong = officer.post("/decide/", {**TYPED, "proof_password": "wrong"}).content.decode()
    assert 'id="proof-error"' in wrong
    assert 'action="/preferences/language/"' not in wrong
