"""The API's documentation works under the strict content policy, with nothing from outside."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from playwright.sync_api import Page, expect

from tests.cordillera.api.caller import Caller


def test_it_describes_and_tries_an_operation(
    page: Page, site: str, cast: Any, violations: list[str]
) -> None:
    client = Client()
    client.force_login(cast.originator)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/api/docs")
    operation = page.locator("#operations-account-get_me")
    expect(operation).to_be_visible(timeout=20_000)
    token = Caller(cast.originator).raw
    page.get_by_role("button", name="Authorize").click()
    page.locator(".auth-container input").fill(token)
    page.locator(".auth-container button[type=submit]").click()
    page.locator(".auth-container .btn-done").click()
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".responses-table.live-responses-table")).to_contain_text('"US"')
    assert {urlsplit(url).hostname for url in asked if url.startswith("http")} == {"localhost"}
