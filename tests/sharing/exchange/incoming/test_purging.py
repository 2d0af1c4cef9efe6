"""After a withdrawal nothing that the record said is left anywhere in the database."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.api.models import KeptAnswer
from deploy.launch import traces
from sharing.desk.arrival import arrive
from sharing.desk.models import InboxItem
from sharing.exchange import reporting
from sharing.exchange.formats.statement import Withdrawal
from sharing.exchange.models import Report
from sharing.search.tasks import match_waiting
from tests.conftest import PASSWORD, Cast, alert_body

from ..foreign import Foreign
from .conftest import alert, as_node, outcomes, record_of, send
from .test_applying import comment

SECRET, NAMED = "Zanzibarite stencil", "Zanzibarita Dorada"
BODY = alert_body(
    title={"en": f"{SECRET} declared as Mexican"},
    summary=f"{SECRET} on each coil.",
    conveyances=[{"type": "container", "mode": "1", "name": NAMED, "number": "ZXQU1004828"}],
)
TABLES = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""


def tables_with(*texts: str) -> list[str]:
    """As the owner, whom no policy binds."""
    needles = [f"%{one}%" for text in texts for one in traces.written(text)]
    found = []
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) FROM {table} AS t WHERE t::text ILIKE ANY(%s)", [needles]
            )
            if cursor.fetchone()[0]:
                found.append(table)
        cursor.execute(f'SET ROLE "{django_settings.DATABASE_RUNTIME_ROLE}"')
    return found


@pytest.fixture
def text(us: Foreign, cast: Cast) -> str:
    """An alert that came and was looked at in every way that the recipient has."""
    made = alert(us, "MX", body=BODY)
    assert outcomes(send(us, [made])) == ["applied"]
    arrive("MX")
    match_waiting("MX")
    return made


def look_everywhere(cast: Cast, text: str) -> None:
    pk = record_of(text)
    browser = Client()
    browser.login(username=cast.recipient.username, password=PASSWORD)
    for path in ("", "?pane=1", "answers/", "versions/", "history/", "print/"):
        assert browser.get(f"/records/{pk}/{path}").status_code == 200
    assert browser.get(
        "/search/", {"q": "zanzibarite", "purpose": "customs_enforcement"}
    ).status_code
    for path in ("/inbox/", "/", "/notifications/"):
        assert browser.get(path).status_code == 200


def withdraw(us: Foreign, text: str) -> None:
    content = Withdrawal(record_of(text), "US-OA-2026-00001", "offence_alert", None, 1, "recalled")
    assert outcomes(send(us, [us.state(content)])) == ["applied"]
    arrive("MX")


def test_the_look_for_traces_finds_them(us: Foreign, cast: Cast, text: str) -> None:
    found = tables_with(SECRET, NAMED)
    assert {"public.records_version", "public.records_record", "public.records_term"} <= set(found)


def test_nothing_of_it_is_left(us: Foreign, cast: Cast, text: str) -> None:
    look_everywhere(cast, text)
    reporting.tally("MX")
    refused = alert(us, "MX", body=BODY, kind="oracle", record=record_of(text), number=2)
    assert outcomes(send(us, [refused])) == ["unknown-kind"]
    withdraw(us, text)
    assert tables_with(SECRET, NAMED) == []
    with as_node():
        counts = Report.objects.get(event="purged").detail["purged"]
        assert (counts["versions"], counts["documents"]) == (2, 1)


def test_the_inbox_is_bare_before_any_worker_looks(us: Foreign, cast: Cast, text: str) -> None:
    with as_node():
        assert InboxItem.objects.get().priority == "high"
    content = Withdrawal(record_of(text), "US-OA-2026-00001", "offence_alert", None, 1, "recalled")
    send(us, [us.state(content)])
    with as_node():
        item = InboxItem.objects.get()
        assert (item.priority, item.typology, item.places) == ("", [], [])


def test_answers_of_others_about_it_go_with_it(
    us: Foreign, ca: Foreign, cast: Cast, text: str
) -> None:
    # The comment repeats what the record says; CA got the record from US too, so it may speak of it.
    shared = alert(us, "MX", "CA", body=BODY)
    send(us, [shared])
    said = comment(ca, record_of(shared), "MX", "US")
    assert outcomes(send(ca, [said])) == ["applied"]
    withdraw(us, shared)
    withdraw(us, text)
    assert tables_with(SECRET, "See also.") == []


def test_kept_answers_of_the_api_say_nothing_any_more(us: Foreign, cast: Cast, text: str) -> None:
    identity = Identity.of(cast.recipient)
    with acting_as(identity), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_keptanswer (account, key, digest, status, headers, body)"
            " VALUES (%s, %s, '', 200, '{}', %s)",
            [identity.own, str(uuid4()), f'{{"id": "{record_of(text)}", "title": "{SECRET}"}}'],
        )
    withdraw(us, text)
    with acting_as(identity):
        assert KeptAnswer.objects.get().body == "{}"
    with as_node():
        assert Report.objects.get(event="purged").detail["purged"]["exports"] == 1
    assert tables_with(SECRET) == []


def test_one_partys_withdrawal_touches_no_other_partys_answers(
    us: Foreign, cast: Cast, text: str
) -> None:
    outsider: Any = Identity.of(cast.outsider)
    with acting_as(outsider), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_keptanswer (account, key, digest, status, headers, body)"
            " VALUES (%s, 'k', '', 200, '{}', %s)",
            [outsider.own, str(record_of(text))],
        )
    withdraw(us, text)
    assert tables_with(str(record_of(text)))
    with acting_as(outsider), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM api_keptanswer")
        assert cursor.fetchone() == (str(record_of(text)),)
