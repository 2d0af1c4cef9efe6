"""The frame in a real browser: keys, palette, themes, forms, the ended session, paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from playwright.sync_api import Page, expect

from cordillera.web import navigation
from cordillera.web.marking import Marking
from cordillera.web.navigation import Item


@pytest.fixture
def frame(page: Page, site: str, cast: Any, settings: Any, violations: list[str]) -> Page:
    """The style page, opened by the US officer; every script error fails the test."""
    settings.DEMO = True
    # Nothing listens for live events here, and a retry would race with the database's clean-up.
    page.route("**/live/ticket", lambda route: route.abort())
    client = Client()
    client.force_login(cast.originator)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{site}/help/style/")
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/help/style/", "/help/", "/no/such/page/"])
def test_pages_meet_wcag(
    frame: Page, site: str, accessible: Callable[[Page], None], theme: Any, path: str
) -> None:
    frame.emulate_media(color_scheme=theme)
    frame.goto(site + path)
    accessible(frame)


def test_dialogs_meet_wcag(frame: Page, accessible: Callable[[Page], None]) -> None:
    frame.keyboard.press("Control+k")
    expect(frame.locator("#palette [role=option]").first).to_be_visible()
    accessible(frame)
    frame.keyboard.press("Escape")
    expect(frame.locator("#palette")).not_to_be_visible()
    frame.keyboard.press("?")
    expect(frame.locator("#keys")).to_be_visible()
    accessible(frame)


def test_the_theme_changes_at_once_and_stays(frame: Page) -> None:
    frame.locator("[popovertarget=officer-menu]").click()
    frame.get_by_role("button", name="Dark").click()
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    expect(frame.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    frame.reload()
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_palette_jumps(frame: Page, site: str) -> None:
    frame.keyboard.press("Control+k")
    frame.keyboard.type("keyboard")
    expect(frame.locator("#palette [role=option]")).to_have_count(1)
    frame.keyboard.press("Enter")
    expect(frame).to_have_url(f"{site}/help/")


def test_j_and_k_walk_the_list(frame: Page) -> None:
    frame.keyboard.press("j")
    expect(frame.locator(".entry").nth(1)).to_be_focused()
    frame.keyboard.press("j")
    frame.keyboard.press("k")
    expect(frame.locator(".entry").nth(1)).to_be_focused()


def test_g_and_a_letter_go_to_a_page(
    frame: Page, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = Item("manual", "Manual", "help", "book-open", shortcut="m")
    monkeypatch.setattr(navigation, "_items", {"manual": item})
    frame.reload()
    frame.keyboard.press("g")
    frame.keyboard.press("m")
    expect(frame).to_have_url(f"{site}/help/")


def test_keys_are_letters_while_typing(frame: Page) -> None:
    search = frame.locator("[data-search]")
    frame.keyboard.press("/")
    expect(search).to_be_focused()
    frame.keyboard.type("j?g")
    expect(search).to_have_value("j?g")
    expect(frame.locator("#keys")).not_to_be_visible()


def test_single_keys_can_be_switched_off(frame: Page, cast: Any) -> None:
    type(cast.originator).objects.filter(pk=cast.originator.pk).update(single_key_shortcuts=False)
    frame.reload()
    frame.keyboard.press("?")
    expect(frame.locator("#keys")).not_to_be_visible()
    frame.keyboard.press("Control+k")
    expect(frame.locator("#palette")).to_be_visible()


def test_rows_are_added_moved_and_removed_in_place(frame: Page) -> None:
    goods = frame.locator("[data-repeat=goods]")
    rows = goods.locator(":scope > .repeat-rows > .repeat-row")
    goods.get_by_role("button", name="Add").click()
    expect(rows).to_have_count(3)
    expect(frame.locator("#f-goods-2-hs")).to_be_focused()
    frame.keyboard.type("730630")
    rows.nth(2).get_by_role("button", name="Move up").click()
    expect(frame.locator("#f-goods-1-hs")).to_have_value("730630")
    expect(frame.locator("[name='goods-1-value-amount']")).to_have_count(1)
    rows.nth(0).get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(2)
    expect(frame.locator("#f-goods-0-hs")).to_have_value("730630")


def test_no_more_rows_than_allowed(frame: Page) -> None:
    add = frame.locator("[name='add:goods']")
    for _ in range(3):
        add.click()
    expect(add).to_be_disabled()


def test_a_code_is_chosen_with_the_keyboard(frame: Page) -> None:
    options = (
        '<div role="option" aria-selected="false" data-value="721049" data-label="Coil">Coil</div>'
        '<div role="option" aria-selected="false" data-value="721061" data-label="Strip">Strip</div>'
    )
    frame.route("**/codes/hs/**", lambda route: route.fulfill(body=options))
    field = frame.locator("#f-goods-1-hs")
    field.click()
    field.press_sequentially("coil")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("721061")
    expect(field).to_have_attribute("aria-expanded", "false")


def test_several_codes_are_gathered(frame: Page) -> None:
    option = '<div role="option" aria-selected="false" data-value="73" data-label="Steel">73</div>'
    frame.route("**/codes/hs_chapter/**", lambda route: route.fulfill(body=option))
    frame.locator("#f-chapters").press_sequentially("st")
    frame.get_by_role("option", name="73").click()
    expect(frame.locator("[name=chapters][value='73']")).to_be_checked()
    expect(frame.locator("#f-chapters")).to_have_value("")


def test_an_ended_session_asks_and_keeps_the_page(frame: Page, site: str) -> None:
    cookie = next(c for c in frame.context.cookies() if c["name"] == "sessionid")
    frame.locator("#f-container").fill("ZXQU1004828")
    frame.context.clear_cookies()
    frame.keyboard.press("Control+k")
    expect(frame.locator("#expired")).to_be_visible()
    frame.context.add_cookies([{"name": "sessionid", "value": cookie["value"], "url": site}])
    frame.get_by_role("button", name="I have signed in").click()
    expect(frame.locator("#expired")).not_to_be_visible()
    expect(frame.locator("#f-container")).to_have_value("ZXQU1004828")


def test_a_form_open_for_long_is_sent_after_signing_in_again(frame: Page, site: str) -> None:
    cookie = next(c for c in frame.context.cookies() if c["name"] == "sessionid")
    frame.clock.install()
    frame.goto(f"{site}/account/")
    frame.get_by_label("Time zone").select_option("America/Tijuana")
    frame.context.clear_cookies(name="sessionid")
    frame.clock.fast_forward("05:00")
    save = frame.get_by_role("button", name="Save")
    save.click()
    expect(frame.locator("#expired")).to_be_visible()
    frame.context.add_cookies([{"name": "sessionid", "value": cookie["value"], "url": site}])
    frame.get_by_role("button", name="I have signed in").click()
    expect(frame.get_by_label("Time zone")).to_have_value("America/Tijuana")
    save.click()
    expect(frame.locator("#messages")).to_be_visible()
    expect(frame.get_by_label("Time zone")).to_have_value("America/Tijuana")


def test_a_detail_is_not_replaced_by_the_sign_in_page(frame: Page) -> None:
    frame.evaluate(
        """() => { const entry = document.querySelectorAll('.entry')[1];
        entry.setAttribute('hx-get', entry.href); entry.setAttribute('hx-target', '#detail');
        entry.setAttribute('hx-select', '#detail'); htmx.process(entry); }"""
    )
    frame.context.clear_cookies(name="sessionid")
    frame.locator(".entry").nth(1).click()
    expect(frame.locator("#expired")).to_be_visible()
    expect(frame.locator("#facts")).to_be_visible()


def test_the_page_works_as_before_after_going_back(frame: Page, site: str) -> None:
    frame.evaluate(
        """() => { const entry = document.querySelectorAll('.entry')[1];
        for (const [name, value] of Object.entries({'hx-get': entry.href, 'hx-target': '#detail',
          'hx-select': '#detail', 'hx-swap': 'outerHTML', 'hx-push-url': 'true'}))
          entry.setAttribute(name, value);
        htmx.process(entry); }"""
    )
    frame.locator(".entry").nth(1).click()
    expect(frame).to_have_url(f"{site}/help/style/?entry=2")
    with frame.expect_event("load"):
        frame.go_back()
    expect(frame).to_have_url(f"{site}/help/style/")
    expect(frame.locator(".entry").first).to_have_attribute("aria-current", "true")
    frame.keyboard.press("Control+k")
    expect(frame.locator("#palette [role=option]").first).to_be_visible()


@pytest.mark.parametrize("width", [360, 768, 1024, 1440, 1920])
@pytest.mark.parametrize("path", ["/help/style/?shows=detail", "/help/"])
def test_no_page_scrolls_sideways(frame: Page, site: str, width: int, path: str) -> None:
    frame.set_viewport_size({"width": width, "height": 800})
    frame.goto(site + path)
    assert frame.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_the_list_comes_first_and_the_menu_opens(frame: Page, site: str) -> None:
    frame.set_viewport_size({"width": 390, "height": 800})
    frame.goto(f"{site}/help/style/?shows=list")
    expect(frame.locator("#list")).to_be_visible()
    expect(frame.locator("#detail")).not_to_be_visible()
    frame.get_by_role("button", name="Menu").click()
    expect(frame.locator("#rail")).to_be_visible()


def test_the_marking_is_on_every_sheet(frame: Page, tmp_path: Any) -> None:
    frame.emulate_media(media="print")
    pdf = frame.pdf(tagged=True)
    assert pdf.startswith(b"%PDF")
    display = "getComputedStyle(document.querySelector('%s')).display"
    assert frame.evaluate(display % ".marking-top") == "table-header-group"
    assert frame.evaluate(display % ".marking-foot") == "table-footer-group"
    assert frame.evaluate(display % ".rail") == "none"


def tell(page: Page, topic: str, thing: str = "") -> None:
    """What the tab that listens for live events tells the others."""
    page.evaluate(
        """([topic, thing]) => new BroadcastChannel(`cordillera-live-${document.body.dataset.account}`)
        .postMessage({event: {topic, thing}})""",
        [topic, thing],
    )


def test_an_event_refreshes_the_counts(frame: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = iter(range(3, 100))
    item = Item("manual", "Manual", "help", "book-open", count=lambda identity: next(waiting))
    monkeypatch.setattr(navigation, "_items", {"manual": item})
    frame.reload()
    expect(frame.locator("#navigation .count")).to_have_text("3")
    tell(frame, "inbox")
    expect(frame.locator("#navigation .count")).to_have_text("4")


def test_several_elements_of_one_address_cost_one_request(frame: Page) -> None:
    asked: list[str] = []
    frame.on("request", lambda r: asked.append(r.url) if "/navigation/" in r.url else None)
    with frame.expect_response("**/navigation/**"):
        tell(frame, "inbox")
        tell(frame, "notifications")
    frame.wait_for_timeout(300)
    assert len(asked) == 1


def test_what_was_recalled_leaves_the_open_page(frame: Page) -> None:
    frame.route("**/recalled/**", lambda route: route.fulfill(status=404, body=""))
    frame.evaluate(
        """() => Object.assign(document.querySelector('#facts').dataset,
        {liveRefresh: 'record:11111111', liveUrl: '/recalled/'})"""
    )
    tell(frame, "record.recalled", "11111111")
    expect(frame.locator("#facts")).to_contain_text("was recalled")
    expect(frame.locator("#facts")).not_to_contain_text("Pedimento")


def test_the_mark_says_offline(frame: Page) -> None:
    mark = frame.locator("#rail [data-live-mark]")
    expect(mark).to_have_attribute("data-state", "offline")
    frame.evaluate(
        """() => new BroadcastChannel(`cordillera-live-${document.body.dataset.account}`)
        .postMessage({state: 'live'})"""
    )
    expect(mark).to_have_attribute("data-state", "live")
    expect(mark).to_contain_text("Live")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (820, 1180)])
@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_the_marking_is_read_in_full_on_a_phone_and_a_tablet(
    sign_in: Callable[..., Page], site: str, cast: Any, language: str, width: int, height: int
) -> None:
    cast.originator.language = language
    cast.originator.save()
    page = sign_in("us.officer")
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{site}/help/")
    words = page.locator(".marking-top .marking-words")
    fits = """e => e.scrollWidth <= e.clientWidth && e.scrollHeight <= e.clientHeight + 1
        && e.clientHeight <= e.parentElement.clientHeight"""
    assert words.evaluate(fits)
    longest = Marking.of("AMBER+STRICT", ["CA", "MX", "US"], ["H1", "H2"])
    with override(language):
        words.evaluate("(e, text) => { e.textContent = text; }", str(longest))
    assert words.evaluate(fits)


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_every_tab_is_seen_on_a_tablet(
    sign_in: Callable[..., Page], site: str, cast: Any, language: str
) -> None:
    cast.admin.language = language
    cast.admin.save()
    page = sign_in("us.admin")
    page.set_viewport_size({"width": 820, "height": 1180})
    page.goto(f"{site}/administration/agreements/")
    assert page.locator(".tabs").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_on_a_phone_the_open_tab_is_in_sight(sign_in: Callable[..., Page], site: str) -> None:
    page = sign_in("us.admin")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/administration/agreements/")
    expect(page.locator(".tabs > [aria-current]")).to_be_in_viewport(ratio=0.9)
