"""The log page: the own Party's entries, by question, in pages, exported without formulas."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from audit import log, queries, spreadsheet
from audit.models import Entry
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from tests.conftest import Cast


@pytest.fixture
def entries(cast: Cast) -> Cast:
    """120 entries of MX at the same few moments, and one of US."""
    for number in range(120):
        log.write(
            "record:read",
            actor=cast.identity("recipient"),
            about=f"US-OA-2026-{number:05}",
            detail={"number": number, "reference": f"US-AN-2026-{number:05}"},
        )
    log.write("record:release", actor=cast.identity("colleague"), about="US-SECRET")
    log.write("search:ask", actor=cast.identity("analyst"), purpose="screening of steel")
    return cast


def rows(client: Client, query: str = "") -> list[Entry]:
    return [row.entry for row in client.get(f"/oversight/log/{query}").context["rows"]]


def test_an_auditor_sees_his_own_party_only(entries: Cast, client: Client) -> None:
    client.force_login(entries.auditor)
    assert {entry.party for entry in rows(client)} == {"MX"}
    assert "US-SECRET" not in client.get("/oversight/log/?text=SECRET").content.decode()


def test_pages_show_each_entry_once(entries: Cast, client: Client) -> None:
    client.force_login(entries.auditor)
    seen: list[Any] = []
    query = "?tag=record:read"
    while True:
        page = client.get(f"/oversight/log/{query}")
        seen += [row.entry.about for row in page.context["rows"]]
        if not page.context["older"]:
            break
        query = f"?tag=record:read&after={page.context['older']}"
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?about=us-oa-2026-00007", 1),
        ("?about=US-AN-2026-00007", 1),
        ("?text=screening", 1),
        ("?actor=mx analyst", 1),
        ("?tag=search:ask", 1),
        ("?text=steel&tag=record:read", 0),
        ("?since=2999-01-01", 0),
        ("?until=2000-01-01", 0),
        ("?other=US&text=US-AN-2026-00007", 1),
        ("?other=CA", 0),
    ],
)
def test_questions_narrow_the_log(entries: Cast, client: Client, query: str, number: int) -> None:
    client.force_login(entries.auditor)
    assert len(rows(client, query)) == number


@pytest.mark.parametrize("query", ["?since=nonsense", "?since=2026-02-02&until=2026-01-01"])
def test_a_bad_question_is_explained_at_its_field(
    entries: Cast, client: Client, query: str
) -> None:
    client.force_login(entries.auditor)
    page = client.get(f"/oversight/log/{query}")
    assert page.status_code == 200
    assert page.context["form"].errors


@pytest.mark.parametrize("cursor", ["nonsense", "%00", "YQ", "MjAyNi0wMS0wMSB4"])
def test_a_forged_cursor_is_a_bad_request(entries: Cast, client: Client, cursor: str) -> None:
    client.force_login(entries.auditor)
    assert client.get(f"/oversight/log/?after={cursor}").status_code == 400


def test_a_day_counts_whole_in_the_auditors_zone(cast: Cast) -> None:
    with acting_as(cast.identity("auditor")):
        log.write("a:b", actor=cast.identity("auditor"))
        entry = Entry.objects.get(tag="a:b")
        just_after = queries.Question(since=entry.at + timedelta(microseconds=1))
        assert not queries.asked("MX", just_after).exists()
        assert queries.asked("MX", queries.Question(since=entry.at)).exists()


def test_the_export_holds_no_formula_and_is_an_entry(entries: Cast, client: Client) -> None:
    log.write("note:write", actor=entries.identity("recipient"), about="=cmd|'/c calc'!A1")
    client.force_login(entries.auditor)
    answer = client.get("/oversight/log/export/?tag=note:write")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert table[1][4] == "'=cmd|'/c calc'!A1"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    with acting_as(entries.identity("auditor")):
        entry = Entry.objects.get(tag="audit:export")
    assert entry.detail == {"rows": 1, "tag": "note:write"}


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1"])
def test_cells_that_would_run_become_text(value: str) -> None:
    assert spreadsheet.cell(value) == f"'{value}"
    assert spreadsheet.cell(f"a{value}") == f"a{value}"


def test_nobody_but_an_auditor_exports(entries: Cast, client: Client) -> None:
    client.force_login(entries.admin)
    assert client.get("/oversight/log/export/").status_code == 403


def test_what_the_node_did_is_told_in_words(cast: Cast, client: Client) -> None:
    with acting_as(cast.identity("auditor")):
        log.write("envelope:apply", actor=Identity.of_node("MX"), about="US 1/1-1")
    client.force_login(cast.auditor)
    page = client.get("/oversight/log/", headers={"accept-language": "es"}).content.decode()
    assert ">envelope:apply<" not in page
    assert ">node<" not in page
