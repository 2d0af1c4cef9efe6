"""The record pages and the approval queue in a real browser: keyboard, themes, paper."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from cordillera.access.session import acting_as
from tests.conftest import Cast, alert_body, alert_handling

ROUTE = [
    {"place": "CNTXG", "role": "loaded", "mode": "1", "date": "2026-09-18"},
    {"place": "MXLZC", "role": "discharged", "mode": "1", "date": "2026-10-16"},
    {"place": "USLRD", "role": "entered", "mode": "2", "date": "2026-11-12"},
]
PAGES = ["", "answers/", "links/", "versions/", "versions/1/", "history/", "print/", "recall/"]


@pytest.fixture
def shared(site: str, cast: Cast) -> Any:
    """A long alert that MX has acknowledged, with an amendment of it waiting."""
    from sharing.records import actions

    me, second = cast.identity("originator"), cast.identity("colleague")
    body = alert_body(
        route=ROUTE,
        goods=[
            {"hs": "721049", "hs_declared": "721061", "description_declared": f"Steel coil {n}"}
            for n in range(60)
        ],
        links=["MX-SE-2026-00031"],
    )
    with acting_as(me):
        record = actions.draft(
            kind="offence_alert", by=me, body=body, handling=alert_handling("MX")
        )
        actions.submit(record=record, by=me)
    with acting_as(second):
        record.refresh_from_db()
        actions.approve(record=record, by=second)
    recipient = cast.identity("recipient")
    with acting_as(recipient):
        record.refresh_from_db()
        actions.answer(about=record, kind="acknowledgement", by=recipient, body={"result": "noted"})
        record.refresh_from_db()
    return record


@pytest.fixture
def waiting(cast: Cast, shared: Any) -> Any:
    """An amendment of the alert, waiting for a second officer."""
    from sharing.records import actions

    me = cast.identity("originator")
    with acting_as(me):
        version = actions.amend(record=shared, by=me)
        shared.refresh_from_db()
        actions.save_draft(
            record=shared,
            by=me,
            body={**version.body, "summary": "Four coils."},
            handling=version.handling,
        )
        actions.submit(record=shared, by=me)
    return shared


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest, page: Page) -> str:
    page.emulate_media(color_scheme=request.param)
    return str(request.param)


@pytest.mark.usefixtures("violations", "theme")
def test_every_part_is_accessible(
    site: str,
    shared: Any,
    sign_in: Callable[..., Page],
    accessible: Callable[[Page], None],
) -> None:
    page = sign_in("us.officer")
    for part in PAGES:
        page.goto(f"{site}/records/{shared.pk}/{part}")
        expect(page.locator("h1")).to_be_visible()
        accessible(page)


@pytest.mark.usefixtures("violations", "theme")
def test_the_approval_queue_is_accessible(
    site: str,
    waiting: Any,
    sign_in: Callable[..., Page],
    accessible: Callable[[Page], None],
) -> None:
    page = sign_in("us.supervisor")
    page.goto(f"{site}/approvals/")
    expect(page.get_by_role("heading", name="Your decision")).to_be_visible()
    accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/approvals/{waiting.pk}/")
    accessible(page)


@pytest.mark.usefixtures("violations")
def test_a_second_officer_approves_without_a_mouse(
    site: str, waiting: Any, sign_in: Callable[..., Page]
) -> None:
    page = sign_in("us.supervisor")
    page.goto(f"{site}/approvals/")
    expect(page.get_by_text("Four coils.").first).to_be_visible()
    page.keyboard.press("a")
    approve = page.get_by_role("button", name="Approve and release")
    approve.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("is released to MX.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()


@pytest.mark.usefixtures("violations")
def test_the_parts_of_a_record_open_beside_the_list(
    site: str, shared: Any, sign_in: Callable[..., Page]
) -> None:
    from sharing.desk.arrival import arrive

    arrive("MX")
    page = sign_in("mx.officer")
    page.goto(f"{site}/inbox/")
    page.locator(".entry").first.click()
    parts = page.locator("#detail nav.tabs a")
    expect(parts.first).to_have_attribute("aria-current", "page")
    parts.nth(2).click()
    expect(parts.nth(2)).to_have_attribute("aria-current", "page")
    expect(page.locator("#detail").get_by_text("MX-SE-2026-00031")).to_be_visible()
    assert "/inbox/" in page.url


@pytest.mark.usefixtures("violations")
def test_an_answer_appears_on_the_open_page(
    site: str, cast: Cast, shared: Any, sign_in: Callable[..., Page]
) -> None:
    from sharing.records import actions

    page = sign_in("us.officer")
    page.goto(f"{site}/records/{shared.pk}/answers/")
    expect(page.locator("h1")).to_be_visible()
    recipient = cast.identity("recipient")
    with acting_as(recipient):
        said = {"nature": "question", "summary": "Which mill?"}
        actions.answer(about=shared, kind="comment", by=recipient, body=said)
    expect(page.get_by_text("Which mill?")).to_have_count(0)
    # What the tab that listens tells the others when an event about this record came.
    page.evaluate(
        """thing => {
            const channel = new BroadcastChannel(`cordillera-live-${document.body.dataset.account}`);
            channel.postMessage({ event: { topic: "record", thing } });
        }""",
        str(shared.pk),
    )
    expect(page.get_by_text("Which mill?").first).to_be_visible()


def test_the_marking_is_on_every_sheet(
    site: str, shared: Any, sign_in: Callable[..., Page]
) -> None:
    page = sign_in("us.officer")
    page.goto(f"{site}/records/{shared.pk}/print/")
    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, tagged=True)))
    assert len(paper.pages) > 2
    for sheet in paper.pages:
        words = sheet.extract_text()
        assert words.count("TLP:AMBER — SHARED: MX · US — H1") == 2
    assert shared.reference in paper.pages[0].extract_text()


def test_what_was_not_accepted_has_the_focus(
    sign_in: Callable[..., Page], site: str, shared: Any
) -> None:
    page = sign_in("mx.officer")
    page.goto(f"{site}/records/{shared.pk}/dispute/")
    page.locator("form.answer .form-foot .primary").press("Enter")
    expect(page.locator("#problems")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#f-points-0-field")).to_be_focused()
