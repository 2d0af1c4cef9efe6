"""So many requests a minute per token, and then a word on when to come back."""

from __future__ import annotations

from typing import Any

import pytest
import redis
from django.test import Client

from cordillera.api import throttling

from .caller import Caller, sort_of


@pytest.fixture
def three_a_minute(settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3


def test_past_the_limit_the_answer_is_429_with_the_time_to_wait(
    cast: Any, three_a_minute: None
) -> None:
    caller = Caller(cast.originator)
    answers = [caller.get("me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert sort_of(answers[3]) == "too-many"
    assert 1 <= int(answers[3]["Retry-After"]) <= 2 * throttling.WINDOW


def test_another_token_has_its_own_limit(cast: Any, three_a_minute: None) -> None:
    first, second = Caller(cast.originator), Caller(cast.originator)
    for _ in range(4):
        first.get("me")
    assert second.get("me").status_code == 200


def test_guessing_tokens_is_limited_by_address(db: None, three_a_minute: None) -> None:
    client = Client(REMOTE_ADDR="127.0.0.77")
    throttling._client(_url()).delete(*_keys())
    headers = [{"Authorization": f"Bearer cord_{n}"} for n in range(4)]
    statuses = [client.get("/api/v1/me", headers=one).status_code for one in headers]
    throttling._client(_url()).delete(*_keys())
    assert statuses == [401, 401, 401, 429]


def test_without_redis_nobody_is_kept_out(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(url: str) -> Any:
        raise redis.ConnectionError("gone")

    monkeypatch.setattr(throttling, "_client", away)
    assert Caller(cast.originator).get("me").status_code == 200


def _url() -> str:
    from django.conf import settings

    return str(settings.REDIS_URL)


def _keys() -> list[str]:
    import hashlib
    import time

    name = hashlib.sha256(b"127.0.0.77").hexdigest()[:32]
    at = int(time.time() // throttling.WINDOW)
    return [f"api:{{{name}}}:{minute}" for minute in (at - 1, at, at + 1)]
