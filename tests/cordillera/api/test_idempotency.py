"""The same key: one effect, one answer."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.api.idempotency import forget_about
from cordillera.api.models import KeptAnswer
from cordillera.api.tasks import forget
from sharing.records.models import Record

from .caller import Caller, sort_of

DRAFT = {"kind": "offence_alert", "body": {"title": {"en": "Coil"}}}


def drafts(officer: Any) -> int:
    identity = Identity.of(officer)
    with acting_as(identity):
        return int(Record.objects.visible_to(identity).count())


def test_a_repetition_gets_the_same_answer_and_has_no_effect(cast: Any) -> None:
    caller = Caller(cast.originator)
    first = caller.post("records", DRAFT, Idempotency_Key="a")
    second = caller.post("records", DRAFT, Idempotency_Key="a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert (first["ETag"], first["Location"]) == (second["ETag"], second["Location"])
    assert second["Idempotency-Replayed"] == "true"
    assert drafts(cast.originator) == 1


def test_the_key_with_another_body_is_422(cast: Any) -> None:
    caller = Caller(cast.originator)
    caller.post("records", DRAFT, Idempotency_Key="a")
    response = caller.post("records", {"kind": "offence_alert"}, Idempotency_Key="a")
    assert (response.status_code, sort_of(response)) == (422, "key-reused")


def test_keys_of_two_accounts_are_apart(cast: Any) -> None:
    for officer in (cast.originator, cast.colleague, cast.outsider):
        assert Caller(officer).post("records", DRAFT, Idempotency_Key="a").status_code == 201
    assert drafts(cast.originator) == 2
    assert drafts(cast.outsider) == 1


def test_what_failed_may_be_tried_again_under_its_key(cast: Any) -> None:
    caller = Caller(cast.originator)
    bad = caller.post("records", {"kind": "offence_alert", "body": {"x": 1}}, Idempotency_Key="a")
    good = caller.post("records", DRAFT, Idempotency_Key="a")
    assert (bad.status_code, good.status_code) == (422, 201)


@pytest.mark.parametrize("key", ["", "x" * 201, "ñ", "a\tb"])
def test_an_unfit_key_is_named(cast: Any, key: str) -> None:
    response = Caller(cast.originator).post("records", DRAFT, Idempotency_Key=key)
    assert (response.status_code, sort_of(response)) == (400, "malformed")


def test_kept_answers_go_after_a_day(cast: Any) -> None:
    caller = Caller(cast.originator)
    caller.post("records", DRAFT, Idempotency_Key="a")
    with acting_as(Identity.of(cast.originator)):
        kept = KeptAnswer.objects.get()
        KeptAnswer.objects.update(at=kept.at - timedelta(hours=25))
    forget()
    with acting_as(Identity.of(cast.originator)):
        assert not KeptAnswer.objects.exists()


def test_where_nothing_is_named_nothing_is_forgotten(cast: Any) -> None:
    caller = Caller(cast.originator)
    first = caller.post("records", DRAFT, Idempotency_Key="a")
    with acting_as(Identity.of_node("US")):
        assert forget_about([]) == {}
    assert caller.post("records", DRAFT, Idempotency_Key="a").content == first.content


def test_nobody_reads_the_kept_answers_of_another(cast: Any) -> None:
    Caller(cast.originator).post("records", DRAFT, Idempotency_Key="a")
    for part in ("colleague", "outsider", "admin"):
        with acting_as(cast.identity(part)):
            assert not KeptAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_five_at_once_have_one_effect(cast: Any) -> None:
    caller = Caller(cast.originator)
    answers = []

    def post() -> None:
        answers.append(caller.again().post("records", DRAFT, Idempotency_Key="a"))
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert drafts(cast.originator) == 1
