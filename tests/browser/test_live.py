"""Released in one browser, seen in another: without a reload, and after the live process was away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from cordillera.access.session import acting_as
from sharing.desk import arrival
from sharing.records import actions
from tests.browser.live import LiveProcess, allow
from tests.conftest import alert_body, alert_handling, released

pytestmark = pytest.mark.services
SOON = 20_000


@pytest.fixture
def live(site: str, settings: Any) -> Iterator[LiveProcess]:
    process = LiveProcess()
    allow(settings, site, process)
    process.start()
    yield process
    process.stop()


@pytest.fixture
def opened(browser: Browser, site: str, live: LiveProcess) -> Iterator[Callable[..., Page]]:
    """`opened(officer, "/inbox/")`: a page in a browser of its own, listening live."""
    contexts = []

    def enter(officer: Any, path: str) -> Page:
        client = Client()
        client.force_login(officer)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
        page = context.new_page()
        page.goto(site + path)
        expect(page.locator(".rail [data-live-mark]")).to_have_attribute(
            "data-state", "live", timeout=SOON
        )
        return page

    yield enter
    for context in contexts:
        context.close()


def release(cast: Any, title: str) -> Any:
    """An alert of US for MX, arrived there as the worker would have it arrive."""
    originator = cast.identity("originator")
    with acting_as(originator):
        draft = actions.draft(
            kind="offence_alert",
            by=originator,
            body=alert_body(title={"en": title}),
            handling=alert_handling("MX"),
        )
    record = released(cast, draft)
    arrival.arrive("MX")
    return record


def recall(cast: Any, record: Any) -> None:
    with acting_as(cast.identity("originator")):
        record.refresh_from_db()
        actions.propose_recall(record=record, by=cast.identity("originator"), reason="Wrong.")
    with acting_as(cast.identity("colleague")):
        actions.approve(record=record, by=cast.identity("colleague"))
    arrival.arrive("MX")


def test_a_release_appears_without_a_reload(cast: Any, opened: Callable[..., Page]) -> None:
    page = opened(cast.recipient, "/inbox/")
    expect(page.locator(".entry")).to_have_count(0)
    release(cast, "Coil from elsewhere")
    expect(page.locator(".entry")).to_have_count(1, timeout=SOON)
    expect(page.locator(".entry-title")).to_have_text("Coil from elsewhere")
    expect(page.locator("#bell .badge")).to_have_text("1", timeout=SOON)


def test_a_recall_turns_the_open_record_into_its_gravestone(
    cast: Any, opened: Callable[..., Page]
) -> None:
    record = release(cast, "Coil from elsewhere")
    page = opened(cast.recipient, "/inbox/")
    page.locator(".entry").click()
    expect(page.locator("#detail h1")).to_have_text("Coil from elsewhere")
    recall(cast, record)
    expect(page.locator("#detail h1")).not_to_have_text("Coil from elsewhere", timeout=SOON)
    expect(page.locator("#detail .banner.red")).to_be_visible()
    expect(page.locator("#inbox-list")).not_to_contain_text("Coil from elsewhere", timeout=SOON)


def test_a_colleagues_outcome_is_shown_live(cast: Any, opened: Callable[..., Page]) -> None:
    release(cast, "Coil from elsewhere")
    mine = opened(cast.recipient, "/inbox/?show=all")
    theirs = opened(cast.analyst, "/inbox/")
    for page in (mine, theirs):
        page.locator(".entry").click()
        expect(page.locator("#detail h1")).to_have_text("Coil from elsewhere")
    theirs.keyboard.press("e")
    theirs.locator("#no-action button.primary").click()
    expect(mine.locator("#outcome-bar .outcome-state")).to_contain_text("Mx Analyst", timeout=SOON)
    expect(mine.locator("#inbox-list")).to_contain_text("Mx Analyst", timeout=SOON)


def test_offline_is_said_and_what_was_missed_is_caught_up(
    cast: Any, opened: Callable[..., Page], live: LiveProcess
) -> None:
    page = opened(cast.recipient, "/inbox/")
    live.stop()
    mark = page.locator(".rail [data-live-mark]")
    expect(mark).to_have_attribute("data-state", "offline", timeout=SOON)
    release(cast, "While it was away")
    expect(page.locator(".entry")).to_have_count(0)
    live.start()
    expect(mark).to_have_attribute("data-state", "live", timeout=2 * SOON)
    expect(page.locator(".entry-title")).to_have_text("While it was away", timeout=SOON)


def test_another_party_sees_and_hears_nothing(cast: Any, opened: Callable[..., Page]) -> None:
    page = opened(cast.outsider, "/inbox/")
    release(cast, "Not for Canada")
    page.wait_for_timeout(1500)
    expect(page.locator(".entry")).to_have_count(0)
    page.reload()
    expect(page.locator(".entry")).to_have_count(0)
