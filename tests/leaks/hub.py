"""A node that hosts MX and CA, a US in other hands, and the plain model of what each channel brought."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto import ids
from cordillera.parties import agreements
from cordillera.parties.models import Officer
from sharing.desk.arrival import arrive
from sharing.exchange.formats.receipt import Receipt
from sharing.exchange.formats.statement import Expiry, Withdrawal
from sharing.records.models import Link, Record, Term, Version
from sharing.search.tasks import match_waiting
from tests.conftest import alert_body, alert_handling
from tests.leaks.world import Known
from tests.sharing.exchange.foreign import Foreign
from tests.sharing.exchange.incoming.conftest import alert, send

HOSTED = ("MX", "CA")


@dataclass
class Told:
    """One record of the US: its versions there, and what each Party here was brought of it."""

    pk: UUID
    reference: str
    audience: set[str]
    versions: list[Known] = field(default_factory=list)
    is_over: bool = False
    #: By Party: the numbers that it was brought since it was last taken away, and the state it knows.
    brought: dict[str, set[int]] = field(default_factory=lambda: {code: set() for code in HOSTED})
    state: dict[str, str] = field(default_factory=dict)

    def shown(self, party: str) -> Known | None:
        """The model: the newest version that the Party's own channel has brought."""
        return self.versions[max(self.brought[party]) - 1] if self.brought[party] else None


class Hub:
    """Plays what the US does and what its two channels bring, and keeps the model beside."""

    def __init__(self, us: Foreign) -> None:
        self.us = us
        self.records: list[Told] = []
        self.queues: dict[str, list[tuple[Told, str, int, str]]] = {code: [] for code in HOSTED}

    @property
    def known(self) -> list[Known]:
        return [version for told in self.records for version in told.versions]

    def release(self, audience: set[str]) -> None:
        reference = f"US-OA-2026-{len(self.records) + 1:05d}"
        told = Told(ids.new("US"), reference, audience)
        self.records.append(told)
        self._version(told)

    def amend(self, told: Told, audience: set[str]) -> None:
        if told.is_over:
            return
        for party in sorted(told.audience - audience):
            self._withdraw(told, party)
        told.audience = audience
        self._version(told)

    def recall(self, told: Told) -> None:
        if not told.is_over:
            for party in sorted(told.audience):
                self._withdraw(told, party)
        told.is_over = True

    def expire(self, told: Told) -> None:
        if told.is_over:
            return
        content = Expiry(told.pk, told.reference, len(told.versions))
        for party in sorted(told.audience):
            self.queues[party].append((told, "expired", 0, self.us.state(content)))

    def _version(self, told: Told) -> None:
        number = len(told.versions) + 1
        marker = f"zq{self.records.index(told)}{number}xusmarker"
        mark = f"ZXQU{self.records.index(told):03d}{number:04d}"
        text = alert(
            self.us,
            record=told.pk,
            reference=told.reference,
            number=number,
            body=alert_body(
                title={"en": f"Crate {marker}"},
                summary=f"Crate {marker}",
                goods=[{"hs": "721049", "description_declared": "Steel coil", "marks": mark}],
                links=[f"MX-OA-2026-{number:05d}"],
            ),
            handling=alert_handling("US", *sorted(told.audience)),
        )
        known = Known(marker, told.pk, "US", "released", frozenset(), False, frozenset())
        told.versions.append(known)
        for party in sorted(told.audience):
            self.queues[party].append((told, "version", number, text))

    def _withdraw(self, told: Told, party: str) -> None:
        number = len(told.versions)
        content = Withdrawal(told.pk, told.reference, "offence_alert", None, number, "narrowed")
        self.queues[party].append((told, "withdrawn", 0, self.us.state(content)))

    def deliver(self, party: str, refused: bool = False) -> None:
        """The channel's next item comes; a version is refused where it is over the ceiling."""
        if not self.queues[party]:
            return
        told, what, number, text = self.queues[party].pop(0)
        highest = "GREEN" if refused else "RED"
        agreements.change(party, "US", highest_tlp=highest, kinds=None, personal_data=True)
        answer = send(self.us, [text], to=party)
        (result,) = Receipt.peek(answer.body.decode()).results
        assert result.outcome == ("refused" if refused and what == "version" else "applied"), result
        arrive(party)
        match_waiting(party)
        if what == "withdrawn":
            told.brought[party] = set()
        elif what == "expired":
            told.state[party] = "expired"
        elif not refused:
            told.brought[party].add(number)
            told.state[party] = "released"


def model(hub: Hub, party: str) -> dict[str, Any]:
    """What the Party's officers find in the tables, by the model."""
    shown = {told.pk: (told, known) for told in hub.records if (known := told.shown(party))}
    return {
        "records": {
            (known.marker, told.state[party], max(told.brought[party]))
            for told, known in shown.values()
        },
        "versions": {
            (pk, number) for pk, (told, _) in shown.items() for number in told.brought[party]
        },
        "terms": {(pk, known.marker) for pk, (_, known) in shown.items()},
        "links": {(pk, max(told.brought[party])) for pk, (told, _) in shown.items()},
        "found": {known.marker for _, known in shown.values()},
    }


def tables(hub: Hub, officer: Officer) -> dict[str, Any]:
    """The same, as the database answers without any filter of ours."""
    with acting_as(Identity.of(officer)):
        records = Record.objects.select_related("current").all()
        by_mark = {
            f"ZXQU{at:03d}{number:04d}": known.marker
            for at, told in enumerate(hub.records)
            for number, known in enumerate(told.versions, 1)
        }
        return {
            "records": {
                (row.title["en"].removeprefix("Crate "), row.state, row.current.number)
                for row in records
                if row.current
            },
            "versions": set(Version.objects.values_list("record_id", "number")),
            "terms": {
                (pk, by_mark[value])
                for pk, value in Term.objects.values_list("record_id", "value")
                if value in by_mark
            },
            "links": {
                (pk, int(reference[-5:]))
                for pk, reference in Link.objects.values_list("record_id", "reference")
            },
            "found": {known.marker for known in hub.known if _is_found(known.marker)},
        }


def _is_found(word: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM search_records(%s::tsquery, NULL, 50)", [word])
        return bool(cursor.fetchall())
