"""An open amendment is the originator's business: nothing tells another Party that there is one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from cordillera.access.session import acting_as
from sharing.records import actions
from sharing.search.queries import Search, search
from tests.conftest import Cast


@pytest.fixture
def amending(cast: Cast, alert: Any) -> Any:
    with acting_as(cast.identity("originator")):
        actions.amend(record=alert, by=cast.identity("originator"))
    return alert


@pytest.mark.parametrize("name", ["record", "record-answers", "record-history"])
def test_the_record_page_does_not_tell_of_it(
    alert: Any, cast: Cast, reading: Any, name: str
) -> None:
    def chips() -> list[str]:
        page = reading("recipient", reverse(name, args=[alert.pk]))
        return re.findall(r'<span class="chip[^>]*>.*?</span>', page)

    before = chips()
    with acting_as(cast.identity("originator")):
        actions.amend(record=alert, by=cast.identity("originator"))
    assert chips() == before != []


def test_search_counts_and_finds_it_as_released(cast: Cast, amending: Any) -> None:
    for part, state in (("recipient", "released"), ("originator", "amended")):
        who = cast.identity(part)
        with acting_as(who):
            assert dict(search(who, Search()).facets["state"]) == {state: 1}
            assert search(who, Search(filters={"state": ["amended"]})).total == (
                part != "recipient"
            )


def test_the_export_says_released(reading: Any, amending: Any) -> None:
    text = reading("recipient", reverse("search-export"))
    assert amending.reference in text
    before = reading("originator", reverse("search-export"))
    assert text.splitlines()[1].split(",")[5] != before.splitlines()[1].split(",")[5]
