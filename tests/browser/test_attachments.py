"""Files in a real browser: sent in parts with progress, interrupted, refused, downloaded; on a phone,
and by keyboard alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override
from playwright.sync_api import Page, Request, Route, expect
from playwright.sync_api import TimeoutError as PageTimeout

from cordillera.access.session import acting_as
from sharing.records import queries
from sharing.records.attachments.models import Attachment
from tests.conftest import Cast, alert_body, alert_handling, released
from tests.sharing.records.attachments.conftest import PDF, media

from .test_editor import draft, tab_to
from .test_sighting import NARROW, answers, shared

__all__ = ["draft", "media", "shared"]
pytestmark = pytest.mark.usefixtures("media")
MIB = 1024 * 1024
PATIENCE = 20_000
LONG = PDF + bytes(2 * MIB)


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """A file of three parts."""
    path = tmp_path / "manifest.pdf"
    path.write_bytes(LONG)
    return path


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that says it is a photo."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"MZ\x90\0" * 50)
    return path


@pytest.fixture
def editing(sign_in: Callable[..., Page], site: str, draft: Any) -> Page:
    page = sign_in("us.officer")
    page.goto(f"{site}/records/{draft.pk}/edit/")
    return page


@pytest.fixture
def phone(sign_in: Callable[..., Page], site: str, shared: Any) -> Page:
    page = sign_in("mx.officer")
    page.set_viewport_size(NARROW)
    page.goto(f"{site}/records/{shared.pk}/sighting/")
    return page


def parts_sent(page: Page) -> list[str]:
    """The numbers of the parts that are sent from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "PUT":
            sent.append(request.url.rstrip("/").rpartition("/")[2])

    page.on("request", note)
    return sent


def only_the_first_parts(route: Route) -> None:
    route.abort() if route.request.url.endswith("/2/") else route.continue_()


def slowly(route: Route) -> None:
    time.sleep(0.3)
    route.continue_()


def ready(page: Page) -> Any:
    return page.locator("[data-files] [data-state=ready]")


def test_a_file_is_sent_in_parts_and_downloaded_as_it_was(
    editing: Page, long: Path, violations: Any
) -> None:
    sent = parts_sent(editing)
    editing.locator("#f-attachments").set_input_files(long)
    expect(ready(editing)).to_contain_text("manifest.pdf", timeout=PATIENCE)
    assert sent == ["0", "1", "2"]
    with editing.expect_download() as download:
        ready(editing).locator("a").click()
    assert Path(download.value.path()).read_bytes() == LONG


def test_progress_is_shown_and_an_interrupted_part_is_sent_again_by_itself(
    editing: Page, long: Path
) -> None:
    editing.route("**/parts/*/", only_the_first_parts)
    editing.locator("#f-attachments").set_input_files(long)
    bar = editing.locator("[data-uploads] progress")
    expect(bar).to_have_js_property("value", 2 / 3, timeout=PATIENCE)
    expect(bar).to_have_attribute("aria-label", "manifest.pdf")
    editing.unroute("**/parts/*/")
    expect(ready(editing)).to_contain_text("manifest.pdf", timeout=PATIENCE)
    expect(bar).to_have_count(0)


def test_after_the_page_was_left_only_what_is_missing_is_sent(editing: Page, long: Path) -> None:
    editing.on("dialog", lambda dialog: dialog.accept())
    editing.route("**/parts/*/", only_the_first_parts)
    editing.locator("#f-attachments").set_input_files(long)
    bar = editing.locator("[data-uploads] progress")
    expect(bar).to_have_js_property("value", 2 / 3, timeout=PATIENCE)
    editing.unroute("**/parts/*/")
    editing.reload()
    expect(editing.locator("[data-state=uploading]")).to_contain_text(
        "manifest.pdf", timeout=PATIENCE
    )
    sent = parts_sent(editing)
    editing.locator("#f-attachments").set_input_files(long)
    expect(ready(editing)).to_contain_text("manifest.pdf", timeout=PATIENCE)
    assert sent == ["2"]


@pytest.mark.parametrize(("officer", "language"), [("mx.officer", "es"), ("ca.officer", "fr")])
def test_a_program_is_refused_at_the_field_in_the_officers_language(
    sign_in: Callable[..., Page], site: str, shared: Any, program: Path, officer: str, language: str
) -> None:
    from django.utils.translation import gettext

    page = sign_in(officer)
    page.goto(f"{site}/records/{shared.pk}/sighting/")
    page.locator("#f-summary").fill("Gate 4")
    page.locator("#f-files").set_input_files(program)
    with override(language):
        words = gettext("Programs and files that can run are not taken.")
    expect(page.locator("#f-attachments [role=alert]")).to_have_text(words, timeout=PATIENCE)
    expect(page.locator("#f-summary")).to_have_value("Gate 4")
    expect(page.locator("[data-files] li")).to_have_count(0)


def test_a_photo_from_the_camera_leaves_with_the_sighting(
    phone: Page, cast: Cast, shared: Any, long: Path, violations: Any
) -> None:
    """Sent before the photo is whole: the form waits, and both leave together."""
    phone.route("**/parts/*/", slowly)
    phone.locator("[data-outcome=hit_confirmed]").click()
    phone.locator(".near", has_text="Nuevo Laredo").click()
    phone.locator(".camera input").set_input_files(long)
    expect(phone.locator("[data-uploads] progress")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    phone.locator(".form-foot button[type=submit]").click()
    phone.wait_for_url(f"**/records/{shared.pk}/", timeout=20_000)
    [answer] = answers(cast, shared)
    with acting_as(cast.identity("originator")):
        [file] = Attachment.objects.filter(record=answer)
    assert (file.name, file.size, file.state) == ("manifest.pdf", len(LONG), "ready")


def test_the_buttons_fit_a_thumb(phone: Page, accessible: Callable[[Page], None]) -> None:
    box = phone.locator(".file-button:not(.camera)").bounding_box()
    assert box is not None
    assert box["width"] >= 44
    accessible(phone)


def chosen(page: Page) -> Any:
    """The dialog that Enter opens; on a busy machine the browser passes over the key at times."""
    for _ in range(4):
        with suppress(PageTimeout):
            with page.expect_file_chooser(timeout=8000) as chooser:
                page.keyboard.press("Enter")
            return chooser.value
    raise AssertionError("Enter opens no dialog")


def test_a_file_is_added_and_sent_by_keyboard_alone(
    sign_in: Callable[..., Page], site: str, cast: Cast, shared: Any, long: Path
) -> None:
    page = sign_in("mx.officer")
    page.goto(f"{site}/records/{shared.pk}/comment/")
    tab_to(page, "f-summary")
    page.keyboard.type("The manifest that we hold.")
    tab_to(page, "f-files")
    chosen(page).set_files(long)
    expect(ready(page)).to_contain_text("manifest.pdf", timeout=PATIENCE)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.form-foot button')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/records/{shared.pk}/")
    me = cast.identity("originator")
    with acting_as(me):
        [answer] = queries.answers(me, shared, "comment")
        assert Attachment.objects.get(record=answer).state == "ready"


def test_without_scripts_a_small_file_goes_with_the_form(
    browser: Any, sign_in: Callable[..., Page], site: str, cast: Cast, shared: Any, tmp_path: Path
) -> None:
    small = tmp_path / "photo.pdf"
    small.write_bytes(PDF)
    state = sign_in("mx.officer").context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{site}/records/{shared.pk}/sighting/")
    page.locator("#f-summary").fill("Gate 4")
    page.locator("#f-files").set_input_files(small)
    page.locator("[name=add-file]").click()
    expect(ready(page)).to_contain_text("photo.pdf")
    expect(page.locator("#f-summary")).to_have_value("Gate 4")
    page.locator("[name=remove-file]").click()
    expect(ready(page)).to_have_count(0)
    expect(page.locator("#f-summary")).to_have_value("Gate 4")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_files_on_a_record_are_accessible(
    sign_in: Callable[..., Page],
    site: str,
    cast: Cast,
    accessible: Callable[[Page], None],
    scheme: Any,
) -> None:
    from sharing.records import actions
    from tests.sharing.records.attachments.conftest import attach

    me = cast.identity("originator")
    with acting_as(me):
        record = actions.draft(
            kind="offence_alert", by=me, body=alert_body(), handling=alert_handling("MX")
        )
    attach(cast, record)
    released(cast, record)
    page = sign_in("mx.officer")
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{site}/records/{record.pk}/")
    expect(page.locator("#attachments a[download]")).to_contain_text("invoice.pdf")
    accessible(page)
