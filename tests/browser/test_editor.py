"""Writing in a real browser: by keyboard alone, with a colleague in the same draft, signed out
in the middle, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from cordillera.access.session import acting_as
from sharing.records.models import Record
from tests.conftest import Cast, alert_body, alert_handling


@pytest.fixture
def draft(site: str, cast: Cast) -> Any:
    """A complete draft of the US officer, meant for MX."""
    from sharing.records import actions

    me = cast.identity("originator")
    with acting_as(me):
        return actions.draft(
            kind="offence_alert", by=me, body=alert_body(), handling=alert_handling("MX")
        )


@pytest.fixture
def editing(sign_in: Callable[..., Page], site: str, draft: Any) -> Page:
    page = sign_in("us.officer")
    page.goto(f"{site}/records/{draft.pk}/edit/")
    return page


def stored(cast: Cast, record: Any) -> Any:
    with acting_as(cast.identity("originator")):
        return Record.objects.select_related("pending").get(pk=record.pk)


def tab_to(page: Page, element_id: str, most: int = 120) -> None:
    """Press Tab until the element with this id has the focus: nothing else but the keyboard."""
    for _ in range(most):
        if page.evaluate("document.activeElement.id") == element_id:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{element_id} was not reached with {most} Tabs")


def saved(page: Page) -> None:
    expect(page.locator("#record-form .save-state")).to_have_attribute("data-state", "saved")


def test_a_complete_alert_by_keyboard_alone(
    sign_in: Callable[..., Page], site: str, cast: Cast, violations: Any
) -> None:
    page = sign_in("us.officer")
    page.goto(f"{site}/records/new/")
    page.keyboard.press("1")
    page.wait_for_url("**/edit/")
    keys = page.keyboard
    tab_to(page, "f-title-en")
    keys.type("Steel coil declared as Mexican")
    tab_to(page, "f-summary")
    keys.type("Stencils match mill certificates from elsewhere.")
    tab_to(page, "f-typology-origin_fraud")
    keys.press("Space")
    tab_to(page, "f-observed")
    keys.type("11122026")
    keys.press("Tab")
    keys.type("0940AM")
    tab_to(page, "f-location-place")
    keys.type("Laredo T")
    expect(page.locator("[role=option]").first).to_be_visible()
    keys.press("ArrowDown")
    keys.press("Enter")
    tab_to(page, "f-goods-0-hs")
    keys.type("721049")
    tab_to(page, "f-goods-0-description_actual")
    keys.type("Galvanised coil")
    tab_to(page, "add-conveyances")
    keys.press("Enter")
    expect(page.locator("#f-conveyances-0-type")).to_be_focused()
    keys.type("Cont")
    tab_to(page, "f-conveyances-0-number")
    keys.type("ZXQU1004828")
    tab_to(page, "audience-MX")
    keys.press("Space")
    tab_to(page, "f-handling-evaluation-source")
    keys.type("A")
    tab_to(page, "f-handling-evaluation-information")
    keys.type("2")
    expect(page.locator("#needs-title")).to_have_text("Complete")
    tab_to(page, "submit-draft")
    keys.press("Enter")
    page.wait_for_url(lambda url: "/edit/" not in url)
    expect(page.locator("#messages")).to_contain_text("Us Supervisor")
    with acting_as(cast.identity("originator")):
        record = Record.objects.select_related("pending").get()
        assert record.state == "in_review"
        assert record.pending.body["conveyances"][0]["number"] == "ZXQU1004828"
        assert record.pending.audience == ["MX", "US"]


def test_a_draft_saves_itself(editing: Page, cast: Cast, draft: Any, violations: Any) -> None:
    editing.fill("#f-summary", "Saved without a button.")
    saved(editing)
    assert stored(cast, draft).pending.body["summary"] == "Saved without a button."


def test_a_wrong_check_digit_is_explained_and_can_be_kept(
    editing: Page, cast: Cast, draft: Any
) -> None:
    editing.fill("#f-summary", "The rest is saved all the same.")
    editing.fill("#f-conveyances-0-number", "ZXQU1004827")
    field = editing.locator("[data-path='conveyances.0.number']")
    expect(field).to_contain_text("should be 8")
    assert stored(cast, draft).pending.body["summary"] == "The rest is saved all the same."
    editing.check("#f-conveyances-0-as_found")
    saved(editing)
    expect(field).not_to_contain_text("should be 8")
    assert stored(cast, draft).pending.body["conveyances"][0]["number"] == "ZXQU1004827"


def test_rows_are_added_moved_and_removed(editing: Page, cast: Cast, draft: Any) -> None:
    editing.click("#add-route")
    editing.fill("#f-route-0-place", "MXLZC")
    editing.select_option("#f-route-0-role", "discharged")
    editing.click("#add-route")
    editing.fill("#f-route-1-place", "USLRD")
    editing.select_option("#f-route-1-role", "entered")
    editing.click("button[name='up:route:1']")
    saved(editing)
    places = [step["place"] for step in stored(cast, draft).pending.body["route"]]
    assert places == ["USLRD", "MXLZC"]
    editing.click("button[name='remove:route:0']")
    saved(editing)
    assert len(stored(cast, draft).pending.body["route"]) == 1


def test_submitting_in_the_middle_of_a_save_waits_for_it(
    editing: Page, cast: Cast, draft: Any
) -> None:
    def slowly(route: Any) -> None:
        editing.wait_for_timeout(1500)
        route.continue_()

    editing.route("**/edit/save/", slowly)
    editing.fill("#f-summary", "Typed, and submitted at once.")
    expect(editing.locator("#record-form")).to_have_attribute("data-saving", "saving")
    editing.click("#submit-draft")
    editing.wait_for_url(lambda url: "/edit/" not in url)
    assert stored(cast, draft).state == "in_review"


def test_the_panel_says_at_once_who_will_see_it(editing: Page) -> None:
    expect(editing.locator("#seen-by")).to_contain_text("Mexico")
    expect(editing.locator("#seen-by")).not_to_contain_text("Canada")
    editing.check("#audience-CA")
    expect(editing.locator("#seen-by")).to_contain_text("Canada")


def test_nothing_of_a_colleague_is_overwritten_silently(
    editing: Page, cast: Cast, draft: Any
) -> None:
    from sharing.records import actions

    second = cast.identity("colleague")
    with acting_as(second):
        actions.save_draft(
            record=stored(cast, draft),
            by=second,
            body=alert_body(summary="The colleague's words."),
            handling=alert_handling("MX"),
        )
    editing.fill("#f-summary", "My words.")
    conflict = editing.locator("#conflict")
    expect(conflict).to_be_visible()
    expect(conflict).to_contain_text("Us Supervisor")
    expect(conflict).to_contain_text("The colleague's words.")
    expect(conflict).to_contain_text("My words.")
    assert stored(cast, draft).pending.body["summary"] == "The colleague's words."
    conflict.get_by_role("button", name="Save my text").click()
    saved(editing)
    assert stored(cast, draft).pending.body["summary"] == "My words."


def test_the_focus_is_never_under_the_bar_at_the_foot(editing: Page) -> None:
    hidden = []
    for _ in range(90):
        editing.keyboard.press("Tab")
        under = editing.evaluate(
            """() => {
              const at = document.activeElement, foot = document.querySelector(".form-foot");
              if (!at.closest(".editor-section")) return "";
              const box = at.getBoundingClientRect(), bar = foot.getBoundingClientRect();
              return box.top >= bar.top - 4 ? at.id || at.name : "";
            }"""
        )
        if under:
            hidden.append(under)
    assert hidden == []


def test_a_code_typed_whole_shows_its_words(editing: Page) -> None:
    place = editing.locator("#f-location-place")
    place.fill("")
    place.press_sequentially("mxnld")
    expect(editing.locator("[data-path='location.place'] .chosen")).to_contain_text("Nuevo Laredo")


def test_too_much_text_is_kept_and_explained(editing: Page) -> None:
    editing.route("**/edit/save/", lambda route: route.fulfill(status=413, body=""))
    editing.fill("#f-summary", "More than a record can hold.")
    expect(editing.locator("#colleague")).to_contain_text("more than a record can hold")
    expect(editing.locator("#f-summary")).to_have_value("More than a record can hold.")


def test_a_colleague_who_saves_is_told_at_once(editing: Page, cast: Cast, draft: Any) -> None:
    from sharing.records import actions

    second = cast.identity("colleague")
    with acting_as(second):
        actions.save_draft(
            record=stored(cast, draft),
            by=second,
            body=alert_body(summary="The colleague's words."),
            handling=alert_handling("MX"),
        )
    event = f"{{detail: {{topic: 'record', thing: '{draft.pk}'}}}}"
    editing.evaluate(f"document.dispatchEvent(new CustomEvent('cordillera:event', {event}))")
    expect(editing.locator("#colleague")).to_contain_text("Us Supervisor saved this draft")


def test_an_ended_sign_in_loses_nothing(editing: Page, cast: Cast, draft: Any, site: str) -> None:
    context = editing.context
    context.clear_cookies(name="sessionid")
    editing.fill("#f-summary", "Typed after the sign-in had ended.")
    expect(editing.locator("#expired")).to_be_visible()
    again = context.new_page()
    again.goto(f"{site}/account/login/")
    again.get_by_role("textbox", name="Username").fill("us.officer")
    again.locator("input[name=password]").fill("correct-horse-battery-staple")
    again.locator("form[action='/account/login/'] button[type=submit]").click()
    again.wait_for_url(lambda url: "/account/login/" not in url)
    again.close()
    editing.locator("[data-resume]").click()
    saved(editing)
    assert stored(cast, draft).pending.body["summary"] == "Typed after the sign-in had ended."


def test_a_page_left_unsaved_offers_the_text_again(editing: Page, cast: Cast, draft: Any) -> None:
    editing.on("dialog", lambda dialog: dialog.accept())
    editing.route("**/edit/save/", lambda route: route.abort())
    editing.fill("#f-summary", "Never reached the server.")
    expect(editing.locator("#record-form .save-state")).to_have_attribute("data-state", "failed")
    editing.unroute("**/edit/save/")
    editing.reload()
    editing.locator("[data-kept-verb=restore]").click()
    expect(editing.locator("#messages")).to_contain_text("Saved")
    expect(editing.locator("#f-summary")).to_have_value("Never reached the server.")
    assert stored(cast, draft).pending.body["summary"] == "Never reached the server."


def test_without_scripts_rows_and_saving_work(
    browser: Browser, editing: Page, site: str, cast: Cast, draft: Any
) -> None:
    cookies = editing.context.cookies()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{site}/records/{draft.pk}/edit/")
    page.fill("#f-summary", "Typed without scripts.")
    page.click("button[name='add:documents']")
    page.select_option("#f-documents-0-type", "invoice")
    page.fill("#f-documents-0-number", "A-113")
    page.click(".form-foot button:not([formaction])")
    expect(page.locator("#messages")).to_contain_text("Saved")
    body = stored(cast, draft).pending.body
    assert body["summary"] == "Typed without scripts."
    assert body["documents"] == [{"type": "invoice", "number": "A-113"}]
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/records/new/", "edit"])
def test_the_pages_are_accessible(
    editing: Page,
    site: str,
    draft: Any,
    accessible: Callable[[Page], None],
    scheme: Any,
    path: str,
) -> None:
    editing.emulate_media(color_scheme=scheme)
    if path != "edit":
        editing.goto(f"{site}{path}")
    accessible(editing)
