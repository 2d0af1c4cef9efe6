"""Keep the demo busy: release and answer fictitious records through the real actions."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from cordillera import clock
from cordillera.access.session import acting_as
from sharing.records import actions, kinds
from sharing.records.models import Record

from . import people

PARTIES = ("US", "MX", "CA")
GOODS = (
    ("721049", {"en": "galvanised coil", "es": "bobina galvanizada", "fr": "bobines galvanisées"}),
    ("271019", {"en": "diesel", "es": "diésel", "fr": "diesel"}),
    ("610910", {"en": "cotton T-shirts", "es": "playeras de algodón", "fr": "t-shirts de coton"}),
    ("848210", {"en": "ball bearings", "es": "rodamientos de bolas", "fr": "roulements à billes"}),
    ("240220", {"en": "cigarettes", "es": "cigarrillos", "fr": "cigarettes"}),
)
TITLES = {
    "en": "Shipment of {goods}, declared value far below the usual one",
    "es": "Embarque de {goods}, valor declarado muy inferior al habitual",
    "fr": "Envoi de {goods}, valeur déclarée très inférieure à l'habitude",
}
PLACES = {"US": ("USLRD", "USLGB"), "MX": ("MXNLD", "MXZLO"), "CA": ("CAVAN", "CAMTR")}


def post(number: int, seconds: float) -> Iterator[str]:
    """Post `number` things of the Parties hosted here, `seconds` apart; yields a line for each."""
    chance = random.Random()  # noqa: S311 - what the demo posts is no secret
    for done in range(number):
        if done:
            time.sleep(seconds)
        yield _release(chance) if chance.random() < 0.6 else _answer(chance)


def _release(chance: random.Random) -> str:
    party = chance.choice(people.hosted())
    others = chance.sample([p for p in PARTIES if p != party], chance.choice((1, 2)))
    officer, second = people.identity(party, "officer"), people.identity(party, "supervisor")
    with acting_as(officer):
        record = actions.draft(
            kind="offence_alert", by=officer, body=_body(chance, party), handling=_handling(others)
        )
        actions.submit(record=record, by=officer)
    with acting_as(second):
        record = actions.approve(record=record, by=second)
    return f"{record.reference} released to {', '.join(sorted(others))}"


def _body(chance: random.Random, party: str) -> dict[str, Any]:
    hs, goods = chance.choice(GOODS)
    return {
        "title": {code: text.format(goods=goods[code]) for code, text in TITLES.items()},
        "original_language": "en",
        "summary": "Unit value below a third of the median of the last twelve months.",
        "typology": ["undervaluation"],
        "legal_basis": ["USMCA-7.25.7"],
        "priority": chance.choice(("low", "medium", "high", "urgent")),
        "observed": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "location": {"place": chance.choice(PLACES[party])},
        "goods": [{"hs": hs, "description_declared": goods["en"]}],
        "requested_action": {"code": "sighting_and_report", "text": "Report what arrives."},
    }


def _handling(audience: list[str]) -> dict[str, Any]:
    kind, today = kinds.get("offence_alert"), clock.today()
    return {
        "audience": audience,
        "tlp": "AMBER",
        "codes": ["H1"],
        "purpose": "customs_enforcement",
        "onward_disclosure": "originator_consent",
        "evaluation": {"source": "A", "information": "2"},
        "review_on": (today + timedelta(days=30 * kind.review_months)).isoformat(),
        "expires_on": (today + timedelta(days=30 * kind.expiry_months)).isoformat(),
    }


def _answer(chance: random.Random) -> str:
    party = chance.choice(people.hosted())
    by = people.identity(party, "officer")
    with acting_as(by):
        open_alerts = (
            Record.objects.visible_to(by)
            .filter(kind="offence_alert", state="released", expires_on__gte=clock.today())
            .exclude(originator_id=party)
            .select_related("current")
            .order_by("-released_at")[:20]
        )
        if not open_alerts:
            return f"{party} has no alert of another Party to answer"
        about = chance.choice(list(open_alerts))
        record = actions.answer(
            about=about, kind="acknowledgement", by=by, body={"result": "assigned"}
        )
    return f"{record.reference} acknowledges {about.reference}"
