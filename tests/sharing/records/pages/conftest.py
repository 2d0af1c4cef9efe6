"""What the tests of the record pages share: somebody signed in, and answers to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cordillera.access.session import acting_as
from cordillera.parties.models import Officer
from tests.conftest import Cast

PARTS = ("originator", "colleague", "recipient", "outsider", "auditor", "admin")


@pytest.fixture
def signed_in(cast: Cast) -> Callable[..., Client]:
    """A browser of somebody of the cast, `signed_in("recipient").get(…)`; in English, so that
    a test can look for words, or in the language asked for."""

    def sign_in(part: str, language: str = "en") -> Client:
        officer = getattr(cast, part)
        Officer.objects.filter(pk=officer.pk).update(language=language)
        client = Client()
        client.force_login(officer)
        return client

    return sign_in


def own_queries(client: Client, url: str) -> int:
    """How many queries the page itself costs, beyond what the frame of every page does."""

    def count(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    return count(url) - count(reverse("help"))


def answered(cast: Cast, record: Any, part: str, kind: str, **body: Any) -> Any:
    """`part` of the cast answers `record`."""
    from sharing.records import actions

    identity = cast.identity(part)
    with acting_as(identity):
        return actions.answer(about=record, kind=kind, by=identity, body=body)


@pytest.fixture
def acknowledged(cast: Cast, alert: Any) -> Any:
    """The alert, acknowledged by the recipient."""
    answered(
        cast, alert, "recipient", "acknowledgement", result="assigned", handled_by="Aduana 240"
    )
    return alert
