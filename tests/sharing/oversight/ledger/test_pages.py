"""The ledger's pages, its exports, and who may have them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer, Party
from sharing.desk.arrival import arrive
from sharing.oversight.ledger import exporting, keeping, queries, sheet, words
from sharing.oversight.ledger.tasks import ledger
from sharing.oversight.models import Disclosure, LedgerExport
from sharing.records.reading.noted import note_reading
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
PAGE = "/oversight/ledger/"


@pytest.fixture
def arrived(cast: Cast, alert: Any) -> Any:
    """The US alert, in Mexico, and read there."""
    arrive("MX")
    reader = cast.identity("recipient")
    with acting_as(reader):
        note_reading(reader, alert, alert.current)
    return alert


def test_the_auditor_sees_what_came_and_who_read_it(
    cast: Cast, arrived: Any, client: Client
) -> None:
    client.force_login(cast.auditor)
    text = client.get(PAGE).content.decode()
    assert arrived.reference in text
    assert "Mx Officer" in text
    assert "Galvanised" not in text
    one = client.get(f"{PAGE}{arrived.reference}/").content.decode()
    assert "Mx Officer" in one
    assert "7.25.7" in one
    assert "Galvanised" not in one


def test_the_totals_are_counted_for_the_first_page_alone(
    cast: Cast, arrived: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.page, "__defaults__", ("", 1))
    client.force_login(cast.auditor)
    first = client.get(PAGE)
    later = client.get(PAGE, {"after": first.context["older"]})
    assert f"{PAGE}totals/" in first.content.decode()
    assert f"{PAGE}totals/" not in later.content.decode()
    found = client.get(f"{PAGE}totals/").context["totals"]
    assert [total.received for total in found] == [1]
    assert client.get(f"{PAGE}totals/", {"since": "soon"}).status_code == 400


@pytest.mark.parametrize("part", ["recipient", "analyst", "admin"])
def test_the_totals_are_for_who_may_read_the_ledger(cast: Cast, client: Client, part: str) -> None:
    client.force_login(getattr(cast, part))
    assert client.get(f"{PAGE}totals/").status_code == 403


@pytest.mark.parametrize(
    ("address", "cost"),
    [
        (PAGE, 12),
        (f"{PAGE}totals/", 7),
        (f"{PAGE}totals/?since=2026-01-01", 8),
        (f"{PAGE}totals/?until=2020-01-01", 8),
    ],
)
def test_a_page_costs_the_same_queries_however_long_the_ledger_is(
    cast: Cast,
    arrived: Any,
    client: Client,
    address: str,
    cost: int,
    django_assert_num_queries: Any,
) -> None:
    client.force_login(cast.auditor)
    client.get(PAGE)
    with django_assert_num_queries(cost):
        client.get(address)
    with acting_as(Identity.of_node("MX")):
        one = Disclosure.objects.filter(party="MX").first()
        assert one is not None
        for number in range(60):
            one.pk, one.at = None, one.at + timedelta(seconds=number)
            one.save(force_insert=True)
    with django_assert_num_queries(cost):
        client.get(address)


def test_many_readings_do_not_push_out_what_was_released(
    cast: Cast, arrived: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_OPENED", 2)
    reader = cast.identity("recipient")
    for _again in range(3):
        with acting_as(reader):
            note_reading(reader, arrived, arrived.current)
    with acting_as(cast.identity("auditor")):
        lines = queries.of_record(cast.identity("auditor"), arrived.reference)
    assert [line.event for line in lines] == ["read", "read", "released"]
    assert queries.between(lines)[0].released_at is not None


def test_a_supervisor_sees_the_lines_without_the_readers(
    cast: Cast, arrived: Any, client: Client
) -> None:
    client.force_login(cast.colleague)
    assert arrived.reference in client.get(PAGE).content.decode()
    assert reverse("record", args=[arrived.pk]) in (
        client.get(f"{PAGE}{arrived.reference}/").content.decode()
    )
    assert client.post(f"{PAGE}export/", {"format": "csv"}).status_code == 403


@pytest.mark.parametrize("part", ["originator", "recipient", "admin", "analyst"])
def test_nobody_else_opens_it(cast: Cast, arrived: Any, client: Client, part: str) -> None:
    client.force_login(getattr(cast, part))
    for address in (PAGE, f"{PAGE}{arrived.reference}/"):
        assert client.get(address).status_code == 403


def test_who_got_nothing_has_no_page_of_the_record(
    cast: Cast, arrived: Any, client: Client
) -> None:
    client.force_login(cast.outsider)
    assert client.get(f"{PAGE}{arrived.reference}/").status_code == 404
    assert arrived.reference not in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"direction": "received"}, True),
        ({"direction": "given"}, False),
        ({"other": "CA"}, False),
        ({"purpose": "customs_enforcement", "kind": "offence_alert"}, True),
        ({"purpose": "public_safety"}, False),
        ({"until": "2020-01-01"}, False),
    ],
)
def test_it_shows_what_is_asked_for(
    cast: Cast, arrived: Any, client: Client, asked: dict[str, str], fits: bool
) -> None:
    client.force_login(cast.auditor)
    assert bool(client.get(PAGE, asked).context["rows"]) is fits


def test_a_wrong_question_is_marked_at_its_field(cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor)
    page = client.get(PAGE, {"since": "2026-02-01", "until": "2026-01-01"})
    assert page.status_code == 422
    assert page.context["form"].errors["until"]
    assert client.get(PAGE, {"after": "x"}).status_code == 400


def test_pages_neither_skip_nor_repeat(cast: Cast, arrived: Any) -> None:
    from sharing.oversight.ledger import queries

    auditor, seen, cursor = cast.identity("auditor"), [], ""
    with acting_as(auditor):
        while True:
            page = queries.page(auditor, queries.Question(), cursor, size=1)
            seen += [line.pk for line in page.lines]
            if not (cursor := page.older):
                break
    assert len(seen) == len(set(seen)) == 2


def test_the_csv_is_no_formula_and_an_entry(cast: Cast, arrived: Any, client: Client) -> None:
    client.force_login(cast.auditor)
    made = client.post(f"{PAGE}export/", {"format": "csv"}, follow=True)
    rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert rows[1][4] == arrived.reference
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    with acting_as(cast.identity("auditor")):
        from audit.models import Entry

        assert Entry.objects.filter(tag="ledger:export", party="MX").count() == 1


def test_the_pdf_says_what_it_is_on_every_sheet(
    cast: Cast, arrived: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.auditor)
    monkeypatch.setattr(exporting.queries, "asked", _many(exporting.queries.asked))
    made = client.post(f"{PAGE}export/", {"format": "pdf"}, follow=True)
    pdf = PdfReader(io.BytesIO(made.content))
    assert pdf.metadata is not None
    assert pdf.metadata.title
    assert pdf.root_object["/Lang"] == cast.auditor.language
    assert pdf.root_object["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    sheets = pdf.pages
    texts = [sheet.extract_text() for sheet in sheets]
    assert len(texts) > 1
    for number, text in enumerate(texts, 1):
        assert "TLP:AMBER+STRICT" in text
        assert "MX" in text
        assert "Mx Auditor" in text
        assert re.search(rf"{number} \w+ {len(texts)}\b", text)
    assert arrived.reference in texts[0]


@pytest.mark.parametrize("language", ["es", "fr"])
def test_the_pdf_names_parties_in_the_reader_s_language(
    cast: Cast, arrived: Any, client: Client, language: str
) -> None:
    Officer.objects.filter(pk=cast.auditor.pk).update(language=language)
    client.force_login(cast.auditor)
    made = client.post(f"{PAGE}export/", {"format": "pdf", "other": "US"}, follow=True)
    pdf = PdfReader(io.BytesIO(made.content))
    with translation.override(language):
        ours, theirs = (Party.objects.get(code=code).name for code in ("MX", "US"))
    assert pdf.metadata is not None
    assert str(pdf.metadata.title).endswith(f": {ours}")
    assert theirs in pdf.pages[0].extract_text()


def test_the_pdf_is_made_without_the_pages_typeface_too(
    cast: Cast, arrived: Any, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sheet, "FONTS", tmp_path)
    client.force_login(cast.auditor)
    asked = {"format": "pdf", "since": "2020-01-01"}
    made = client.post(f"{PAGE}export/", asked, follow=True)
    text = PdfReader(io.BytesIO(made.content)).pages[0].extract_text()
    assert arrived.reference in text
    assert "2020-01-01" in text


def _many(asked: Any) -> Any:
    """The same lines again and again, so that they fill more than one sheet."""

    class Repeated(list[Any]):
        def iterator(self, chunk_size: int) -> Any:
            return iter(self)

    class Lines:
        def __init__(self, found: Any) -> None:
            self.found = found

        def filter(self, **kwargs: Any) -> Any:
            return Lines(self.found.filter(**kwargs))

        def extra(self, **kwargs: Any) -> Any:
            return Lines(self.found.extra(**kwargs))

        def order_by(self, *names: str) -> Any:
            return self.found.order_by(*names)

        def count(self) -> int:
            return 100

        def __getitem__(self, cut: slice) -> Any:
            return Repeated(list(self.found) * 50)

    return lambda *args: Lines(asked(*args))


def test_a_big_export_is_made_in_the_background_and_purged(
    cast: Cast, arrived: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(exporting.AT_ONCE, "csv", 0)
    client.force_login(cast.auditor)
    page = client.post(f"{PAGE}export/", {"format": "csv"}, follow=True)
    address = page.redirect_chain[-1][0]
    assert page.context["export"].state == LedgerExport.WAITING
    assert client.get(f"{address}file/").status_code == 404
    ledger("MX")
    assert client.get(f"{address}file/").content.count(arrived.reference.encode()) == 2
    with clock.at(clock.now() + timedelta(days=exporting.days_kept() + 1)):
        exporting.purge("MX")
    assert client.get(address).status_code == 404


def test_old_lines_go_and_the_log_says_so(cast: Cast, arrived: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE oversight_disclosure SET at = at - interval '6 years',"
            " written_at = written_at - interval '6 years' WHERE party = 'MX' AND event = 'read'"
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("SET ROLE cordillera_runtime")
    assert keeping.sweep("MX") == 1
    with acting_as(Identity.of_node("MX")):
        assert [line.event for line in Disclosure.objects.filter(party="MX")] == ["released"]
    assert keeping.sweep("US") == 0


def test_an_article_is_named_as_its_own_words_begin() -> None:
    assert words.articles(["USMCA-7.25.3b", "NAFTA-512.1"]) == "USMCA 7.25.3(b), NAFTA 512.1"
