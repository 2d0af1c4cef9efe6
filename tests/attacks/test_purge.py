"""What was deleted is nowhere in the database any more."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.desk import arrival
from sharing.records import actions
from tests.conftest import Cast, alert_body, alert_handling

MARK = "zebrafish"


def tables_with_mark() -> list[str]:
    """Every table of which some row still has the word, as the owner sees them."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        found = []
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT count(*) FROM {name} t WHERE t::text ILIKE %s", [f"%{MARK}%"])
            found += [table] if cursor.fetchone()[0] else []
        cursor.execute("SET ROLE cordillera_runtime")
        return found


@pytest.fixture
def begun(cast: Cast) -> Any:
    me = cast.identity("originator")
    body = alert_body(title={"en": MARK}, summary=MARK)
    body["goods"] = [{"hs": "721049", "description_declared": MARK}]
    with acting_as(me):
        record = actions.draft(
            kind="offence_alert", by=me, body=body, handling=alert_handling("MX")
        )
        actions.submit(record=record, by=me, reason=MARK)
    return record


def test_a_deleted_record_leaves_no_words(cast: Cast, begun: Any) -> None:
    me, second = cast.identity("originator"), cast.identity("colleague")
    node = Identity.of_node("US")
    with acting_as(second):
        actions.approve(record=begun, by=second, remark=MARK)
    arrival.arrive("MX")
    with acting_as(me):
        begun.refresh_from_db()
        actions.amend(record=begun, by=me)
        begun.refresh_from_db()
        actions.discard_amendment(record=begun, by=me)
        begun.refresh_from_db()
        actions.propose_recall(record=begun, by=me, reason=MARK)
    with acting_as(second):
        actions.approve(record=begun, by=second)
    assert "records_version" in tables_with_mark()
    with acting_as(node):
        begun.refresh_from_db()
        actions.purge(record=actions.lock(record=begun, by=node), by=node)
    assert tables_with_mark() == []


def test_a_deleted_draft_leaves_no_words(cast: Cast, begun: Any) -> None:
    me, second = cast.identity("originator"), cast.identity("colleague")
    with acting_as(second):
        actions.send_back(record=begun, by=second, remark=MARK)
    with acting_as(me):
        begun.refresh_from_db()
        actions.delete_draft(record=begun, by=me)
    assert tables_with_mark() == []
