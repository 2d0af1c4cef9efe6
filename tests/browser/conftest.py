"""A real Chromium, the whole application behind it, and the standing cast.

pytest-playwright gives `page` and `context`; the server runs in a thread, as the runtime role, under
the same Content Security Policy as in production.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, Page, expect

from tests.conftest import PASSWORD, Cast

# Playwright's loop runs in this thread, where Django would refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

HERE = Path(__file__).parent
QUIET = (
    "--no-sandbox --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
#: For what a page is to show: a machine that is busy with other tests is slow.
expect.set_options(timeout=20_000)
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: What another theme can change; each page is looked at in the light one too, under every rule.
COLOURS = ["color-contrast", "link-in-text-block"]
IS_DARK = "() => matchMedia('(prefers-color-scheme: dark)').matches"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    return {**browser_type_launch_args, "executable_path": chromium, "args": QUIET}


@pytest.fixture(scope="session")
def base_url() -> None:
    """In place of the plugin's own, whose declaration this pytest warns about."""


@pytest.fixture(autouse=True)
def plain_files(settings: Any) -> None:
    """Static files straight from the sources, and nothing kept from one test to the next."""
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "browser",
        }
    }
    cache.clear()


class Underway:
    """How many requests the server's threads are answering."""

    def __init__(self) -> None:
        self.count, self.lock = 0, threading.Lock()

    def begin(self, **_: Any) -> None:
        with self.lock:
            self.count += 1

    def end(self, **_: Any) -> None:
        with self.lock:
            self.count -= 1

    def settle(self, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while self.count > 0 and time.monotonic() < until:
            time.sleep(0.02)


@pytest.fixture
def site(live_server: Any, cast: Cast, browser: Browser) -> Iterator[str]:
    """The address of the running application, with the standing cast in its database.

    Pages ask the server in the background: afterwards they are closed, and what is under way is
    waited for, before the database is emptied below it.
    """
    underway = Underway()
    request_started.connect(underway.begin)
    request_finished.connect(underway.end)
    yield str(live_server.url)
    for context in browser.contexts:
        context.close()
    underway.settle()
    request_started.disconnect(underway.begin)
    request_finished.disconnect(underway.end)


@pytest.fixture
def violations(page: Page) -> Iterator[list[str]]:
    """What the Content Security Policy blocked and what scripts threw; must stay empty."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        lambda line: found.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield found
    assert found == []


@pytest.fixture
def sign_in(page: Page, site: str) -> Callable[..., Page]:
    """`sign_in("us.officer")` through the real form."""

    def enter(username: str, password: str = PASSWORD) -> Page:
        page.goto(f"{site}/account/login/")
        page.get_by_role("textbox", name="Username").fill(username)
        page.locator("input[name=password]").fill(password)
        page.locator("form[action='/account/login/'] button[type=submit]").click()
        page.wait_for_url(lambda url: "/account/login/" not in url)
        return page

    return enter


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Raises with axe's report unless the page meets WCAG 2.2 AA."""

    def check(page: Page) -> None:
        rules = COLOURS if page.evaluate(IS_DARK) else STANDARD
        options = {"runOnly": rules, "resultTypes": ["violations"]}
        found = Axe().run(page, options=options)
        assert found.violations_count == 0, found.generate_report()

    return check
