"""Time passes: warned, expired, locked, deleted, each once; reminders and mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail as outbox

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.desk import arrival, deadlines, mail, reminders, tasks
from sharing.desk.models import InboxItem, Notification
from sharing.records import actions
from sharing.records.actions import endings
from sharing.records.models import Record
from tests.conftest import alert_body, alert_handling, released

pytestmark = pytest.mark.django_db
REVIEW, EXPIRY = date(2027, 5, 13), date(2027, 11, 13)


@contextmanager
def day(when: date) -> Iterator[None]:
    with clock.at(datetime.combine(when, time(12), UTC)):
        yield


def state(record: Any) -> str:
    with acting_as(Identity.of_node("US")):
        return str(Record.objects.get(pk=record.pk).state)


def topics(party: str) -> list[str]:
    with acting_as(Identity.of_node(party)):
        return sorted(Notification.objects.filter(party=party).values_list("topic", flat=True))


@pytest.fixture
def short_lived(cast: Any) -> Any:
    """An alert whose review and expiry fall on one day."""
    with acting_as(cast.identity("originator")):
        draft = actions.draft(
            kind="offence_alert",
            by=cast.identity("originator"),
            body=alert_body(),
            handling=alert_handling("MX", review_on="2027-05-13", expires_on="2027-05-13"),
        )
    return released(cast, draft)


def test_authors_and_supervisors_are_warned_once(cast: Any, alert: Any) -> None:
    with day(REVIEW - timedelta(days=29)):
        assert deadlines.run("US")["warned"] == 2
        assert deadlines.run("US")["warned"] == 0
    assert topics("US").count("review_due") == 2


def test_nobody_is_warned_too_early(cast: Any, alert: Any) -> None:
    with day(REVIEW - timedelta(days=60)):
        assert deadlines.run("US")["warned"] == 0


def test_what_nobody_reviewed_is_locked_and_gone_for_the_others(cast: Any, alert: Any) -> None:
    arrival.arrive("MX")
    with day(REVIEW + timedelta(days=1)):
        assert deadlines.run("US")["locked"] == 1
        assert deadlines.run("US")["locked"] == 0
        arrival.arrive("MX")
    assert state(alert) == "locked"
    with acting_as(Identity.of_node("MX")):
        assert InboxItem.objects.get(record=alert.pk).is_gravestone


def test_on_its_last_day_it_still_stands(cast: Any, alert: Any) -> None:
    with day(REVIEW):
        deadlines.run("US")
    assert state(alert) == "released"


def test_expired_then_locked_then_deleted(cast: Any, short_lived: Any) -> None:
    with day(REVIEW + timedelta(days=1)):
        assert deadlines.run("US")["expired"] == 1
    assert state(short_lived) == "expired"
    with day(REVIEW + timedelta(days=31)):
        assert deadlines.run("US")["locked"] == 1
    with day(REVIEW + timedelta(days=300)):
        assert deadlines.run("US")["deleted"] == 0
    with day(REVIEW + timedelta(days=400)):
        assert deadlines.run("US")["deleted"] == 1
    assert state(short_lived) == "deleted"


def test_expiry_reopens_nobodys_item(cast: Any, short_lived: Any) -> None:
    arrival.arrive("MX")
    before = topics("MX")
    with day(REVIEW + timedelta(days=1)):
        deadlines.run("US")
        arrival.arrive("MX")
    assert topics("MX") == before


def test_one_record_that_fails_holds_up_no_other(
    cast: Any, alert: Any, short_lived: Any, monkeypatch: Any
) -> None:
    whole = endings.lock

    def picky(*, record: Any, by: Any) -> Any:
        if record.pk == alert.pk:
            raise OSError("this one not")
        return whole(record=record, by=by)

    monkeypatch.setattr(endings, "lock", picky)
    with day(EXPIRY + timedelta(days=60)):
        deadlines.run("US")
    assert (state(alert), state(short_lived)) == ("expired", "locked")


def test_another_partys_node_ends_nothing(cast: Any, alert: Any) -> None:
    with day(EXPIRY + timedelta(days=60)):
        assert not any(deadlines.run("MX").values())
    assert state(alert) == "released"


def notice(cast: Any, today: date, **clocks: str) -> Any:
    body = {
        "title": {"en": "Steel import monitoring"},
        "original_language": "en",
        "summary": "Licences for steel.",
        "typology": ["origin_fraud"],
        "legal_basis": ["USMCA-7.25.3b"],
        "priority": "medium",
        "measure": {"type": "regulation", "stage": "proposed", "instrument": "19 CFR 360"},
        "impact": {"affects": ["MX"], "level": "high"},
        **clocks,
    }
    with day(today):
        with acting_as(cast.identity("originator")):
            draft = actions.draft(
                kind="advance_notice",
                by=cast.identity("originator"),
                body=body,
                handling=alert_handling("MX", tlp="GREEN", codes=[]),
            )
        record = released(cast, draft)
        arrival.arrive("MX")
    return record


def test_reminders_before_comments_end_and_it_takes_effect(cast: Any) -> None:
    start = date(2026, 11, 1)
    notice(cast, start, comment_until="2026-12-20", effective="2027-02-01")
    for when in (date(2026, 12, 6), date(2026, 12, 7), date(2026, 12, 17), date(2027, 1, 5)):
        with day(when):
            reminders.run("MX")
            reminders.run("MX")
    told = topics("MX")
    assert (told.count("comment_until"), told.count("effective")) == (4, 2)


def test_no_reminder_of_a_threshold_that_was_over_when_it_came(cast: Any) -> None:
    notice(cast, date(2026, 12, 10), comment_until="2026-12-20", effective="2027-06-01")
    with day(date(2026, 12, 11)):
        reminders.run("MX")
    assert "comment_until" not in topics("MX")


def test_mail_says_nothing_but_that_something_waits(cast: Any, alert: Any) -> None:
    arrival.arrive("MX")
    assert mail.send("MX") == 2
    sent = next(m for m in outbox.outbox if m.to == ["mx.officer@example.org"])
    assert "/notifications/" in sent.body
    for secret in (alert.reference, "Galvanised", "US"):
        assert secret not in sent.body + sent.subject


def test_mail_is_throttled_and_sent_again_later(cast: Any, alert: Any) -> None:
    arrival.arrive("MX")
    mail.send("MX")
    assert mail.send("MX") == 0
    with acting_as(Identity.of_node("MX")):
        Notification.objects.filter(party="MX").update(mailed_at=None)
        one = Notification.objects.filter(party="MX", officer=cast.recipient).first()
        Notification.objects.filter(pk=one.pk).update(mailed_at=clock.now())
    assert mail.send("MX") == 1


def test_no_mail_for_who_switched_it_off(cast: Any, alert: Any) -> None:
    cast.recipient.mail_notices = False
    cast.recipient.save()
    arrival.arrive("MX")
    assert mail.send("MX") == 1


def test_a_mail_that_fails_is_tried_again(cast: Any, alert: Any, monkeypatch: Any) -> None:
    def away(*args: Any) -> None:
        raise ConnectionRefusedError

    arrival.arrive("MX")
    with monkeypatch.context() as broke:
        broke.setattr(mail, "send_mail", away)
        assert mail.send("MX") == 0
    assert mail.send("MX") == 2


def test_the_beat_tasks_run_for_every_party(cast: Any, alert: Any) -> None:
    tasks.sweep()
    tasks.deadlines()
    with acting_as(Identity.of_node("MX")):
        assert InboxItem.objects.count() == 1
