"""Limits hold however a request is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cordillera.api.caller import Caller


@pytest.mark.parametrize("written", ["bearer {}", "BEARER {}", "Bearer  {}", "bEaReR    {} "])
def test_a_token_written_otherwise_has_no_limit_of_its_own(
    cast: Any, settings: Any, written: str
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    caller = Caller(cast.outsider)
    assert [caller.get("me").status_code for _ in range(2)] == [200, 200]
    headers = {"Authorization": written.format(caller.raw)}
    assert Client().get("/api/v1/me", headers=headers).status_code == 429


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "0000-00", "99999-1", "²-1"])
def test_a_month_out_of_time_is_no_failure(cast: Any, reading: Any, month: str) -> None:
    assert "<main" in reading("outsider", reverse("notices"), view="calendar", month=month)


def test_a_saved_search_that_cannot_be_read_is_no_failure(cast: Any) -> None:
    client = Client()
    client.force_login(cast.outsider)
    given = {"name": "x", "q": "y" * 500, "purpose": "nonsense"}
    assert client.post(reverse("saved-searches"), given).status_code in (302, 422)
