"""Another Party's disputes: none is decided, taken back, or found out by who has no part in them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from cordillera.access.session import acting_as
from cordillera.crypto import ids
from sharing.records import actions
from sharing.records.models import Record
from tests.cordillera.api.caller import Caller

GROUNDS = {"points": [{"field": "goods.0.hs"}], "summary": "Not so."}


@pytest.fixture
def found(cast: Any, alert: Any) -> Record:
    """MX's dispute of a record that CA does not have."""
    me = cast.identity("recipient")
    with acting_as(me):
        made: Record = actions.answer(
            about=Record.objects.get(pk=alert.pk), kind="dispute", by=me, body=GROUNDS
        )
    return made


def said(answer: Any, *hidden: object) -> tuple[int, str]:
    """Status and body, without the id that was asked for."""
    text = answer.content.decode()
    for one in hidden:
        text = text.replace(str(one), "…")
    return answer.status_code, text


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "answers", {"kind": "dispute", "body": GROUNDS}),
        ("POST", "answers/begin", {"kind": "dispute"}),
        ("POST", "ruling", {"body": {"outcome": "upheld", "summary": "So it is."}}),
        ("GET", "disputes", None),
        ("GET", "attachments", None),
        ("HEAD", "disputes", None),
        ("POST", "attachments", {"name": "a.pdf", "size": 9}),
        ("GET", f"attachments/{UUID(int=7)}/content", None),
    ],
)
def test_a_hidden_record_and_one_that_never_was_are_answered_alike(
    cast: Any, found: Record, method: str, path: str, content: Any
) -> None:
    caller = Caller(cast.outsider)
    wanted = [found.about_id, found.pk]
    never = [ids.new("US"), ids.new("MX"), uuid4()]
    answers = {
        said(caller(method, f"records/{pk}/{path}", content), pk) for pk in [*wanted, *never]
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_who_is_not_the_originator_decides_nothing(cast: Any, found: Record) -> None:
    body = {"outcome": "upheld", "summary": "So it is."}
    answer = Caller(cast.recipient)("POST", f"records/{found.pk}/ruling", {"body": body})
    assert answer.status_code in (403, 404)


def test_a_reference_tells_nothing_to_who_would_withdraw_it(
    cast: Any, found: Record, release: Any
) -> None:
    shared = release("CA", "MX")
    caller = Caller(cast.outsider)
    answers = set()
    for reference in (found.reference, "MX-DP-2026-09999"):
        body = {"dispute": reference, "summary": "Never mind."}
        given = {"kind": "dispute_withdrawal", "body": body}
        answers.add(said(caller("POST", f"records/{shared.pk}/answers", given), reference))
    assert len(answers) == 1
    assert answers.pop()[0] == 422
