"""Items and notifications: what the code shows and what row-level security lets through agree, and
two workers at once take in what waits once."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.desk import arrival
from sharing.desk.alone import alone
from sharing.desk.models import InboxItem, Notification, Outcome, Reach

EVERYONE = ["originator", "colleague", "recipient", "outsider", "auditor", "admin", "analyst"]


def item(party: str, originator: str, named: list[UUID] | None) -> InboxItem:
    now = clock.now()
    return InboxItem(
        party_id=party,
        verb="released",
        originator=originator,
        kind="offence_alert",
        reference="",
        named=named,
        arrived_at=now,
        news_at=now,
        reopened_at=now,
    )


@pytest.fixture
def grid(cast: Any) -> None:
    """An item for each Party, of each originator, for all, for nobody, and for one officer."""
    for party in ("US", "MX", "CA"):
        with acting_as(Identity.of_node(party)):
            for originator in ("US", "MX", "CA"):
                for named in (None, [], [cast.recipient.pk], [cast.originator.pk]):
                    item(party, originator, named).save()


@pytest.mark.django_db
@pytest.mark.parametrize("part", EVERYONE)
def test_the_filter_and_the_rows_agree(cast: Any, grid: None, part: str) -> None:
    identity = cast.identity(part)
    with acting_as(identity):
        through = set(InboxItem.objects.values_list("pk", flat=True))
        shown = set(InboxItem.objects.visible_to(identity).values_list("pk", flat=True))
    assert shown == through
    assert bool(shown) == identity.reads


@pytest.mark.django_db
@pytest.mark.parametrize("model", [InboxItem, Outcome, Notification, Reach])
def test_nothing_is_seen_without_an_identity(cast: Any, grid: None, model: Any) -> None:
    assert not model.objects.exists()


@pytest.mark.django_db
def test_nobody_writes_into_another_partys_inbox(cast: Any) -> None:
    from django.db import ProgrammingError

    with pytest.raises(ProgrammingError), acting_as(cast.identity("outsider")):
        item("MX", "US", None).save()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_it_in_once(transactional_db: None, cast: Any, alert: Any) -> None:
    taken: list[int] = []

    def work() -> None:
        taken.append(arrival.arrive("MX"))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == [0, 0, 1]
    with acting_as(Identity.of_node("MX")):
        assert InboxItem.objects.count() == 1
        assert Notification.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_sweep_does_not_wait_for_a_worker_who_is_at_it(
    transactional_db: None, cast: Any, alert: Any
) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with acting_as(Identity.of_node("MX")):
            alone("desk.arrive", "MX", wait=True)
            held.set()
            done.wait(60)
        connection.close()

    worker = threading.Thread(target=hold)
    worker.start()
    held.wait(60)
    assert arrival.arrive("MX", wait=False) == 0
    done.set()
    worker.join()
    assert arrival.arrive("MX", wait=False) == 1
