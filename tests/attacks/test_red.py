"""Of a TLP:RED record nobody learns who is not named, not even that something came."""

from __future__ import annotations

from typing import Any

from cordillera.access.session import acting_as
from sharing.desk import arrival, health
from tests.conftest import Cast


def test_the_state_of_the_feed_does_not_tell_that_it_came(cast: Cast, release: Any) -> None:
    release("MX", tlp="RED", named=[str(cast.recipient.pk)])
    for part, seen in (("analyst", False), ("auditor", False), ("recipient", True)):
        with acting_as(cast.identity(part)):
            assert health.feed(cast.identity(part)).waiting == seen
    arrival.arrive("MX")
    for part, seen in (("analyst", False), ("auditor", False), ("recipient", True)):
        with acting_as(cast.identity(part)):
            found = health.feed(cast.identity(part))
            assert ((found.last is not None), (found.lag is not None)) == (seen, seen)
