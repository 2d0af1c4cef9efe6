"""What auditors find in the demo: old records at the end of their time, and unusual use.

Old records are each Party's own, released within it alone, so that they travel nowhere. The log sets
its entries' time itself: what officers did is done now, and the watch finds it as it would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from cordillera import clock
from cordillera.access import refusals
from cordillera.access.decide import Refused, require
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.doorbell import silenced
from sharing.oversight.retention import actions as retention
from sharing.oversight.watching import actions as watching
from sharing.oversight.watching.bounds import NAMES
from sharing.oversight.watching.steps import limits_of
from sharing.records import actions, queries
from sharing.records.actions import endings
from sharing.records.models import Record
from sharing.records.reading.noted import note_reading
from sharing.search.noting import note_search
from sharing.search.queries import Search, search

from . import people

#: How many days ago, and for whom: a person of whom no record speaks, without a record behind it.
SOUGHT = ((19, "Aurelio Quintanar Sáez"), (9, "Delphine Marchais"), (2, "Harlan T. Whitcombe"))
#: How many days ago: released, locked, deleted. What is not deleted waits for it.
OLD: tuple[tuple[int, int, int | None], ...] = (
    (820, 410, 44),
    (760, 348, None),
    (610, 215, None),
    (480, 96, None),
)
HELD = 2
TITLES = {
    "en": "Undervalued footwear, consignment {number}",
    "es": "Calzado subvaluado, embarque {number}",
    "fr": "Chaussures sous-évaluées, envoi {number}",
}
SUMMARY = {
    "en": "Invoices below the cost of the raw material; closed after payment.",
    "es": "Facturas por debajo del costo de la materia prima; cerrado tras el pago.",
    "fr": "Factures inférieures au coût de la matière première ; clos après paiement.",
}
LANGUAGES = {"US": "en", "MX": "es", "CA": "fr"}
PLACES = {"US": "USLRD", "MX": "MXNLD", "CA": "CAMTR"}
WHY = {
    "en": "The importer has appealed; the court asked for the file.",
    "es": "El importador impugnó la resolución; el tribunal pidió el expediente.",
    "fr": "L’importateur a fait appel ; le tribunal a demandé le dossier.",
}


def play() -> None:
    """For each Party hosted here."""
    for party in people.hosted():
        with silenced():
            for number, ages in enumerate(OLD):
                _age(party, number, *ages)
            _hold(party)
            _watch(party)
            _use(party)
            _search(party)


@contextmanager
def _ago(days: int) -> Iterator[None]:
    moment = datetime.combine(clock.today() - timedelta(days=days), time(15), UTC)
    with clock.at(moment):
        yield


def _age(party: str, number: int, released: int, locked: int, deleted: int | None) -> None:
    node = Identity.of_node(party)
    with _ago(released):
        pk = _release(party, number, clock.today() + timedelta(days=released - locked - 1))
    _end(node, pk, locked, endings.lock)
    if deleted is not None:
        _end(node, pk, deleted, endings.purge)


def _end(node: Identity, pk: Any, days: int, action: Callable[..., Any]) -> None:
    with _ago(days), acting_as(node):
        action(record=Record.objects.get(pk=pk), by=node)


def _release(party: str, number: int, review_on: date) -> Any:
    officer, second = people.identity(party, "officer"), people.identity(party, "supervisor")
    with acting_as(officer):
        record = actions.draft(
            kind="offence_alert",
            by=officer,
            body=_body(party, number),
            handling={
                "audience": [],
                "tlp": "AMBER",
                "purpose": "customs_enforcement",
                "onward_disclosure": "originator_consent",
                "evaluation": {"source": "A", "information": "2"},
                "review_on": review_on.isoformat(),
                "expires_on": (review_on + timedelta(days=365)).isoformat(),
            },
        )
        actions.submit(record=record, by=officer)
    with acting_as(second):
        actions.approve(record=record, by=second)
    return record.pk


def _body(party: str, number: int) -> dict[str, Any]:
    language = LANGUAGES[party]
    return {
        "title": {name: words.format(number=number + 1) for name, words in TITLES.items()},
        "original_language": language,
        "summary": SUMMARY[language],
        "typology": ["undervaluation"],
        "legal_basis": ["USMCA-7.25.7"],
        "priority": "medium",
        "observed": f"{clock.today().isoformat()}T12:00:00Z",
        "location": {"place": PLACES[party]},
        "goods": [{"hs": "640399", "description_declared": "Footwear"}],
        "requested_action": {"code": "specific_check", "text": WHY[language]},
    }


def _hold(party: str) -> None:
    """The auditor holds one of the old records back."""
    auditor = people.identity(party, "auditor")
    with acting_as(auditor):
        locked = Record.objects.visible_to(auditor).order_by("released_at")
        retention.hold(
            by=auditor,
            record=locked[HELD - 1].pk,
            reason=WHY[LANGUAGES[party]],
            review_on=clock.today() + timedelta(days=75),
        )


def _watch(party: str) -> None:
    """The auditor wants to be told early."""
    auditor = people.identity(party, "auditor")
    with acting_as(auditor):
        limits = limits_of(party)
        values = {name: getattr(limits, name) for name in NAMES} | {"per_hour": 12}
        watching.set_thresholds(by=auditor, values=values)


def _use(party: str) -> None:
    """An analyst reads whatever came, and an officer asks again and again for what is not his."""
    analyst, officer = people.identity(party, "analyst"), people.identity(party, "officer")
    with acting_as(analyst):
        foreign = queries.visible(analyst).exclude(originator=party).select_related("current")
        for record in foreign[:30]:
            note_reading(analyst, record, queries.shown_version(analyst, record))
    with acting_as(officer):
        for _ in range(6):
            try:
                require(officer, "administration.read")
            except Refused as refused:
                request: Any = SimpleNamespace(path="/administration/", identity=officer)
                refusals.write_down(request, refused)


def _search(party: str) -> None:
    """An officer searches for persons and names no record: each search is drawn, one is overdue."""
    officer = people.identity(party, "officer")
    for days, name in SOUGHT:
        with _ago(days), acting_as(officer):
            asked = Search(name, purpose="risk_analysis")
            found = search(officer, asked)
            note_search(officer, asked, "page", found.total, found.persons)
