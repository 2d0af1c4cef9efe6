"""One box finds a record by its words, numbers and reference, for those who may see it."""

from __future__ import annotations

import pytest
from django.db import connection

from cordillera.access.session import acting_as
from sharing.records.models import Record
from sharing.search.models import SearchDocument
from sharing.search.queries import Search, search
from tests.conftest import Cast


@pytest.mark.parametrize(
    "text",
    [
        "ZXQU1004828",
        "zxqu 100482-8",
        "7210",
        "721049",
        "USLRD",
        "galvanised coil",
        "Galvan",
        "stencil",
        "US-OA-{year}-00001",
    ],
)
def test_it_is_found_by(cast: Cast, alert: Record, text: str) -> None:
    me = cast.identity("recipient")
    with acting_as(me):
        found = search(me, Search(text.format(year=alert.released_at.year)))
    assert [r.pk for r in found.records] == [alert.pk]


def test_words_it_does_not_have_find_nothing(cast: Cast, alert: Record) -> None:
    me = cast.identity("recipient")
    with acting_as(me):
        assert search(me, Search("galvanised giraffe")).total == 0


@pytest.mark.parametrize("text", ["", "ZXQU1004828", "galvanised", "US-OA-2026-00001"])
def test_an_outsider_finds_nothing_and_no_count(cast: Cast, alert: Record, text: str) -> None:
    me = cast.identity("outsider")
    with acting_as(me):
        found = search(me, Search(text))
    assert (found.total, found.persons) == (0, 0)
    assert not any(found.facets.values())


def test_a_draft_is_found_by_its_own_party_alone(cast: Cast, draft_alert: Record) -> None:
    for part, total in (("colleague", 1), ("recipient", 0)):
        with acting_as(cast.identity(part)):
            assert search(cast.identity(part), Search("galvanised")).total == total


def test_documents_cannot_be_read_beside_the_function(cast: Cast, alert: Record) -> None:
    with acting_as(cast.identity("recipient")):
        assert not SearchDocument.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM search_records('galvanised'::tsquery, NULL, 10)")
            assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    "text", ["'; drop table x --", "a:* | b", "\\", "%", "'", "<->", "é" * 300]
)
def test_any_text_is_only_text(cast: Cast, alert: Record, text: str) -> None:
    me = cast.identity("recipient")
    with acting_as(me):
        assert search(me, Search(text)).total in (0, 1)
