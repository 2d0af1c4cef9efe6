"""Every detail of an entry stands on its page in the reader's words."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from audit import log
from cordillera.access.identity import Identity
from cordillera.access.policy import TABLE
from cordillera.access.session import acting_as
from cordillera.access.words import CONDITIONS
from cordillera.crypto.errors import CODES, REASONS
from cordillera.parties.preferences import BOUNDS
from sharing.oversight.ledger.queries import Question
from sharing.oversight.log import details
from sharing.oversight.log.asking import QuestionForm
from sharing.oversight.watching.bounds import NAMES
from tests.conftest import Cast

from .written import written

#: What the calls do not show: where details are put together elsewhere, which there are. `**detail`
#: is what the function's callers say, whose calls are read as well.
ELSEWHERE: dict[str, set[str]] = {
    "?detail": set(),
    "?{k: v for k, v in _facts(officer).items() if before[k] != v}": {
        *("name", "roles", "unit", "listed", "email"),
    },
    "?{k: v for k, v in values.items() if party.settings.get(k) != v}": set(BOUNDS),
    "?_second_signature(new, said(before) if before else None)": {"second_signature"},
    "?where(request)": {"address", "browser"},
    "?values": {"mode", "client_certificate", "client_key", "authority", "pins", "address"},
    "?{name.rstrip('_'): value for name, value in detail.items()}": set(),
    "?question.stored()": {field.name for field in fields(Question)},
    "?form.asked()": set(QuestionForm.base_fields),
    "?{n: str(getattr(limits, n)) for n in NAMES if getattr(limits, n) != before[n]}": set(NAMES),
    "?{name: str(value) for name, value in values.items()}": {
        *("opens_at", "closes_at", "days", "always"),
    },
}


def test_no_detail_that_the_code_writes_is_shown_by_its_raw_name() -> None:
    found = written()
    names = {name for one in found.values() for name in one}
    unread = {name for name in names if name.startswith("?")} - set(ELSEWHERE)
    assert unread == set(), "say in ELSEWHERE which details these are"
    read = {name.rstrip("_") for name in names if not name.startswith("?")}
    read |= {name for more in ELSEWHERE.values() for name in more}
    assert len(found) > 90
    assert len(read) > 80
    assert read - set(details.NAMES) == set()


def test_no_name_is_kept_that_nothing_writes() -> None:
    read = {name.rstrip("_") for one in written().values() for name in one}
    read |= {name for more in ELSEWHERE.values() for name in more}
    assert set(details.NAMES) - read == set()
    assert set(details.VALUES) <= set(details.NAMES)


def test_every_code_of_the_policy_and_of_the_exchange_is_said_in_words() -> None:
    for permission in TABLE:
        assert details.words("permission", permission) != permission
    conditions = {one.name for rules in TABLE.values() for rule in rules for one in rule}
    for code in {*REASONS, *CODES, *(conditions - set(CONDITIONS))}:
        assert details.words("reason", code) != code, code


CODED: list[tuple[str, Any, str]] = [
    ("audience", ["MX", "US"], "Mexico, United States"),
    ("kind", "offence_alert", "Offence alert"),
    ("kind", "forked", "This log signed two different trees of the same size."),
    ("kinds", None, "every kind"),
    ("kinds", ["offence_alert"], "Offence alert"),
    ("roles", ["auditor"], "auditor"),
    ("scopes", ["read"], "read records, lists and the own feed"),
    ("second_signature", "begins", "begins"),
    ("type", "totp", "one-time code"),
    ("method", "webauthn", "passkey"),
    ("use", "sealing", "sealing"),
    ("mode", "pull", "it fetches from here"),
    ("language", "fr", "Français"),
    ("part", "api version", "an earlier version, through the API"),
    ("verb", "recall", "recall"),
    ("verb", "amended", "Amended"),
    ("outcome", "no_action", "No action"),
    ("outcome", "passed_on", "Passed on"),
    ("rule", "unreviewed", "nobody reviewed it by its day"),
    ("rule", "subject", "Outside the unit’s subjects"),
    ("verdict", "in_order", "In order"),
    ("drawn", "person", "person without a record"),
    ("direction", "given", "Given"),
    ("event", "read", "Read"),
    ("state", "done", "ended"),
    ("reach", "port", "Those that concern my port, and every urgent one"),
    ("hours", "of the Party", "the Party’s"),
    ("days", "[0, 4]", "Monday, Friday"),
    ("always", "True", "yes"),
    ("personal_data", False, "no"),
    ("outcomes", {"applied": 1200, "refused": 1}, "taken in: 1200; refused: 1"),
    (
        "others",
        [[7, "refused", "schema"]],
        "7: refused (it does not fit the recipient's description of its kind)",
    ),
    ("removed", {"versions": 2, "terms": 3}, "2 signed versions; 3 terms and links to find it by"),
    (
        "filters",
        {"kind": ["offence_alert"], "state": ["released"]},
        "Kind: Offence alert; State: released",
    ),
    ("tag", "record:read", "read a record"),
    ("reason", "is officer or supervisor", "only for: officer, supervisor"),
]


@pytest.mark.parametrize(("name", "value", "said"), CODED, ids=lambda one: str(one)[:40])
def test_codes_are_said_in_words(name: str, value: Any, said: str) -> None:
    with translation.override("en"):
        [(_name, shown)] = details.told({name: value})
    assert shown == said


def test_a_name_of_an_earlier_version_stands_as_it_was_written() -> None:
    assert details.told({"erstwhile": {"a": 1}, "nothing": ""}) == [("erstwhile", "a: 1")]


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_nothing_in_a_detail_breaks_the_page(cast: Cast, client: Client, language: str) -> None:
    """Whatever was written under a name that is known: other types than the code of today writes."""
    cast.auditor.language = language
    cast.auditor.save()
    made: list[UUID] = []
    with acting_as(Identity.of_node("MX")):
        for value in ("x", 7, True, None, ["x"], [1, 2], {"x": 1}, {"x": ["y"]}):
            detail = dict.fromkeys(details.NAMES, value)
            made.append(log.write("record:read", actor=Identity.of_node("MX"), detail=detail))
    client.force_login(cast.auditor)
    for pk in made:
        with translation.override(language):
            assert client.get(f"/oversight/log/{pk}/").status_code == 200
