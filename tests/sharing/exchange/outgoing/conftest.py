"""US is hosted here; MX and CA are other nodes, each one a Foreign that is enrolled as a peer."""

from __future__ import annotations

from typing import Any

import pytest

from cordillera.parties import keysets, peers
from tests.conftest import host
from tests.once import lately

from ..foreign import Foreign, Line

ADDRESS = "http://127.0.0.1:9"


@pytest.fixture
def parties(db: None, settings: Any) -> dict[str, Any]:
    """In place of the three that are hosted on one node."""
    settings.HOSTED_PARTIES = ["US"]
    host("US")
    return dict.fromkeys(("US", "MX", "CA"))


@pytest.fixture
def remote(parties: dict[str, Any]) -> dict[str, Foreign]:
    """The two peers. They know the US key set, and have not receipted it."""
    return dict(lately("peers of US", _enrolled))


def _enrolled() -> dict[str, Foreign]:
    ours = keysets.current("US")
    assert ours is not None
    made = {code: Foreign(code, address=ADDRESS) for code in ("MX", "CA")}
    for one in made.values():
        peers.enrol(one.key_set, confirmed_with="the other desk")
        one.learn(ours.jws)
    return made


@pytest.fixture
def mx(remote: dict[str, Foreign]) -> Foreign:
    return remote["MX"]


@pytest.fixture
def line(mx: Foreign) -> Line:
    """The way to MX."""
    return Line(mx)


@pytest.fixture
def cast(remote: dict[str, Foreign], cast: Any) -> Any:
    """Officers may be of remote Parties too: their Party rows come with the enrolment."""
    return cast
