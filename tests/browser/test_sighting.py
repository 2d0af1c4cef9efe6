"""Answers on a phone: big enough, quick, and not lost when the sign-in ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cordillera.access.session import acting_as
from sharing.records import queries
from tests.conftest import Cast, alert_body, alert_handling, released

NARROW = {"width": 360, "height": 740}
FORMS = ("sighting", "acknowledge", "comment")


@pytest.fixture
def shared(site: str, cast: Cast) -> Any:
    """An alert that US released to MX and CA, with a port of MX on its route."""
    from sharing.records import actions

    me = cast.identity("originator")
    route = [{"place": "MXNLD", "role": "exported"}, {"place": "USLRD", "role": "entered"}]
    with acting_as(me):
        record = actions.draft(
            kind="offence_alert",
            by=me,
            body=alert_body(route=route),
            handling=alert_handling("MX", "CA"),
        )
    return released(cast, record)


@pytest.fixture
def phone(sign_in: Callable[..., Page], site: str, shared: Any) -> Page:
    page = sign_in("mx.officer")
    page.set_viewport_size(NARROW)
    page.goto(f"{site}/records/{shared.pk}/sighting/")
    return page


def answers(cast: Cast, record: Any) -> list[Any]:
    with acting_as(cast.identity("originator")):
        return list(queries.answers(cast.identity("originator"), record, "sighting"))


def test_a_sighting_takes_four_touches(
    phone: Page, cast: Cast, shared: Any, violations: Any
) -> None:
    phone.locator("[data-outcome=hit_confirmed]").click()
    phone.locator(".near", has_text="Nuevo Laredo").click()
    phone.locator("#f-action_taken-hold").check()
    phone.locator(".form-foot button[type=submit]").click()
    phone.wait_for_url(f"**/records/{shared.pk}/")
    (found,) = answers(cast, shared)
    assert found.current.body["result"] == "hit_confirmed"
    assert found.current.body["place"] == "MXNLD"
    assert found.current.body["action_taken"] == ["hold"]
    assert found.current.body["seen_at"]


def test_everything_fits_a_narrow_phone(phone: Page, site: str, shared: Any) -> None:
    for form in FORMS:
        phone.goto(f"{site}/records/{shared.pk}/{form}/")
        assert phone.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    phone.goto(f"{site}/records/{shared.pk}/sighting/")
    for box in phone.locator(".outcome").all():
        size = box.bounding_box()
        assert size is not None
        assert min(size["width"], size["height"]) >= 44


def test_what_was_typed_is_back_after_signing_in_again(
    phone: Page, site: str, cast: Cast, shared: Any
) -> None:
    phone.locator("[data-outcome=no_hit]").click()
    phone.locator("#f-summary").fill("Nothing in the yard.")
    phone.context.clear_cookies(name="sessionid")
    phone.locator(".form-foot button[type=submit]").click()
    phone.wait_for_url("**/account/login/**")
    phone.get_by_role("textbox").first.fill("mx.officer")
    phone.locator("input[name=password]").fill("correct-horse-battery-staple")
    phone.locator("form[action='/account/login/'] button[type=submit]").click()
    phone.wait_for_url(f"**/records/{shared.pk}/sighting/")
    expect(phone.locator("#f-summary")).to_have_value("Nothing in the yard.")
    expect(phone.locator("[data-outcome=no_hit] input")).to_be_checked()
    phone.locator(".form-foot button[type=submit]").click()
    phone.wait_for_url(f"**/records/{shared.pk}/")
    assert len(answers(cast, shared)) == 1
    phone.goto(f"{site}/records/{shared.pk}/sighting/")
    expect(phone.locator("#f-summary")).to_have_value("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_forms_are_accessible(
    phone: Page, site: str, shared: Any, accessible: Callable[[Page], None], scheme: Any
) -> None:
    phone.emulate_media(color_scheme=scheme)
    for form in FORMS:
        phone.goto(f"{site}/records/{shared.pk}/{form}/")
        accessible(phone)
