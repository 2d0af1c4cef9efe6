"""The pages of the frame, as each of the cast meets them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

PARTS = ("originator", "recipient", "outsider", "auditor", "admin")


@pytest.fixture
def client_of(cast: Any) -> Any:
    def sign_in(part: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, part))
        return client

    return sign_in


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("path", ["/help/", "/palette/?q=help", "/navigation/"])
def test_everyone_with_an_account_opens_the_frame(client_of: Any, part: str, path: str) -> None:
    assert client_of(part).get(path).status_code == 200


@pytest.mark.parametrize("path", ["/help/", "/palette/", "/navigation/", "/help/style/"])
def test_nobody_else_does(db: None, path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_health_says_ok_to_anyone(db: None) -> None:
    assert Client().get("/health").content == b"ok\n"


def test_the_style_page_is_not_for_production(client_of: Any, settings: Any) -> None:
    client = client_of("originator")
    settings.DEMO = settings.DEBUG = False
    assert client.get("/help/style/").status_code == 404
    settings.DEMO = True
    assert client.get("/help/style/").status_code == 200


def test_a_page_has_nothing_inline(client_of: Any, settings: Any) -> None:
    settings.DEMO = True
    html = client_of("originator").get("/help/style/").content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert " onclick=" not in html
    assert html.count("<script") == html.count("<script src=") + html.count(
        '<script type="module" src='
    )


def test_the_palette_finds_pages_by_their_words(client_of: Any) -> None:
    html = client_of("originator").get("/palette/?q=keyboard").content.decode()
    assert 'role="option"' in html
    assert 'href="/help/"' in html


def test_the_palette_says_when_nothing_fits(client_of: Any) -> None:
    html = client_of("originator").get("/palette/?q=<b>zz").content.decode()
    assert "&lt;b&gt;zz" in html
    assert 'role="option"' not in html


def test_the_theme_is_known_to_the_first_byte(client_of: Any) -> None:
    client = client_of("originator")
    assert 'data-theme="auto"' in client.get("/help/").content.decode()
    client.post("/preferences/theme/", {"theme": "dark", "next": "/help/"})
    assert 'data-theme="dark"' in client.get("/help/").content.decode()


def test_an_unknown_theme_changes_nothing(client_of: Any) -> None:
    client = client_of("originator")
    client.post("/preferences/theme/", {"theme": "'><script>"})
    assert "theme" not in client.cookies


def test_the_language_stays_with_the_account(client_of: Any, cast: Any) -> None:
    response = client_of("originator").post("/preferences/language/", {"language": "fr"})
    cast.originator.refresh_from_db()
    assert cast.originator.language == "fr"
    assert response.cookies["django_language"].value == "fr"


def test_the_way_back_stays_on_this_site(client_of: Any) -> None:
    client = client_of("originator")
    there = {"theme": "dark", "next": "https://elsewhere.example/"}
    assert client.post("/preferences/theme/", there)["Location"] == "/"


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ("originator", "/help/"),
        ("originator", "/account/tokens/"),
        ("admin", "/administration/systems/"),
    ],
)
def test_who_equips_programs_finds_what_the_api_offers(
    client_of: Any, part: str, path: str
) -> None:
    assert f'href="{reverse("api-docs")}"' in client_of(part).get(path).content.decode()
