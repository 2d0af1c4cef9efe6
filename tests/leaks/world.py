"""A small world of records that Hypothesis plays in, and the plain model of who may see what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer
from sharing.desk.arrival import arrive
from sharing.records import actions
from sharing.records.models import Record
from tests.conftest import alert_body, alert_handling

PARTIES = ("US", "MX", "CA")


@dataclass
class Known:
    """What the model knows of one record: never read back from the platform."""

    marker: str
    pk: UUID
    originator: str
    state: str
    audience: frozenset[str]
    red: bool
    named: frozenset[UUID]
    ever: set[str] = field(default_factory=set)
    about: Known | None = None


def may_see(officer: Officer, known: Known) -> bool:
    """The model: who may see a record's content."""
    if not set(officer.roles) & {"officer", "supervisor", "analyst"}:
        return False
    named = not known.red or officer.pk in known.named
    if known.originator == officer.party_id:
        return named or ("supervisor" in officer.roles and known.about is None)
    if known.about and not may_see(officer, known.about):
        return False
    in_force = known.state in ("released", "amended")
    return in_force and officer.party_id in known.audience and named


class World:
    """Plays moves through the real actions and keeps the model beside."""

    def __init__(self, officers: list[Officer]) -> None:
        self.officers = {o.username: o for o in officers}
        self.records: list[Known] = []

    def by(self, party: str, role: str) -> Identity:
        return Identity.of(self.officers[f"{party.lower()}.{role}"])

    def draft(self, party: str, audience: set[str], red: bool, name_officer: bool) -> None:
        marker = f"zq{len(self.records)}x{party.lower()}marker"
        me = self.by(party, "officer")
        others = sorted(audience - {party})
        named = self._named(others if red and name_officer and others else [party])
        handling = self._handling(others, red, named)
        with acting_as(me):
            record = actions.draft(
                kind="offence_alert",
                by=me,
                body=alert_body(title={"en": f"Crate {marker}"}, summary=f"Crate {marker}"),
                handling=handling,
            )
        self.records.append(
            Known(
                marker=marker,
                pk=record.pk,
                originator=party,
                state="draft",
                audience=frozenset({*others, party}),
                red=red,
                named=frozenset({me.own, *named}) if red else frozenset(),
            )
        )

    def release(self, known: Known) -> None:
        if known.state != "draft":
            return
        self._decide(known)
        known.state = "released"
        known.ever |= known.audience

    def change_audience(self, known: Known, audience: set[str], red: bool) -> None:
        if known.about or known.state != "released":
            return
        me = self.by(known.originator, "officer")
        others = sorted(audience - {known.originator})
        named = self._named(others or [known.originator])
        if known.red and me.own not in known.named:
            return
        with acting_as(me):
            record = Record.objects.get(pk=known.pk)
            actions.amend(record=record, by=me)
            actions.save_draft(
                record=record,
                by=me,
                body=alert_body(
                    title={"en": f"Crate {known.marker}"}, summary=f"Crate {known.marker}"
                ),
                handling=self._handling(others, red, named),
            )
        self._decide(known)
        known.audience = frozenset({*others, known.originator})
        known.red = red
        known.named = frozenset({me.own, *named}) if red else frozenset()
        known.ever |= known.audience

    def recall(self, known: Known) -> None:
        if known.about or known.state != "released":
            return
        me, second = self.by(known.originator, "officer"), self.by(known.originator, "supervisor")
        with acting_as(me):
            record = Record.objects.get(pk=known.pk)
            actions.propose_recall(record=record, by=me, reason="Not so")
        with acting_as(second):
            actions.approve(record=Record.objects.get(pk=known.pk), by=second)
        self._arrive()
        known.state = "recalled"

    def comment(self, known: Known, party: str) -> None:
        me = self.by(party, "officer")
        if (
            known.about
            or known.state != "released"
            or not may_see(self.officers[f"{party.lower()}.officer"], known)
        ):
            return
        marker = f"zq{len(self.records)}x{party.lower()}marker"
        with acting_as(me):
            record = actions.answer(
                about=Record.objects.select_related("current").get(pk=known.pk),
                kind="comment",
                by=me,
                body={"nature": "comment", "summary": f"Crate {marker}"},
            )
        self._arrive()
        self.records.append(
            Known(
                marker=marker,
                pk=record.pk,
                originator=party,
                state="released",
                audience=known.audience,
                red=known.red,
                named=known.named | {me.own} if known.red else frozenset(),
                ever=set(known.audience),
                about=known,
            )
        )

    def _decide(self, known: Known) -> None:
        me, second = self.by(known.originator, "officer"), self.by(known.originator, "supervisor")
        with acting_as(me):
            actions.submit(record=Record.objects.get(pk=known.pk), by=me)
        with acting_as(second):
            actions.approve(record=Record.objects.get(pk=known.pk), by=second)
        self._arrive()

    def _arrive(self) -> None:
        for party in PARTIES:
            arrive(party)

    def _named(self, parties: list[str]) -> list[UUID]:
        return [self.officers[f"{p.lower()}.officer"].pk for p in parties]

    def _handling(self, others: list[str], red: bool, named: list[UUID]) -> dict[str, Any]:
        if not red:
            return alert_handling(*others)
        return alert_handling(*others, tlp="RED", named=[str(n) for n in named])
