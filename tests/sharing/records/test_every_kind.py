"""Every registered kind can be drafted, released, received, shown in three languages, found, exported
and recalled. A new kind is proved by being registered."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.demo.loader import FILE
from sharing.desk.arrival import arrive
from sharing.records import actions, kinds, queries
from sharing.records.kinds import examples
from sharing.records.models import Record
from tests.conftest import Cast, alert_handling, released

SHARED = [kind.code for kind in kinds.shared()]
ANSWERS: dict[str, dict[str, Any]] = {
    "acknowledgement": {"result": "noted", "handled_by": "Zqunit"},
    "comment": {"nature": "question", "summary": "Zqquestion, which heat number?"},
    "sighting": {"result": "no_hit", "summary": "Zqsighting in the air cargo data."},
    "dispute": {"points": [{"field": "summary"}], "summary": "Zqdispute of what it says."},
    "dispute_withdrawal": {"summary": "Zqwithdrawal, we misread it."},
}
RULING = {"outcome": "rejected", "summary": "Zqruling, it is right."}


def body_of(kind: str) -> dict[str, Any]:
    found = next(r for r in json.loads(FILE.read_text())["records"] if r["kind"] == kind)
    body, _handling = examples.convert(found)
    return {**body, "title": {"en": "Zqtitle", "es": "Zqtitulo", "fr": "Zqtitre"}}


@pytest.fixture(params=SHARED)
def shared(request: pytest.FixtureRequest, cast: Cast) -> Record:
    me = cast.identity("originator")
    with acting_as(me):
        record = actions.draft(
            kind=request.param, by=me, body=body_of(request.param), handling=alert_handling("MX")
        )
    record = released(cast, record)
    for party in ("US", "MX", "CA"):
        arrive(party)
    return record


def signed_in(cast: Cast, part: str, language: str = "") -> Client:
    officer = getattr(cast, part)
    if language:
        officer.language = language
        officer.save(update_fields=["language"])
    client = Client()
    client.force_login(officer)
    return client


def test_it_is_shown_in_three_languages(cast: Cast, shared: Record) -> None:
    for language, title in (("en", "Zqtitle"), ("es", "Zqtitulo"), ("fr", "Zqtitre")):
        page = signed_in(cast, "recipient", language).get(reverse("record", args=[shared.pk]))
        assert page.status_code == 200
        assert title in page.content.decode()


def test_it_is_found_and_exported(cast: Cast, shared: Record) -> None:
    client = signed_in(cast, "recipient")
    query = {"q": "zqtitle", "purpose": "customs_enforcement"}
    assert shared.reference in client.get(reverse("search"), query).content.decode()
    assert shared.reference in client.get(reverse("search-export"), query).content.decode()
    assert (
        shared.reference in client.get(reverse("record-print", args=[shared.pk])).content.decode()
    )


def test_it_is_answered_and_recalled(cast: Cast, shared: Record) -> None:
    me = cast.identity("recipient")
    us, second = cast.identity("originator"), cast.identity("colleague")
    for kind in kinds.get(shared.kind).answered_by:
        if kind == "ruling":
            ruled(cast, answered(me, shared, "dispute"))
        elif kind == "dispute_withdrawal":
            dispute = answered(me, shared, "dispute")
            answered(me, shared, kind, dispute=dispute.reference)
        else:
            answered(me, shared, kind)
    with acting_as(us):
        given = {a.kind for a in queries.answers(us, shared)}
        assert given == set(kinds.get(shared.kind).answered_by)
        actions.propose_recall(record=shared, by=us, reason="Not so")
    with acting_as(second):
        actions.approve(record=shared, by=second)
    client = signed_in(cast, "recipient")
    assert client.get(reverse("record", args=[shared.pk])).status_code == 404


def answered(by: Identity, shared: Record, kind: str, **more: Any) -> Record:
    with acting_as(by):
        about = queries.get(by, shared.pk)
        body = {**answer_body(kind), **more}
        found: Record = actions.answer(about=about, kind=kind, by=by, body=body)
    return found


def ruled(cast: Cast, dispute: Record) -> None:
    us, second = cast.identity("originator"), cast.identity("colleague")
    with acting_as(us):
        here = queries.get(us, dispute.pk)
        ruling = actions.rule(dispute=here, by=us, body=RULING).record
    with acting_as(second):
        actions.approve(record=queries.get(second, ruling.pk), by=second)


def answer_body(kind: str) -> dict[str, Any]:
    seen = {"seen_at": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")} if kind == "sighting" else {}
    return {**ANSWERS[kind], **seen}


def test_every_answer_kind_is_proved_above() -> None:
    assert {kind.code for kind in kinds.answers()} == {*ANSWERS, "ruling"}


def test_signatures_verify_by_the_command(cast: Cast, alert: Record) -> None:
    out = StringIO()
    call_command("records", "verify", alert.reference, stdout=out)
    assert "version 1" in out.getvalue()
    assert "NOT" not in out.getvalue()


def test_the_command_tells_a_version_that_was_changed_underneath(cast: Cast, alert: Record) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET session_replication_role = replica")
        cursor.execute('UPDATE records_version SET body = body || \'{"priority": "low"}\'')
        cursor.execute("SET session_replication_role = origin; SET ROLE cordillera_runtime")
    with pytest.raises(CommandError):
        call_command("records", "verify", "--all", stdout=StringIO())
