"""How many persons fit is not told by how few are listed, where more fit than are looked at."""

from __future__ import annotations

import pytest

from cordillera.access.session import acting_as
from sharing.records import actions
from sharing.search import queries
from sharing.search.queries import Search, every, search
from tests.conftest import Cast, alert_body, alert_handling, released

from .test_pages import person

pytestmark = pytest.mark.parametrize("text", ["", "fic", "ficticio"])


def alerts(cast: Cast, many: int) -> None:
    me = cast.identity("originator")
    for _ in range(many):
        with acting_as(me):
            body = alert_body(title={"en": "Ficticio coil"})
            record = actions.draft(
                kind="offence_alert", by=me, body=body, handling=alert_handling("MX")
            )
        released(cast, record)


@pytest.fixture(autouse=True)
def more_than_are_looked_at(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST", 3)
    monkeypatch.setattr(queries, "MOST_EXPORTED", 3)
    alerts(cast, 4)


def test_without_a_purpose_the_number_of_persons_is_not_told(cast: Cast, text: str) -> None:
    me = cast.identity("recipient")
    person(cast)
    with acting_as(me):
        found = search(me, Search(text))
        rows, exported = every(me, Search(text))
    assert (found.total, found.capped, len(rows)) == (3, True, 3)
    assert (found.persons, exported) == (1, 1)


def test_persons_beyond_those_looked_at_are_known_to_the_auditors(cast: Cast, text: str) -> None:
    person(cast)
    alerts(cast, 3)
    me = cast.identity("recipient")
    with acting_as(me):
        assert search(me, Search(text)).persons == 1


def test_with_a_purpose_persons_are_among_them(cast: Cast, text: str) -> None:
    me = cast.identity("recipient")
    person(cast)
    with acting_as(me):
        found = search(me, Search(text, purpose="customs_enforcement"))
    assert (found.total, found.persons) == (3, 1)
