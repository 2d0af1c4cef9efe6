"""The ledger's sums are exact at every moment, and an export holds what was there when it was asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from cordillera import clock
from cordillera.access.identity import AUDITOR, SUPERVISOR, Identity
from cordillera.access.session import acting_as
from sharing.oversight.ledger import exporting, queries, totals
from sharing.oversight.ledger.queries import Question
from sharing.oversight.models import Disclosure, LedgerExport, LedgerTotal
from tests.conftest import take_runtime_role

ME = Identity("MX", UUID(int=1), "Auditor", frozenset({AUDITOR}))
CHIEF = Identity("MX", UUID(int=2), "Supervisor", frozenset({SUPERVISOR}))
NODE = Identity.of_node("MX")
#: The same lines, asked for in another way: they are all of this kind.
COUNTED = Question(kind="offence_alert")


def line(event: str, record: int, direction: str = "received", **more: Any) -> Disclosure:
    values = {"party": "MX", "other": "US", "at": clock.now(), "kind": "offence_alert", **more}
    return Disclosure(direction=direction, event=event, record_id=UUID(int=record), **values)


def write(*lines: Disclosure) -> None:
    with acting_as(NODE):
        for one in lines:
            one.save(force_insert=True)


def told(by: Identity, question: Question = Question()) -> list[tuple[Any, ...]]:  # noqa: B008
    with acting_as(by):
        return [
            (one.other, one.given, one.received, one.opened_there, one.opened_here)
            for one in queries.totals(by, question)
        ]


STEPS = [
    [line("released", 1), line("released", 2, red=True), line("read", 1), line("read", 1)],
    [line("amended", 1), line("released", 3, "given"), line("delivered", 3, "given")],
    [line("read", 3, "given", times=4, officers=2), line("released", 4, "given", other="CA")],
    [line("read", 3, "given", times=9, officers=3), line("printed", 2, red=True)],
    [line("amended", 3, "given"), line("read", 3, "given", times=7), line("released", 5)],
    [line("amended", 2), line("recalled", 4, "given", other="CA")],
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by", [ME, CHIEF], ids=["auditor", "supervisor"])
def test_sums_are_what_counting_every_line_gives(parties: Any, by: Identity) -> None:
    for lines in STEPS:
        for one in lines:
            one.pk = None
        write(*lines)
        assert told(by) == told(by, COUNTED)
        totals.keep_up("MX")
        assert told(by) == told(by, COUNTED)
    assert told(ME) == [("CA", 1, 0, 0, 0), ("US", 1, 3, 9, 3)]
    assert told(CHIEF) == [("CA", 1, 0, 0, 0), ("US", 1, 3, 9, 2)]
    assert told(ME, Question(other="CA")) == [("CA", 1, 0, 0, 0)]


@pytest.mark.django_db(transaction=True)
def test_a_line_whose_transaction_ends_late_is_not_lost(parties: Any) -> None:
    write(line("released", 1))
    with another() as late:
        late(line("released", 2))
        write(line("released", 3))
        totals.keep_up("MX")
        assert told(ME)[0][2] == 2
    assert told(ME)[0][2] == 3
    totals.keep_up("MX")
    assert told(ME) == told(ME, COUNTED)


@pytest.mark.django_db(transaction=True)
def test_the_transaction_that_a_row_ends_before_is_not_in_it(parties: Any) -> None:
    write(line("released", 1))
    with acting_as(NODE):
        [xid] = Disclosure.objects.values_list("xid", flat=True)
        totals.keep_up("MX")
        LedgerTotal.objects.update(base=0, upto=xid, sums={})
    assert told(ME) == told(ME, COUNTED) == [("US", 0, 1, 0, 0)]


@pytest.mark.django_db(transaction=True)
def test_lines_of_a_database_put_back_are_counted_once(parties: Any) -> None:
    write(line("released", 1), line("released", 2))
    totals.keep_up("MX")
    as_from_a_dump()
    totals.keep_up("MX")
    write(line("released", 3), line("amended", 2))
    assert told(ME) == told(ME, COUNTED) == [("US", 0, 3, 0, 0)]
    totals.keep_up("MX")
    assert told(ME) == [("US", 0, 3, 0, 0)]


@pytest.mark.django_db(transaction=True)
def test_sums_put_back_that_end_behind_every_transaction_here_lose_no_line(parties: Any) -> None:
    """Their database went on after its last line."""
    write(line("released", 1))
    totals.keep_up("MX")
    with acting_as(NODE):
        LedgerTotal.objects.update(upto=4_000_000_000)
    write(line("released", 2))
    assert told(ME) == told(ME, COUNTED) == [("US", 0, 2, 0, 0)]
    totals.keep_up("MX")
    write(line("released", 3))
    assert told(ME) == told(ME, COUNTED) == [("US", 0, 3, 0, 0)]


@pytest.mark.django_db(transaction=True)
def test_sums_of_another_cluster_count_for_nothing_however_far_its_numbers_had_come(
    parties: Any,
) -> None:
    """Ours have gone past them before the clock's first turn."""
    write(line("released", 1), line("released", 2))
    totals.keep_up("MX")
    with acting_as(NODE):
        kept = LedgerTotal.objects.get(whole=True)
        # It ended behind the lines that were written here, and had not seen them.
        LedgerTotal.objects.update(cluster=kept.cluster + 1, sums={"US": [0, 1, 0, 0]})
    assert told(ME) == told(ME, COUNTED) == [("US", 0, 2, 0, 0)]
    totals.keep_up("MX")
    assert told(ME) == [("US", 0, 2, 0, 0)]
    with acting_as(NODE):
        assert {row.cluster for row in LedgerTotal.objects.all()} == {kept.cluster}


@pytest.mark.django_db(transaction=True)
def test_days_that_leave_nothing_out_are_read_from_the_sums(
    parties: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    today, day = clock.today(), timedelta(days=1)
    write(line("released", 1, at=clock.now() - 9 * day), line("read", 1), line("released", 2))
    counted = monkeypatch.context
    everything = [("US", 0, 2, 0, 1)]
    with counted() as patch:
        patch.setattr(queries, "_counted", None)
        for since, until in (
            (today - 10 * day, None),
            (None, today + day),
            (today - 30 * day, today + 3 * day),
        ):
            assert told(ME, Question(since=since, until=until)) == everything
    assert told(ME, Question(since=today - 5 * day)) == [("US", 0, 1, 0, 1)]
    assert told(ME, Question(until=today - 5 * day)) == [("US", 0, 1, 0, 0)]
    assert told(ME, Question(since=today - 30 * day, kind="sighting")) == []


@pytest.mark.django_db(transaction=True)
def test_the_sums_are_read_and_no_old_line(parties: Any, django_assert_num_queries: Any) -> None:
    write(line("released", 1))
    totals.keep_up("MX")
    with acting_as(ME), django_assert_num_queries(2):
        queries.totals(ME, Question())
    with acting_as(CHIEF):
        assert [row.whole for row in LedgerTotal.objects.all()] == [False]
    with acting_as(Identity("US", UUID(int=3), "Auditor", frozenset({AUDITOR}))):
        assert not LedgerTotal.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("restored", [False, True])
def test_lines_that_arrive_meanwhile_are_in_no_part_of_an_export(
    parties: Any, monkeypatch: pytest.MonkeyPatch, restored: bool
) -> None:
    """One that got its id before, and ends between the asking and the making; and others behind it."""
    monkeypatch.setattr(exporting, "AT_ONCE", dict.fromkeys(exporting.AT_ONCE, 0))
    write(*(line("released", number) for number in range(1, 5)))
    if restored:
        as_from_a_dump()
    with another() as late:
        late(line("released", 90), line("released", 91))
        write(line("released", 5))
        with acting_as(ME):
            made = exporting.ask(by=ME, question=Question(), fmt=LedgerExport.CSV)
            assert made.total == 5
    write(line("released", 92))
    exporting.make_waiting("MX")
    with acting_as(ME):
        made.refresh_from_db()
        assert made.state == LedgerExport.DONE
        lines = list(exporting._lines(made, ME))
    assert sorted(one.record_id.int for one in lines) == [1, 2, 3, 4, 5]
    assert bytes(made.content).decode().count("\n") == 6


def as_from_a_dump() -> None:
    """Transactions' numbers of another database, far above those of this one."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET session_replication_role = replica")
        cursor.execute("UPDATE oversight_disclosure SET xid = xid + 4000000000")
        cursor.execute("SET session_replication_role = origin")
    take_runtime_role(connection=connection)


@contextmanager
def another() -> Iterator[Any]:
    """Write lines in a transaction of another connection, which ends with this block."""
    wanted, written, over = list[Disclosure](), threading.Event(), threading.Event()
    asked = threading.Event()

    def work() -> None:
        try:
            with acting_as(NODE):
                asked.wait(30)
                for one in wanted:
                    one.save(force_insert=True)
                written.set()
                over.wait(30)
        finally:
            written.set()
            connection.close()

    def write_late(*lines: Disclosure) -> None:
        wanted.extend(lines)
        asked.set()
        assert written.wait(30)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield write_late
    finally:
        over.set()
        thread.join()
