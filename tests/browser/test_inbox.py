"""The inbox with the keyboard, on a phone, in both themes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, expect

from cordillera.access.session import acting_as
from sharing.desk import actions as desk
from sharing.desk import arrival
from sharing.desk.models import InboxItem
from sharing.records import actions
from tests.conftest import alert_body, alert_handling, released


@pytest.fixture
def inbox(page: Page, site: str, cast: Any, violations: list[str]) -> Page:
    """The MX officer's inbox with three alerts; nothing listens for live events."""
    for number in (1, 2, 3):
        originator = cast.identity("originator")
        with acting_as(originator):
            draft = actions.draft(
                kind="offence_alert",
                by=originator,
                body=alert_body(title={"en": f"Alert {number}"}),
                handling=alert_handling("MX"),
            )
        released(cast, draft)
        arrival.arrive("MX")
    page.route("**/live/ticket", lambda route: route.abort())
    client = Client()
    cast.recipient.language = "en"
    cast.recipient.save()
    client.force_login(cast.recipient)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{site}/inbox/")
    return page


def outcomes(cast: Any) -> list[str]:
    with acting_as(cast.identity("recipient")):
        rows = InboxItem.objects.order_by("-news_at")
        return list(rows.values_list("outcome", flat=True))


def test_j_opens_a_acknowledges_and_the_next_one_follows(inbox: Page, cast: Any) -> None:
    inbox.keyboard.press("j")
    expect(inbox.locator("#detail h1")).to_have_text("Alert 3")
    inbox.keyboard.press("a")
    expect(inbox.locator("#detail h1")).to_have_text("Alert 2")
    expect(inbox.locator("#done")).to_be_visible()
    expect(inbox.locator(".entry")).to_have_count(2)
    assert outcomes(cast) == ["acknowledged", "", ""]


def test_who_steps_on_before_the_answer_sees_where_he_is(inbox: Page) -> None:
    def slowly(route: Route) -> None:
        time.sleep(0.3)
        route.continue_()

    inbox.route("**/inbox/*/", slowly)
    press = "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true}))"
    inbox.evaluate(f"() => [0, 150].forEach((wait) => setTimeout(() => {press}, wait))")
    expect(inbox.locator(".entry").nth(1)).to_be_focused()
    expect(inbox.locator("#detail h1")).to_have_text("Alert 2")


def test_e_asks_why_and_u_takes_it_back(inbox: Page, cast: Any) -> None:
    inbox.keyboard.press("j")
    expect(inbox.locator("#detail h1")).to_have_text("Alert 3")
    inbox.keyboard.press("e")
    expect(inbox.locator("#no-action")).to_be_visible()
    inbox.keyboard.press("Enter")
    expect(inbox.locator("#done")).to_be_visible()
    assert outcomes(cast) == ["no_action", "", ""]
    inbox.keyboard.press("u")
    expect(inbox.locator("#detail h1")).to_have_text("Alert 3")
    assert outcomes(cast) == ["", "", ""]


def test_x_ticks_several_and_ends_them_at_once(inbox: Page, cast: Any) -> None:
    for _number in range(2):
        inbox.keyboard.press("j")
        inbox.keyboard.press("x")
    expect(inbox.locator(".pick:checked")).to_have_count(2)
    inbox.locator("#several button[value=no_action]").click()
    expect(inbox.locator(".entry")).to_have_count(1)
    assert sorted(outcomes(cast)) == ["", "no_action", "no_action"]


def test_z_snoozes(inbox: Page, cast: Any) -> None:
    inbox.keyboard.press("j")
    expect(inbox.locator("#detail h1")).to_have_text("Alert 3")
    inbox.keyboard.press("z")
    inbox.locator("#snooze button.moment").nth(1).click()
    expect(inbox.locator("#detail h1")).to_have_text("Alert 2")
    assert outcomes(cast) == ["snoozed", "", ""]


def test_f_filters(inbox: Page) -> None:
    inbox.keyboard.press("f")
    inbox.locator("#filter-priority").select_option("low")
    inbox.locator("#inbox-filter button.primary").click()
    expect(inbox.locator(".entry")).to_have_count(0)
    expect(inbox.locator("#inbox-list .empty")).to_be_visible()


def test_the_mark_follows_the_open_item(inbox: Page) -> None:
    inbox.locator(".entry").nth(1).click()
    expect(inbox.locator("#detail h1")).to_have_text("Alert 2")
    expect(inbox.locator(".entry").nth(1)).to_have_attribute("aria-current", "true")
    expect(inbox.locator(".entry[aria-current]")).to_have_count(1)
    inbox.go_back()
    expect(inbox.locator(".entry[aria-current]")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_meet_wcag(
    inbox: Page, site: str, accessible: Callable[[Page], None], theme: Any
) -> None:
    inbox.emulate_media(color_scheme=theme)
    inbox.locator(".entry").first.click()
    expect(inbox.locator("#outcome-bar")).to_be_visible()
    accessible(inbox)
    inbox.keyboard.press("r")
    expect(inbox.locator("#refer")).to_be_visible()
    accessible(inbox)
    for path in ("/", "/notifications/", "/notices/", "/notices/?view=calendar"):
        inbox.goto(site + path)
        accessible(inbox)


def test_nothing_is_wider_than_a_phone(inbox: Page, site: str) -> None:
    inbox.set_viewport_size({"width": 390, "height": 844})
    inbox.locator(".entry").first.click()
    expect(inbox.locator(".outcome-buttons")).to_be_visible()
    here = inbox.url
    for path in ("/", "/inbox/", "/notifications/", "/notices/", "/notices/?view=calendar"):
        inbox.goto(site + path)
        assert inbox.evaluate("document.documentElement.scrollWidth") <= 390
    inbox.goto(here)
    assert inbox.evaluate("document.documentElement.scrollWidth") <= 390
    expect(inbox.locator(".outcome-buttons button").first).to_be_in_viewport()


def test_without_scripts_it_works_too(inbox: Page, site: str, browser: Any, cast: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(inbox.context.cookies())
    page = context.new_page()
    page.goto(f"{site}/inbox/")
    page.locator(".entry").first.click()
    page.locator("#outcome-bar button[value=acknowledged]").click()
    expect(page.locator("#done")).to_be_visible()
    assert outcomes(cast) == ["acknowledged", "", ""]
    context.close()


def hear(page: Page, record: Any) -> None:
    """What a live event about `record` sets off in the open page."""
    page.evaluate(
        """(thing) => {
          const name = `cordillera-live-${document.body.dataset.account}`;
          new BroadcastChannel(name).postMessage({ event: { topic: "inbox", thing } });
        }""",
        str(record),
    )


def test_an_outcome_of_another_item_is_never_shown(inbox: Page, site: str, cast: Any) -> None:
    inbox.goto(f"{site}/inbox/?show=all")
    with acting_as(cast.identity("analyst")):
        item = InboxItem.objects.order_by("-news_at").first()
        assert item is not None
        record = item.record_id
    inbox.locator(".entry").first.click()
    expect(inbox.locator("#detail h1")).to_have_text("Alert 3")
    with acting_as(cast.identity("analyst")):
        desk.no_action(item=item, by=cast.identity("analyst"), reason="Known already")
    held: list[Any] = []
    inbox.route("**/bar/**", lambda route: held.append(route))
    with inbox.expect_request("**/bar/**"):
        hear(inbox, record)
    inbox.locator(".entry").nth(1).click()
    expect(inbox.locator("#detail h1")).to_have_text("Alert 2")
    with inbox.expect_response("**/bar/**"):
        held[0].continue_()
    expect(inbox.locator("#inbox-list")).to_contain_text("Mx Analyst")
    inbox.wait_for_timeout(400)
    expect(inbox.locator("#outcome-bar .outcome-state")).to_have_count(0)


def test_the_banner_stays_with_what_was_done_while_the_list_is_refreshed(
    inbox: Page, cast: Any
) -> None:
    inbox.keyboard.press("j")
    expect(inbox.locator("#detail h1")).to_have_text("Alert 3")
    inbox.keyboard.press("a")
    expect(inbox.locator("#done")).to_contain_text("Alert 3")
    with acting_as(cast.identity("recipient")):
        others = list(InboxItem.objects.filter(outcome="").values_list("record", flat=True))
    with inbox.expect_response("**/inbox/?*at=*"):
        for record in others:
            hear(inbox, record)
    inbox.wait_for_timeout(400)
    expect(inbox.locator("#done")).to_contain_text("Alert 3")
    expect(inbox.locator("#detail h1")).to_have_text("Alert 2")
    expect(inbox.locator("#outcome-bar .outcome-state")).to_have_count(0)
