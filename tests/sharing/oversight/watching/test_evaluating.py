"""From the log to a notice: once, extended, and read on by index."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.desk.models import InboxItem, Notification
from sharing.oversight.models import Hours, Notice, Thresholds
from sharing.oversight.watching import actions, steps
from sharing.oversight.watching.preview import preview

pytestmark = pytest.mark.django_db


def test_a_notice_names_officer_rule_and_entries(
    cast: Any, low: None, reads: Any, look: Any, seen: Any
) -> None:
    reads(7)
    assert look() == 1
    [notice] = seen()
    assert (notice.rule, notice.officer, notice.count) == ("hour", cast.recipient.pk, 7)
    assert len(notice.entries) == 7
    assert notice.officer_name == cast.recipient.name


def test_below_the_threshold_and_without_news_nothing_is_raised(
    low: None, reads: Any, look: Any, seen: Any
) -> None:
    reads(5)
    assert (look(), look(), seen()) == (0, 0, [])


def test_the_open_notice_is_extended_instead_of_a_second_one(
    low: None, reads: Any, look: Any, seen: Any
) -> None:
    reads(7)
    look()
    reads(2, begin=7)
    assert look() == 0
    [notice] = seen()
    assert (notice.count, len(notice.entries)) == (9, 9)


def test_what_an_auditor_closed_is_not_raised_again_but_new_use_is(
    cast: Any, low: None, reads: Any, look: Any, seen: Any
) -> None:
    reads(7)
    look()
    auditor = cast.identity("auditor")
    with acting_as(auditor):
        actions.close(by=auditor, notice=seen()[0], outcome="explained", note="A joint operation.")
    reads(3, begin=7)
    assert look() == 0
    reads(6, begin=20)
    assert look() == 1


def test_an_entry_whose_transaction_ends_late_is_not_missed(
    low: None, reads: Any, look: Any, seen: Any
) -> None:
    """The watch goes by the log's index, that an entry gets only when its transaction is over."""
    reads(4)
    look()
    reads(3, begin=4)
    assert look() == 1
    assert seen()[0].count == 7


def test_the_auditors_are_told_and_nobody_else(cast: Any, low: None, reads: Any, look: Any) -> None:
    reads(7)
    look()
    with acting_as(Identity.of_node("MX")):
        told = Notification.objects.filter(topic="watch").values_list("officer", flat=True)
        assert list(told) == [cast.auditor.pk]


def test_refusals_in_series_raise_a_notice(low: None, reads: Any, look: Any, seen: Any) -> None:
    reads(3, tag="access:refuse")
    assert look() == 1
    assert seen()[0].rule == Notice.REFUSED


def test_on_a_hub_each_party_watches_its_own(
    cast: Any, low: None, reads: Any, look: Any, seen: Any
) -> None:
    reads(60, part="originator")
    assert look("MX") == 0
    assert look("US") >= 1
    assert seen("auditor") == []


def test_a_system_account_is_held_to_thresholds_of_its_own(
    cast: Any, low: None, reads: Any, look: Any, seen: Any
) -> None:
    """Neither what is much for a person counts, nor the hours, nor the ports."""
    with acting_as(cast.identity("auditor")):
        Thresholds.objects.update(system_per_hour=20, out_of_hours=1, opens_at="03:00", days=[])
    cast.recipient.is_system = True
    cast.recipient.save()
    reads(20)
    assert look() == 0
    reads(1, begin=20)
    assert look() == 1
    [notice] = seen()
    assert (notice.rule, notice.count, notice.limit) == ("hour", 21, 20)


def test_the_preview_counts_system_accounts_too(cast: Any, low: None, reads: Any) -> None:
    with acting_as(cast.identity("auditor")):
        Thresholds.objects.update(system_per_hour=20)
    cast.recipient.is_system = True
    cast.recipient.save()
    reads(21)
    with acting_as(cast.identity("auditor")):
        found, _ = preview("MX", steps.limits_of("MX"))
    assert found == {"hour": 1}


def test_a_run_asks_the_same_whatever_the_number_of_officers(
    cast: Any, low: None, reads: Any, look: Any, django_assert_max_num_queries: Any
) -> None:
    reads(7)
    reads(7, part="analyst", begin=50)
    reads(0)
    from audit import sequencer
    from sharing.oversight.watching import evaluating

    sequencer.sequence()
    with django_assert_max_num_queries(45):
        assert evaluating.run("MX") == 2


def watch(**changes: Any) -> steps.Watch:
    hours = Hours.__subclasses__()[0](opens_at=time(6), closes_at=time(20), days=[0, 1, 2, 3, 4])
    for name in ("opens_at", "closes_at"):
        setattr(hours, name, changes.pop(name, getattr(hours, name)))
    given = {
        "pk": uuid4(),
        "name": "",
        "unit": 1,
        "port": "MXNLD",
        "zone": ZoneInfo("America/Monterrey"),
        "hours": hours,
        "always": False,
    }
    return steps.Watch(**{**given, **changes})


def test_hours_are_those_of_the_unit_s_clock() -> None:
    from datetime import UTC, datetime

    wednesday = datetime(2026, 11, 18, tzinfo=UTC)
    at_three, at_noon = wednesday.replace(hour=9), wednesday.replace(hour=18)
    assert watch().is_out_of_hours(at_three)
    assert not watch().is_out_of_hours(at_noon)
    assert not watch(always=True).is_out_of_hours(at_three)
    night = watch(opens_at=time(22), closes_at=time(6))
    assert not night.is_out_of_hours(at_three)
    assert night.is_out_of_hours(at_noon)
    saturday = datetime(2026, 11, 21, 18, tzinfo=UTC)
    assert watch().is_out_of_hours(saturday)


def test_a_record_of_another_port_is_outside_unless_it_was_referred() -> None:
    other = steps.Concern(frozenset({"MXTIJ"}), None, None, frozenset())
    assert not other.covers(watch())
    assert steps.Concern(frozenset({"MXTIJ", "MXNLD"}), None, None, frozenset()).covers(watch())
    assert steps.Concern(frozenset(), None, None, frozenset()).covers(watch())
    assert steps.Concern(frozenset({"MXTIJ"}), 1, None, frozenset()).covers(watch())
    assert other.covers(watch(port=""))


def test_records_of_other_ports_are_found_by_the_inbox(cast: Any, alert: Any) -> None:
    from sharing.desk import arrival

    arrival.arrive("MX")
    with acting_as(Identity.of_node("MX")):
        InboxItem.objects.update(places=["MXTIJ", "USLRD"])
        found = steps._concerns("MX", {alert.reference})
    assert found[alert.reference].ports == {"MXTIJ"}


def test_the_preview_runs_the_rules_over_the_log(cast: Any, low: None, reads: Any) -> None:
    reads(7)
    with acting_as(cast.identity("auditor")):
        raised, whole = preview("MX", steps.limits_of("MX"))
    assert (raised["hour"], whole) == (1, True)
    assert clock.now()
