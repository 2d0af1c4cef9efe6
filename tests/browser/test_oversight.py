"""The auditors' pages meet WCAG 2.2 AA: in both themes, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from audit import log, sequencer
from audit.models import Entry
from cordillera.access.session import acting_as
from sharing.oversight.models import Notice, SearchReview
from sharing.oversight.watching import evaluating

PAGES = (
    "oversight",
    "audit-log",
    "audit-verification",
    "audit-witnesses",
    "audit-bundle",
    "ledger",
    "searches",
    "watch",
    "watch-thresholds",
    "retention",
    "retention-locked",
    "retention-held",
    "retention-deleted",
)


def signed_in(page: Page, site: str, officer: Any) -> None:
    client = Client()
    client.force_login(officer)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])


@pytest.fixture
def addresses(page: Page, site: str, cast: Any, alert: Any, violations: list[str]) -> list[str]:
    """Every page of oversight, with a search to review, a notice and a line of the ledger."""
    me = cast.identity("recipient")
    searching = Client()
    searching.force_login(cast.recipient)
    searching.get(reverse("search"), {"q": "Nadie Conocido", "purpose": "risk_analysis"})
    with acting_as(me):
        for n in range(6):
            detail = {"permission": "record.approve"}
            log.write("access:refuse", actor=me, about=f"record {n}", detail=detail)
    sequencer.sequence()
    evaluating.run("MX")
    page.route("**/live/ticket", lambda route: route.abort())
    signed_in(page, site, cast.auditor)
    with acting_as(cast.identity("auditor")):
        shown = [
            reverse("watch-notice", args=[Notice.objects.get().pk]),
            reverse("search-review", args=[SearchReview.objects.exclude(drawn="").get().pk]),
            reverse("audit-entry", args=[Entry.objects.filter(tag="access:refuse").first().pk]),
        ]
    return [*(reverse(name) for name in PAGES), *shown]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390], ids=["desk", "phone"])
def test_the_auditors_pages_meet_wcag(
    page: Page,
    site: str,
    addresses: list[str],
    accessible: Callable[[Page], None],
    theme: Any,
    width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    for address in addresses:
        answer = page.goto(site + address)
        assert answer is not None
        assert answer.status == 200, address
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_the_first_question_without_an_answer_has_the_focus(
    page: Page, site: str, addresses: list[str]
) -> None:
    page.goto(site + addresses[len(PAGES)])
    page.locator("form[action$='/close/'] button").press("Enter")
    expect(page.locator("[name=outcome]").first).to_be_focused()
    expect(page.locator("[name=note]")).to_have_attribute("aria-invalid", "true")
