"""Long bundles are made in the background, for who asked alone, in bounds, and cleared again."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from django.test import Client

from audit import keys
from audit.models import Entry
from audit.note import ED25519
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer
from sharing.exchange import locks
from sharing.oversight.log import bundles, bundling
from sharing.oversight.models import Bundle
from tests.conftest import Cast

PAGE = "/oversight/log/bundle/"
NODE = Identity.of_node("MX")


@pytest.fixture(autouse=True)
def long(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(bundling, "AT_ONCE_ENTRIES", 1)
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "files", tmp_path


@pytest.fixture
def auditor(cast: Cast, client: Client) -> Client:
    client.force_login(cast.auditor)
    return client


@pytest.fixture
def asked(auditor: Client, logged: list[UUID]) -> Bundle:
    assert auditor.post(PAGE, {}).status_code == 302
    return the_one()


def the_one() -> Bundle:
    with acting_as(NODE):
        return Bundle.objects.get()


def files() -> list[str]:
    place = "bundles/MX"
    return default_storage.listdir(place)[1] if default_storage.exists(place) else []


def entries(tag: str) -> int:
    with acting_as(NODE):
        return Entry.objects.filter(party="MX", tag=tag).count()


def address(row: Bundle, what: str) -> str:
    return f"{PAGE}{row.pk}/{what}/"


def test_it_waits_is_made_and_is_verified_elsewhere(
    auditor: Client, asked: Bundle, tmp_path: Path
) -> None:
    assert asked.state == Bundle.WAITING
    assert auditor.get(PAGE).context["open"]
    assert auditor.get(address(asked, "file")).status_code == 404
    bundles.make_open("MX")
    row = the_one()
    assert (row.state, row.bytes > 1000) == (Bundle.DONE, True)
    content = auditor.get(address(row, "file")).getvalue()
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    key = str(keys.own_keys(ED25519)[0])
    command = [sys.executable, "-I", "verifier.py", "log", "--key", key]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    texts = "".join(path.read_text() for path in (tmp_path / "log/texts").iterdir())
    assert "US-OA-2026-00001" in texts
    assert "US-SECRET" not in texts


def test_which_days_are_said_in_words(auditor: Client, asked: Bundle) -> None:
    def days() -> str:
        row = auditor.get(PAGE).content.decode().partition('data-label="Days">')[2]
        return row.partition("</td>")[0]

    Officer.objects.filter(username="mx.auditor").update(language="en")
    assert days() == "The whole log"
    with acting_as(NODE):
        Bundle.objects.update(since=clock.now())
    assert days().startswith("Since <time")


def test_asking_and_each_fetching_are_entries(auditor: Client, asked: Bundle) -> None:
    bundles.make_open("MX")
    for _ in range(2):
        auditor.get(address(asked, "file")).getvalue()
    assert (entries("audit:bundle"), entries("audit:bundle-download")) == (1, 2)


def test_nobody_else_gets_it(cast: Cast, asked: Bundle, client: Client) -> None:
    bundles.make_open("MX")
    second = Officer(username="mx.second", name="Second", party_id="MX", roles=["auditor"])
    second.save()
    other = Officer(username="us.auditor", name="Other", party_id="US", roles=["auditor"])
    other.save()
    refused = {cast.originator: 403, cast.recipient: 403, cast.admin: 403, second: 404, other: 404}
    for officer, status in refused.items():
        client.force_login(officer)
        assert client.get(address(asked, "file")).status_code == status, officer
        for what in ("cancel", "remove"):
            assert client.post(address(asked, what)).status_code == status, (officer, what)
        with acting_as(Identity.of(officer)):
            assert not Bundle.objects.exists()
    assert the_one().state == Bundle.DONE


def test_who_is_no_auditor_any_more_gets_it_no_more(
    auditor: Client, cast: Cast, asked: Bundle
) -> None:
    bundles.make_open("MX")
    cast.auditor.roles = ["officer"]
    cast.auditor.save()
    assert auditor.get(address(asked, "file")).status_code == 403


def test_one_at_a_time(auditor: Client, asked: Bundle) -> None:
    assert auditor.post(PAGE, {}, follow=True).context["messages"]
    assert the_one().pk == asked.pk


def test_a_cancelled_one_is_not_made(auditor: Client, asked: Bundle) -> None:
    auditor.post(address(asked, "cancel"))
    bundles.make_open("MX")
    assert the_one().state == Bundle.CANCELLED
    assert (files(), entries("audit:bundle-cancel")) == ([], 1)


def test_one_cancelled_while_it_is_made_leaves_no_file(
    auditor: Client, asked: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = bundles._Heed.__call__

    def cancel(self: Any, places: int, written: int) -> None:
        heard(self, places, written)
        with acting_as(NODE):
            Bundle.objects.filter(state=Bundle.MAKING).update(
                state=Bundle.CANCELLED, finished_at=clock.now()
            )

    monkeypatch.setattr(bundles._Heed, "__call__", cancel)
    bundles.make_open("MX")
    assert the_one().state == Bundle.CANCELLED
    assert files() == []


def test_the_worker_hears_of_a_cancellation(
    auditor: Client, asked: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "done", lambda row: -1)
    with pytest.raises(bundles._Cancelled):
        bundles._Heed(asked, 10**9)(0, 0)


def test_a_killed_worker_is_followed_by_another_and_not_for_ever(
    auditor: Client, asked: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(bundles, "_write", killed)
        for _ in range(2):
            with pytest.raises(Killed):
                bundles.make_open("MX")
    assert the_one().state == Bundle.MAKING
    bundles.make_open("MX")
    assert the_one().state == Bundle.DONE
    with acting_as(NODE):
        Bundle.objects.update(state=Bundle.MAKING, stored_as="")
    bundles.make_open("MX")
    assert the_one().state == Bundle.FAILED


def test_it_ends_where_there_is_no_room(auditor: Client, asked: Bundle, settings: Any) -> None:
    settings.BUNDLE_MEGABYTES = 0
    bundles.make_open("MX")
    assert (the_one().state, files()) == (Bundle.FULL, [])


def test_what_other_bundles_take_is_room_that_is_gone(
    auditor: Client, asked: Bundle, settings: Any
) -> None:
    settings.BUNDLE_MEGABYTES = 1
    bundles.make_open("MX")
    with acting_as(NODE):
        Bundle.objects.update(bytes=1_000_000)
    auditor.post(PAGE, {})
    bundles.make_open("MX")
    with acting_as(NODE):
        assert sorted(Bundle.objects.values_list("state", flat=True)) == ["done", "full"]


def test_it_is_cleared_when_its_days_are_over(
    auditor: Client, asked: Bundle, django_capture_on_commit_callbacks: Any
) -> None:
    bundles.make_open("MX")
    assert bundles.purge("MX") == 0
    assert len(files()) == 1
    with (
        clock.at(clock.now() + timedelta(days=bundles.days_kept(), minutes=1)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert bundles.purge("MX") == 1
    assert (files(), entries("audit:bundle-purge")) == ([], 1)


def test_its_asker_removes_it_earlier(
    auditor: Client, asked: Bundle, django_capture_on_commit_callbacks: Any
) -> None:
    bundles.make_open("MX")
    with django_capture_on_commit_callbacks(execute=True):
        assert auditor.post(address(asked, "remove")).status_code == 302
    assert files() == []
    with acting_as(NODE):
        assert not Bundle.objects.exists()


@pytest.mark.parametrize("state", ["waiting", "making", "cancelled", "failed", "full"])
def test_the_page_shows_every_state(auditor: Client, asked: Bundle, state: str) -> None:
    with acting_as(NODE):
        Bundle.objects.update(state=state)
    page = auditor.get(PAGE)
    assert [one["row"].state for one in page.context["bundles"]] == [state]
    assert ("<progress" in page.content.decode()) == (state == "making")


class Killed(BaseException):
    pass


def kill_before_the_row_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(bundles, "_end", killed)
        with pytest.raises(Killed):
            bundles.make_open("MX")
    assert len(files()) == 1


def test_a_worker_killed_between_the_file_and_its_row_leaves_no_second_file(
    asked: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_before_the_row_says_it(monkeypatch)
    bundles.make_open("MX")
    assert (the_one().state, len(files())) == (Bundle.DONE, 1)


def test_the_file_of_a_killed_worker_goes_with_its_row(
    asked: Bundle,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    kill_before_the_row_says_it(monkeypatch)
    with acting_as(NODE):
        Bundle.objects.update(state=Bundle.CANCELLED, finished_at=clock.now())
    with (
        clock.at(clock.now() + timedelta(days=settings.BUNDLE_DAYS, minutes=1)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert bundles.purge("MX") == 1
    assert files() == []


@pytest.mark.django_db
def test_what_a_killed_worker_was_putting_together_is_cleared(tmp_path: Path) -> None:
    left = tmp_path / "bundling/MX/tmp1"
    left.mkdir(parents=True)
    (left / "text").write_text("half")
    bundles.make_open("MX")
    assert not left.exists()


def test_one_worker_of_a_party_makes_bundles_at_a_time(asked: Bundle) -> None:
    held, free = threading.Event(), threading.Event()

    def another() -> None:
        with locks.alone("bundles:MX") as alone:
            if alone:
                held.set()
            free.wait(30)
        locks.forget()
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(another)
        assert held.wait(20)
        bundles.make_open("MX")
        assert the_one().state == Bundle.WAITING
        free.set()
        working.result()
    bundles.make_open("MX")
    assert the_one().state == Bundle.DONE
