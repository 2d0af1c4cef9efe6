"""Schemathesis asks every operation what it says it takes, and what it does not, and finds nothing
wrong with the answers. The same cases each time, few enough for every run."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.filters import FilterSet
from schemathesis.pytest.lazy import get_all_tests

from cordillera.api import views
from tests.conftest import acting_as, alert_body, alert_handling
from tests.cordillera.api.caller import Caller
from tests.sharing.records.attachments.conftest import attach

CONFIG = {
    "checks": {
        # What is well-formed may still contradict itself (dates out of order, a wrong check
        # digit, an unknown code: 422), be no cursor of ours (400), come too late (412), or
        # ask for what is behind a file's end (416).
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "400", "403", "404", "409", "412", "416", "422"]
        },
        # If-Match has a status of its own; a record that is not there has no ETag to send.
        "missing_required_header": {"expected-statuses": ["404", "415", "422", "428"]},
        # It repeats each case twice without a token; test_declared and the test below do it once.
        "ignored_auth": {"enabled": False},
    },
    "operations": [
        {
            # Lines are bytes, and any bytes are lines: what is wrong is told row by row.
            "include-name": "POST /api/v1/records/bulk",
            "checks": {"negative_data_rejection": {"enabled": False}},
        },
        {
            # A part of a file is any bytes; it sends these for what is no string, too.
            "include-name": "PUT /api/v1/records/{id}/attachments/{file}/content",
            "checks": {"negative_data_rejection": {"enabled": False}},
        },
    ],
}
#: Of an operation's systematic cases one in so many is asked: of most one in three, and fewer where
#: there are many, for each field of each kind. With SCHEMATHESIS=all every case is, which takes half
#: an hour.
MOST = 3
ONE_IN = {
    "PUT /api/v1/records/{id}/draft": 80,
    "POST /api/v1/records": 40,
    "POST /api/v1/records/{id}/answers": 10,
    "GET /api/v1/search": 5,
    "GET /api/v1/records": 5,
}


@cache
def schema() -> Any:
    config = SchemathesisConfig.from_dict(CONFIG)
    loaded = schemathesis.openapi.from_dict(json.loads(views.document()), config=config)
    loaded.app, loaded.location = get_wsgi_application(), "/api/v1/schema"
    return loaded


@schemathesis.serializer("application/x-ndjson")
def lines(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.serializer("application/octet-stream")
def some_bytes(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def operations() -> list[str]:
    """Their names alone: cases of all take eight seconds to think of, in each worker of the tests."""
    return [found.ok().label for found in schema().get_all_operations()]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A real WSGI application would close the connection that the test's transaction lives in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def world(
    one_connection: None, cast: Any, alert: Any, settings: Any, tmp_path: Any
) -> tuple[Caller, list[str]]:
    """Drafts and released records of the caller, who may do all that a person may."""
    from sharing.records import actions

    settings.API_REQUESTS_PER_MINUTE = 10**6
    settings.MEDIA_ROOT, settings.CLAMD_URL = tmp_path, ""
    caller = Caller(cast.colleague)
    with acting_as(cast.identity("originator")):
        drafts = [
            actions.draft(
                kind="offence_alert",
                by=cast.identity("originator"),
                body=alert_body(),
                handling=alert_handling("MX"),
            )
            for _ in range(4)
        ]
        file = attach(cast, drafts[1])
        actions.submit(record=drafts[0], by=cast.identity("originator"))
    PLACES["file"] = str(file.pk)
    return caller, [str(record.pk) for record in (alert, *drafts)]


@pytest.mark.parametrize("operation", operations())
def test_nothing_is_found(operation: str, world: tuple[Caller, list[str]]) -> None:
    alone = schema().clone(filter_set=FilterSet().with_include(name=operation))
    [made] = get_all_tests(schema=alone, test_func=ask, settings=None, given_kwargs={})
    _, asked = made.ok()
    asked(world=world)


@settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def ask(case: Any, world: tuple[Caller, list[str]]) -> None:
    caller, records = world
    if left_out(case):
        return
    place(case, records)
    case.call_and_validate(headers={"Authorization": f"Bearer {caller.raw}"})


def left_out(case: Any) -> bool:
    often = ONE_IN.get(case.operation.label, MOST)
    if os.environ.get("SCHEMATHESIS") == "all" or case.meta.phase.name != "coverage":
        return False
    what = (case.method, case.body, case.query, case.path_parameters, case.headers)
    return bool(crc32(repr(what).encode()) % often)


def place(case: Any, records: list[str]) -> None:
    """Ask about records that there are, most of the time."""
    chance = Random(repr(case.body))
    if case.meta and case.meta.generation.mode.is_negative:
        return
    if "id" in (case.path_parameters or {}) and chance.random() < 0.8:
        case.path_parameters["id"] = chance.choice(records)
    if "file" in (case.path_parameters or {}) and chance.random() < 0.8:
        case.path_parameters |= {"id": records[2], "file": PLACES["file"]}
    if "number" in (case.path_parameters or {}):
        case.path_parameters["number"] = 1


@pytest.mark.django_db
def test_nothing_answers_without_a_token(client: Any) -> None:
    for operation in schema().get_all_operations():
        found = operation.ok()
        address = re.sub(r"{(\w+)}", lambda m: PLACES[m[1]], found.path)
        assert client.generic(found.method.upper(), address).status_code == 401, found.label


PLACES = {
    "id": "00000000-0000-4000-8000-000000000000",
    "file": "00000000-0000-4000-8000-000000000000",
    "number": "1",
    "name": "hs",
    "code": "x",
}
