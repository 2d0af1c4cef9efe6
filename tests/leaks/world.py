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
    kind: str = ""
    ends: Known | None = None

    @property
    def is_titled(self) -> bool:
        """Whether its name is its marker: a dispute, and what ends it, is named for what it is."""
        return self.kind in ("", "comment")


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
        self._answer(known, party, "comment", nature="comment")

    def dispute(self, known: Known, party: str) -> None:
        if party != known.originator:
            self._answer(known, party, "dispute", points=[{"field": "goods.0.hs"}])

    def withdraw(self, known: Known) -> None:
        """The one who made the dispute takes it back."""
        about = known.about
        if about is None or not self._is_open(known):
            return
        reference = self._reference(known)
        self._answer(about, known.originator, "dispute_withdrawal", ends=known, dispute=reference)

    def rule(self, known: Known) -> None:
        """The originator of the disputed record decides, with four eyes."""
        about = known.about
        if about is None or not self._is_open(known) or not self._can_decide(about):
            return
        me, second = self.by(about.originator, "officer"), self.by(about.originator, "supervisor")
        marker = self._marker(about.originator)
        with acting_as(me):
            ruling = actions.rule(
                dispute=Record.objects.select_related("about").get(pk=known.pk),
                by=me,
                body={"outcome": "rejected", "summary": f"Crate {marker}"},
            ).record
        with acting_as(second):
            actions.approve(record=Record.objects.get(pk=ruling.pk), by=second)
        self._arrive()
        self._keep(marker, ruling.pk, about.originator, about, me, "ruling", known)

    def _can_decide(self, about: Known) -> bool:
        """Of TLP:RED nobody decides whom it does not name; here it names no supervisor."""
        return about.state == "released" and not about.red

    def _is_open(self, known: Known) -> bool:
        ended = any(one.ends is known for one in self.records)
        return known.kind == "dispute" and not ended

    def _reference(self, known: Known) -> str:
        with acting_as(self.by(known.originator, "officer")):
            found = Record.objects.filter(pk=known.pk).values_list("reference", flat=True)
            return str(found.first())

    def _answer(
        self, known: Known, party: str, kind: str, ends: Known | None = None, **body: Any
    ) -> None:
        me = self.by(party, "officer")
        if (
            known.about
            or known.state != "released"
            or not may_see(self.officers[f"{party.lower()}.officer"], known)
        ):
            return
        marker = self._marker(party)
        with acting_as(me):
            record = actions.answer(
                about=Record.objects.select_related("current").get(pk=known.pk),
                kind=kind,
                by=me,
                body={**body, "summary": f"Crate {marker}"},
            )
        self._arrive()
        self._keep(marker, record.pk, party, known, me, kind, ends)

    def _marker(self, party: str) -> str:
        return f"zq{len(self.records)}x{party.lower()}marker"

    def _keep(
        self,
        marker: str,
        pk: UUID,
        party: str,
        about: Known,
        by: Identity,
        kind: str,
        ends: Known | None,
    ) -> None:
        """An answer goes to all who have the record; what ends a dispute, to those of them alone who
        had the dispute."""
        audience = about.audience if ends is None else about.audience & ends.audience
        self.records.append(
            Known(
                marker=marker,
                pk=pk,
                originator=party,
                state="released",
                audience=audience | {about.originator, party},
                red=about.red,
                named=about.named | {by.own} if about.red else frozenset(),
                ever=set(audience | {about.originator, party}),
                about=about,
                kind=kind,
                ends=ends,
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
