"""Agreements: what may be released to each other Party, and whether sharing is suspended."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cordillera.access.decide import Refused
from cordillera.parties import agreements
from tests.conftest import Cast

HANDLING = {"tlp": "AMBER", "contains": ["personal"]}


def codes(kind: str = "offence_alert", **handling: Any) -> list[str]:
    found = agreements.problems("US", "MX", HANDLING | handling, kind)
    return [one.code for one in found]


def cap(**changes: Any) -> None:
    values: dict[str, Any] = {"highest_tlp": "RED", "kinds": None, "personal_data": True}
    agreements.change("US", "MX", **values | changes)


def test_without_an_agreement_everything_may_go(parties: Any) -> None:
    assert codes(tlp="RED") == []
    assert not agreements.is_suspended("US", "MX")


@pytest.mark.parametrize(
    ("highest", "tlp", "found"),
    [
        ("RED", "RED", []),
        ("AMBER", "AMBER", []),
        ("AMBER", "GREEN", []),
        ("AMBER", "AMBER+STRICT", ["tlp"]),
        ("GREEN", "RED", ["tlp"]),
        ("GREEN", "PURPLE", ["tlp"]),
    ],
)
def test_a_stricter_label_than_the_ceiling_is_a_problem(
    parties: Any, highest: str, tlp: str, found: list[str]
) -> None:
    cap(highest_tlp=highest)
    assert codes(tlp=tlp) == found


def test_kinds_and_personal_data_are_capped(parties: Any) -> None:
    cap(kinds=["advance_notice"], personal_data=False)
    assert codes() == ["kind", "personal_data"]
    assert codes("advance_notice", contains=[]) == []


def test_the_ceiling_is_of_one_direction(parties: Any) -> None:
    cap(highest_tlp="GREEN")
    assert agreements.problems("MX", "US", HANDLING, "offence_alert") == []


def test_only_the_partys_own_administrator_changes_it(cast: Cast, log_of: Any) -> None:
    for party, part in (("MX", "admin"), ("US", "colleague")):
        with pytest.raises(Refused):
            agreements.suspend(party, "CA", reason="x", by=cast.identity(part))
    agreements.suspend("US", "MX", reason="A breach.", by=cast.identity("admin"))
    assert agreements.is_suspended("US", "MX")
    agreements.resume("US", "MX", by=cast.identity("admin"))
    assert not agreements.is_suspended("US", "MX")
    assert log_of("US", "agreement:suspend")[-1].detail == {"reason": "A breach."}


def test_suspending_takes_a_reason_and_a_label_is_a_label(parties: Any) -> None:
    with pytest.raises(ValidationError):
        agreements.suspend("US", "MX", reason=" ")
    with pytest.raises(ValidationError):
        cap(highest_tlp="PURPLE")


def test_readers_are_named_from_the_choice_on_and_no_longer_when_it_ends(
    cast: Cast, log_of: Any
) -> None:
    admin = cast.identity("admin")
    assert agreements.names_since("US", "MX") is None
    agreements.name_readers("US", "MX", wanted=True, by=admin)
    since = agreements.names_since("US", "MX")
    assert since is not None
    agreements.name_readers("US", "MX", wanted=True, by=admin)
    assert agreements.names_since("US", "MX") == since
    assert agreements.names_since("US", "CA") is agreements.names_since("MX", "US") is None
    agreements.name_readers("US", "MX", wanted=False, by=admin)
    assert agreements.names_since("US", "MX") is None
    assert [len(log_of("US", f"agreement:{verb}-readers")) for verb in ("name", "hide")] == [1, 1]


def test_only_the_own_administrator_chooses_whether_readers_are_named(cast: Cast) -> None:
    for party, part in (
        ("MX", "admin"),
        ("US", "colleague"),
        ("US", "originator"),
        ("MX", "auditor"),
    ):
        with pytest.raises(Refused):
            agreements.name_readers(party, "CA", wanted=True, by=cast.identity(part))
