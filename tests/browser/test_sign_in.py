"""Signing in with a real browser: passkeys under the strict policy, the proof, every page's access."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import PASSWORD

PAGES = {
    "us.officer": [
        "/account/",
        "/account/factors/",
        "/account/factors/required/",
        "/account/factors/passkeys/",
        "/account/factors/passkeys/add/",
        "/account/factors/app/activate/",
        "/account/password/change/",
        "/account/reauthenticate/",
        "/account/sessions/",
        "/account/tokens/",
        "/help/permissions/",
    ],
    "us.admin": [
        "/administration/",
        "/administration/units/",
        "/administration/invitations/",
        "/administration/systems/",
        "/administration/keys/",
        "/administration/peers/",
        "/administration/agreements/",
        "/administration/agreements/MX/",
        "/administration/settings/",
    ],
    "mx.auditor": ["/oversight/", "/oversight/log/", "/oversight/log/witnesses/"],
    "": ["/account/login/", "/account/password/reset/", "/account/invitation/gone/"],
}


@pytest.fixture
def passkeys(page: Page, settings: Any) -> None:
    """A device that keeps passkeys and always says yes."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def add_passkey(page: Page, site: str) -> None:
    page.goto(f"{site}/account/factors/passkeys/add/")
    page.get_by_role("button", name="Add this passkey").click()
    page.wait_for_url("**/account/factors/codes/")


def sign_out(page: Page, site: str) -> None:
    page.goto(f"{site}/account/logout/")
    page.locator("main form[action='/account/logout/'] button").click()
    page.wait_for_url("**/account/login/**")


def test_a_passkey_is_added_and_then_signs_in_alone(
    page: Page, site: str, sign_in: Callable[..., Page], passkeys: None, violations: list[str]
) -> None:
    sign_in("us.officer")
    add_passkey(page, site)
    sign_out(page, site)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/account/login/" not in url)
    page.goto(f"{site}/account/factors/passkeys/")
    expect(page.get_by_role("row", name="Passkey 1")).to_be_visible()


def test_a_passkey_is_the_second_factor_after_the_password(
    page: Page, site: str, sign_in: Callable[..., Page], passkeys: None, violations: list[str]
) -> None:
    sign_in("us.officer")
    add_passkey(page, site)
    sign_out(page, site)
    sign_in("us.officer")
    expect(page).to_have_url(f"{site}/account/factors/authenticate/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "authenticate" not in url)
    page.goto(f"{site}/account/")
    expect(page.get_by_text("us.officer", exact=True)).to_be_visible()


def test_a_proof_by_passkey_keeps_what_was_typed(
    page: Page,
    site: str,
    sign_in: Callable[..., Page],
    passkeys: None,
    settings: Any,
    violations: list[str],
) -> None:
    sign_in("us.officer")
    add_passkey(page, site)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    page.goto(f"{site}/account/tokens/")
    page.get_by_label("What for").fill("typed & kept")
    page.get_by_label("read records").check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("rowheader", name="typed & kept")).to_be_visible()


def test_a_proof_by_password_works_without_scripts(browser: Any, site: str, settings: Any) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{site}/account/login/")
    page.locator("[name=login]").fill("us.officer")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form[action='/account/login/'] button[type=submit]").click()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    page.goto(f"{site}/account/tokens/")
    page.get_by_label("What for").fill("no script")
    page.get_by_label("read records").check()
    page.get_by_role("button", name="Make the token").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm and go on").click()
    expect(page.get_by_role("rowheader", name="no script")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("username", PAGES)
def test_every_page_is_accessible(
    username: str,
    scheme: Any,
    page: Page,
    site: str,
    sign_in: Callable[..., Page],
    accessible: Callable[[Page], None],
    violations: list[str],
) -> None:
    page.emulate_media(color_scheme=scheme)
    if username:
        sign_in(username)
    for path in PAGES[username]:
        page.goto(site + path)
        accessible(page)
