"""One node that hosts MX, and the two others in foreign hands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties import keysets, peers
from sharing.exchange import receiving
from sharing.exchange.admission import admission
from sharing.exchange.answers import Answer
from sharing.exchange.formats.receipt import Receipt
from sharing.exchange.refusals import counts
from tests.conftest import Cast, alert_body, alert_handling, gather, host
from tests.once import lately

from ..foreign import Foreign

REMOTE = {"US", "CA"}


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    counts.forget()
    admission.forget()


@pytest.fixture
def hosted() -> list[str]:
    """The Parties that this node hosts; a module may say otherwise."""
    return ["MX"]


@pytest.fixture
def parties(db: None, settings: Any, hosted: list[str]) -> dict[str, Any]:
    """The three Parties: those hosted here with their keys, the others enrolled as peers."""
    settings.HOSTED_PARTIES = hosted
    return host(*hosted)


class Peers:
    """The foreign nodes, by their Party's code."""

    def __init__(self, hosted: list[str], second: bool = False) -> None:
        name = f"peers {hosted} {second}"
        self.by_code: dict[str, Foreign] = lately(name, lambda: _enrolled(hosted, second))

    def __getattr__(self, code: str) -> Foreign:
        return self.by_code[code]


def _enrolled(hosted: list[str], second: bool) -> dict[str, Foreign]:
    made = {}
    for code in sorted({"US", "MX", "CA"} - set(hosted)):
        made[code] = Foreign(code, second=second)
        peers.enrol(made[code].key_set, confirmed_with="the tests")
        for own in hosted:
            held = keysets.current(own)
            assert held is not None
            made[code].learn(held.jws)
    return made


@pytest.fixture
def foreign(parties: dict[str, Any], hosted: list[str]) -> Peers:
    return Peers(hosted)


@pytest.fixture
def us(foreign: Peers) -> Foreign:
    return foreign.US


@pytest.fixture
def ca(foreign: Peers) -> Foreign:
    return foreign.CA


@pytest.fixture
def cast(foreign: Peers) -> Cast:
    """The standing cast, on this one node."""
    return gather()


def alert(sender: Foreign, *audience: str, **changes: Any) -> str:
    """An offence alert that `sender` released, complete."""
    handling = changes.pop("handling", None) or alert_handling(sender.party, *audience)
    return sender.version(
        body=changes.pop("body", None) or alert_body(), handling=handling, **changes
    )


def send(sender: Foreign, items: list[str], to: str = "MX", **changes: Any) -> Answer:
    """Send these items and go on after what the receipt confirms."""
    answer = receiving.receive(sender.envelope(to, items, **changes))
    if answer.content_type == "application/jose":
        sender.settle(answer.body)
    return answer


def outcomes(answer: Answer) -> list[str]:
    """What became of each item: its reason, or applied."""
    assert answer.status == 200, answer.body
    return [one.reason or one.outcome for one in Receipt.peek(answer.body.decode()).results]


def as_node(party: str = "MX", sender: str = "") -> Any:
    return acting_as(Identity.of_node(party, sender=sender))


def record_of(text: str) -> UUID:
    from sharing.exchange.formats.version import Version

    return Version.peek(text).record
