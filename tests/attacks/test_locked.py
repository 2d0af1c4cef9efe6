"""What is locked is for auditors: the desk of the originator's officers forgets its title too."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.desk import arrival
from sharing.records import actions
from tests.conftest import Cast


def test_the_own_desk_does_not_show_the_title_of_a_locked_record(
    cast: Cast, alert: Any, reading: Any
) -> None:
    recipient = cast.identity("recipient")
    with acting_as(recipient):
        actions.answer(about=alert, kind="acknowledgement", by=recipient, body={"result": "noted"})
    arrival.arrive("US")
    addresses = [reverse("inbox"), reverse("notifications"), reverse("desk")]
    assert any("Galvanised" in reading("originator", address) for address in addresses)
    with acting_as(Identity.of_node("US")):
        actions.lock(record=alert, by=Identity.of_node("US"))
    assert [a for a in addresses if "Galvanised" in reading("originator", a)] == []
