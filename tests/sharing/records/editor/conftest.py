"""What the tests of writing share: somebody signed in, and a draft as its form posts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sharing.records.models import Record
from tests.conftest import Cast, alert_body, alert_handling


@pytest.fixture
def signed_in(cast: Cast) -> Callable[[str], Client]:
    """A browser of somebody of the cast: `signed_in("recipient").get(…)`."""

    def sign_in(part: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, part))
        return client

    return sign_in


def posted(data: Any, name: str = "") -> dict[str, Any]:
    """`data` as a form names it: {"goods": [{"hs": "72"}]} becomes {"goods-0-hs": "72"}."""
    found: dict[str, Any] = {}
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        below = f"{name}-{key}" if name else str(key)
        plain_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if isinstance(value, dict) or (isinstance(value, list) and not plain_list):
            found |= posted(value, below)
        else:
            found[below] = value
    return found


def draft_form(etag: str, *audience: str, **changes: Any) -> dict[str, Any]:
    """A complete alert as the editor posts it."""
    handling = posted(alert_handling(*(audience or ("MX",))), "handling")
    return {"etag": etag, **posted(alert_body()), **handling, **changes}


def page(name: str, record: Record) -> str:
    return reverse(name, args=[record.pk])
