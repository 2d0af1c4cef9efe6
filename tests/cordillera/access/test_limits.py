"""What a statement and an idle transaction may take, for requests and tasks; migrations are free."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from cordillera.access.identity import Identity
from cordillera.access.middleware import identity as middleware
from cordillera.access.session import acting_as
from tests.conftest import Cast


def limits() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'),"
            " current_setting('idle_in_transaction_session_timeout')"
        )
        found: tuple[str, str] = cursor.fetchone()
    return found


def test_a_request_a_task_and_a_migration_have_their_limits(cast: Cast, settings: Any) -> None:
    settings.STATEMENT_SECONDS, settings.TASK_STATEMENT_SECONDS = 7, 70
    settings.IDLE_IN_TRANSACTION_SECONDS = 21
    assert limits() == ("0", "0")
    with acting_as(cast.identity("originator")):
        assert limits() == ("7s", "21s")
        with acting_as(Identity.of_node("US")):
            assert limits() == ("70s", "21s")
        assert limits() == ("7s", "21s")


def test_a_request_of_a_stranger_has_them_too(cast: Cast, settings: Any) -> None:
    settings.STATEMENT_SECONDS = 7
    seen = []

    def view(request: Any) -> HttpResponse:
        seen.append(limits()[0])
        return HttpResponse()

    request: Any = RequestFactory().get("/")
    request.user = type("Nobody", (), {"is_authenticated": False})()
    middleware(view)(request)
    assert seen == ["7s"]


def test_a_statement_that_takes_longer_is_ended(cast: Cast, settings: Any) -> None:
    settings.STATEMENT_SECONDS = 0.1
    with (
        pytest.raises(OperationalError, match="statement timeout"),
        acting_as(cast.identity("originator")),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(5)")


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_idles_loses_its_connection(settings: Any) -> None:
    settings.IDLE_IN_TRANSACTION_SECONDS = 0.1
    try:
        with pytest.raises(DatabaseError, match="idle-in-transaction"):
            idle_and_ask()
    finally:
        connections["default"].close()


def idle_and_ask() -> None:
    with transaction.atomic(), acting_as(Identity.of_node("US")):
        time.sleep(2)
        limits()
