"""The demo's disputes: one Party finds another's record wrong, the originator decides, and what was
upheld is corrected; each step through the real actions, by an officer of the Party that acts."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from cordillera.access.session import acting_as
from sharing.records import actions, disputes
from sharing.records.models import Record

from . import people

Step = tuple[str, str, Callable[[], None]]


def moments(example: dict[str, Any]) -> Iterator[Step]:
    """(when, Party, what happens) of one example."""
    dates, about = example["dates"], example["record"]
    originator = about[:2]
    yield dates["asked"], example["from_party"], lambda: _dispute(example)
    if "outcome" in example:
        yield dates["decided"], originator, lambda: _rule(originator, example)
    if "corrected" in example:
        yield dates["decided"], originator, lambda: _correct(originator, example)


def _found(reference: str) -> Record:
    record: Record = Record.objects.select_related("current", "about").get(reference=reference)
    return record


def _dispute(example: dict[str, Any]) -> None:
    by = people.identity(example["from_party"], "officer")
    body = {
        "points": [{k: v for k, v in point.items() if v} for point in example["points"]],
        "summary": example["grounds"],
        "evidence": example["evidence"],
        "original_language": example["original_language"],
    }
    with acting_as(by):
        actions.answer(about=_found(example["record"]), kind=disputes.DISPUTE, by=by, body=body)


def _of(example: dict[str, Any]) -> Record:
    """The dispute that this example has made."""
    about = _found(example["record"])
    found: Record = Record.objects.select_related("about__current", "current").get(
        about=about, kind=disputes.DISPUTE
    )
    return found


def _rule(party: str, example: dict[str, Any]) -> None:
    body = {
        "outcome": example["outcome"],
        "summary": example["decision"],
        "original_language": example["original_language"],
    }
    officer, second = people.identity(party, "officer"), people.identity(party, "supervisor")
    with acting_as(officer):
        decision = actions.rule(dispute=_of(example), by=officer, body=body)
    with acting_as(second):
        actions.approve(record=decision.record, by=second)


def _correct(party: str, example: dict[str, Any]) -> None:
    """The amendment that the decision promised."""
    officer, second = people.identity(party, "officer"), people.identity(party, "supervisor")
    with acting_as(officer):
        record = _found(example["record"])
        correction = {"reason": example["decision"], "disputes": [_of(example).reference]}
        version = actions.amend(record=record, by=officer, correction=correction)
        body = copy.deepcopy(version.body)
        for path, value in example["corrected"].items():
            _put(body, path.split("."), value)
        record.refresh_from_db()
        actions.save_draft(record=record, by=officer, body=body, handling=version.handling)
        actions.submit(record=record, by=officer)
    with acting_as(second):
        actions.approve(record=_found(example["record"]), by=second)


def _put(body: Any, steps: list[str], value: str) -> None:
    for step in steps[:-1]:
        body = body[int(step)] if isinstance(body, list) else body[step]
    body[int(steps[-1]) if isinstance(body, list) else steps[-1]] = value
