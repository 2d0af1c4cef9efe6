"""Search over the API finds what the page finds, for whom it may, and says so in the log."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.cordillera.api.caller import Caller, entries


@pytest.fixture
def calls(cast: Any) -> Any:
    parts = ("originator", "recipient", "outsider", "analyst")
    return SimpleNamespace(**{part: Caller(getattr(cast, part)) for part in parts})


def test_a_container_is_found_by_whom_it_may_be(calls: Any, alert: Any) -> None:
    for part in ("originator", "recipient", "analyst"):
        found = getattr(calls, part).get("search?q=ZXQU1004828").json()
        assert [one["id"] for one in found["items"]] == [str(alert.pk)]
        assert found["facets"]["kind"] == [{"value": "offence_alert", "count": 1}]
    found = calls.outsider.get("search?q=ZXQU1004828").json()
    assert (found["items"], found["total"], found["facets"]["kind"]) == ([], 0, [])


def test_filters_narrow(calls: Any, alert: Any) -> None:
    assert calls.recipient.get("search?kind=sighting&kind=comment").json()["items"] == []
    query = "search?kind=offence_alert&originator=US&from=2020-01-01&to=2099-12-31"
    assert calls.recipient.get(query).json()["total"] == 1
    assert calls.recipient.get("search?from=soon").status_code == 400
    assert calls.recipient.get("search?purpose=curiosity").status_code == 400


def test_every_search_is_written_down(calls: Any, alert: Any) -> None:
    calls.recipient.get("search?q=coil&purpose=customs_enforcement")
    assert entries("MX", "search:run", detail__text="coil", purpose="customs_enforcement") == 1


def test_searching_takes_the_scope(cast: Any) -> None:
    assert Caller(cast.recipient, "read").get("search?q=coil").status_code == 403
