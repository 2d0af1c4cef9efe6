"""When a Party's digests go out, and what each one tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Party
from sharing.desk.models import Notification
from sharing.records.models import Record
from sharing.search import saved, tasks
from sharing.search.models import Match, SavedSearch
from sharing.search.queries import Search
from tests.conftest import Cast

SIX = datetime.now(UTC).replace(hour=6, minute=5) + timedelta(days=1)


@pytest.fixture
def kept(cast: Cast, alert: Record) -> SavedSearch:
    """A daily search of the recipient which the alert fits; MX has its digests at six."""
    Party.objects.filter(code="MX").update(settings={"digest_hour": 6}, time_zone="UTC")
    me = cast.identity("recipient")
    with acting_as(me):
        found = saved.keep(by=me, name="Steel", asked=Search("coil"), notify=SavedSearch.DAILY)
    with acting_as(Identity.of_node("MX")):
        saved.match("MX", [alert])
        Match.objects.update(at=SIX - timedelta(hours=3))
    return found


def told() -> int:
    with acting_as(Identity.of_node("MX")):
        return Notification.objects.filter(topic="matched").count()


@pytest.mark.parametrize(("hours", "expected"), [(-1, 0), (0, 1), (1, 0), (22, 1)])
def test_a_digest_goes_out_in_the_party_s_hour_or_when_it_is_overdue(
    kept: SavedSearch, hours: int, expected: int
) -> None:
    with clock.at(SIX + timedelta(hours=hours)):
        tasks.digests()
        tasks.digests()
    assert told() == expected


def test_what_comes_after_the_digest_is_told_the_next_day(kept: SavedSearch) -> None:
    with clock.at(SIX):
        tasks.digests()
    with acting_as(Identity.of_node("MX")):
        Match.objects.update(told_at=None, at=SIX)
    with clock.at(SIX + timedelta(minutes=15)):
        tasks.digests()
    assert told() == 1
    with clock.at(SIX + timedelta(days=1)):
        tasks.digests()
    assert told() == 2


def test_who_wants_no_digest_any_more_leaves_none_waiting(cast: Cast, kept: SavedSearch) -> None:
    me = cast.identity("recipient")
    with acting_as(me):
        saved.tell(by=me, search=kept, notify=SavedSearch.NEVER)
    with acting_as(Identity.of_node("MX")):
        assert not Match.objects.filter(told_at=None).exists()
