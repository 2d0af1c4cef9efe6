"""Load the demo: a year of fictitious records, through the real actions, dated from today.

Each example becomes moments (a release, an acknowledgement, a sighting …) that are played in the
order of time, with the clock set to each; each at the node that hosts the Party whose officer acts.
References are given by the platform, so the examples' own ones are replaced everywhere by those
that the records get.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from audit import log
from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.doorbell import silenced
from cordillera.parties.models import Party
from sharing.desk import arrival
from sharing.desk.models import Notification
from sharing.records import actions, kinds
from sharing.records.kinds import examples
from sharing.records.models import Record

from . import disputing, oversight, people

FILE = Path(__file__).parent / "data" / "examples.json"
REFERENCE = re.compile(r"\b(?:TRI|US|MX|CA)-[A-Z]{2}-\d{4}-\d{3,5}\b")
#: The examples' own kind for what is acted out as a dispute, its decision and the correction.
CORRECTION = "correction_request"
#: Where an example's own dates say when it was released.
RELEASED = ("released", "notified", "reported", "entered", "concluded")


@dataclass(order=True)
class Moment:
    """Something that happens in the demo, at a time."""

    at: datetime
    order: int
    party: str = field(compare=False)
    play: Callable[[], None] = field(compare=False)


class Loader:
    """The demo's moments, in their order, and what plays those of the Parties hosted here."""

    def __init__(self, today: date) -> None:
        data = json.loads(FILE.read_text(encoding="utf-8"))
        epoch = date.fromisoformat(data["meta"]["demo_epoch"])
        days = (today - epoch).days
        known = {kind.code for kind in kinds.all()}
        shifted = [examples.shift(r, days) for r in data["records"] if r["kind"] in known]
        self.numbers = _numbers(shifted)
        self.examples = [self._renumber(r) for r in shifted]
        disputed = [examples.shift(r, days) for r in data["records"] if r["kind"] == CORRECTION]
        disputed = [r for r in disputed if r["record"] in self.numbers]
        self.today = today
        self.moments: list[Moment] = []
        for example in self.examples:
            self._plan(example)
        for example in map(self._renumber, disputed):
            for at, party, play in disputing.moments(example):
                self._add(_moment(at), party, play)
        self.moments.sort()

    def load(self, progress: Callable[[int, int], None]) -> int:
        """Play everything; `progress(done, all)` after each moment. Returns the records made."""
        for done in range(len(self.moments)):
            self.play(done)
            progress(done + 1, len(self.moments))
        oversight.play()
        read_what_is_old()
        return len(self.examples)

    def play(self, number: int) -> None:
        """Let one moment happen at its time, and what it brings to Parties that are hosted here."""
        moment = self.moments[number]
        with silenced(), clock.at(moment.at):
            moment.play()
            arrive()

    # --- Preparing an example -----------------------------------------------------------------
    def _renumber(self, value: Any) -> Any:
        """The same value with the references that the records get; links to kinds that do not
        exist here are left out."""
        if isinstance(value, dict):
            return {k: self._renumber(v) for k, v in value.items()}
        if isinstance(value, list):
            kept = (v for v in value if not self._is_foreign(v))
            return [self._renumber(v) for v in kept]
        if isinstance(value, str):
            return REFERENCE.sub(lambda m: self.numbers.get(m[0], m[0]), value)
        return value

    def _is_foreign(self, value: Any) -> bool:
        text = value.get("to") if isinstance(value, dict) else value
        return (
            isinstance(text, str)
            and REFERENCE.fullmatch(text) is not None
            and text not in self.numbers
        )

    # --- Planning and playing -----------------------------------------------------------------
    def _add(self, at: datetime, party: str, play: Callable[[], None]) -> None:
        self.moments.append(Moment(at, len(self.moments), party, play))

    def _plan(self, example: dict[str, Any]) -> None:
        at, party = released_at(example), example["originator"]["country"]
        if "sighting_of" in example:
            body, _ = examples.convert(example)
            self._add(at, party, lambda: _answer(party, example["sighting_of"], "sighting", body))
            return
        self._add(at, party, lambda: self._release(party, example))
        for answer in example.get("acknowledgements", ()):
            body = {"result": "assigned", "handled_by": answer.get("by", "")}
            self._plan_answer(example["ref"], answer, "acknowledgement", body)
        for answer in example.get("comments", ()):
            nature = "question" if "?" in answer["text"] or "Asks" in answer["text"] else "comment"
            body = {"nature": nature, "summary": answer["text"], "original_language": "en"}
            self._plan_answer(example["ref"], answer, "comment", body)

    def _plan_answer(
        self, about: str, answer: dict[str, Any], kind: str, body: dict[str, Any]
    ) -> None:
        party = answer["party"]
        self._add(_moment(answer["at"]), party, lambda: _answer(party, about, kind, body))

    def _release(self, party: str, example: dict[str, Any]) -> None:
        named = people.named([p for p in example["handling"]["releasable_to"] if p != party])
        body, handling = examples.convert(example, named=named)
        officer, second = people.identity(party, "officer"), people.identity(party, "supervisor")
        with acting_as(officer):
            unit = people.unit(Party.objects.get(code=party), example["originator"]["unit"])
            record = actions.draft(
                kind=example["kind"],
                by=officer,
                body=body,
                handling=self._handling(example, handling),
                unit_id=unit.pk,
            )
            actions.submit(record=record, by=officer)
        if example["status"] == "pending_release":
            return
        with acting_as(second):
            actions.approve(record=record, by=second)

    def _handling(self, example: dict[str, Any], handling: dict[str, Any]) -> dict[str, Any]:
        if example["status"] == "closed":
            end = (self.today - timedelta(days=12)).isoformat()
            handling = {**handling, "review_on": end, "expires_on": end}
        return handling


def _answer(party: str, about: str, kind: str, body: dict[str, Any]) -> None:
    by = people.identity(party, "officer")
    with acting_as(by):
        record = Record.objects.select_related("current").get(reference=about)
        actions.answer(about=record, kind=kind, by=by, body=body)


def arrive() -> None:
    """Take in what waits for the Parties that are hosted here."""
    for party in people.hosted():
        arrival.arrive(party)


def read_what_is_old() -> None:
    """Officers have read what they were notified of, but for the last two days."""
    old = clock.now() - timedelta(days=2)
    for party in people.hosted():
        with acting_as(Identity.of_node(party)):
            told = Notification.objects.filter(party=party, created_at__lt=old)
            told.update(read_at=F("created_at"))


def released_at(example: dict[str, Any]) -> datetime:
    """When the example left its Party."""
    dates = example["dates"]
    return _moment(
        next(dates[name] for name in RELEASED if dates.get(name))
        if any(dates.get(name) for name in RELEASED)
        else dates["drafted"]
    )


def _moment(text: str) -> datetime:
    if "T" in text:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return datetime.combine(date.fromisoformat(text), time(15, 0), UTC)


def _numbers(found: list[dict[str, Any]]) -> dict[str, str]:
    """Example's reference -> the one that its record will get, in the order of release."""
    last: Counter[tuple[str, str, int]] = Counter()
    numbers = {}
    for example in sorted(found, key=released_at):
        if example["status"] == "pending_release":
            continue
        party, kind = example["originator"]["country"], kinds.get(example["kind"])
        year = released_at(example).year
        last[party, kind.letters, year] += 1
        number = last[party, kind.letters, year]
        numbers[example["ref"]] = f"{party}-{kind.letters}-{year}-{number:05d}"
    return numbers


@transaction.atomic
def settle(password: str) -> None:
    """Make the Parties that this node hosts, and their officers."""
    people.make_parties(people.hosted())
    people.make_officers(password, people.hosted())
    log.write("demo:load", actor=None)


@transaction.atomic
def load(password: str, progress: Callable[[int, int], None]) -> int:
    """Make the Parties, the officers and the records. All or nothing; for a hub."""
    settle(password)
    return Loader(clock.today()).load(progress)
