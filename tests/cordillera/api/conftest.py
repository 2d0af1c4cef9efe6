from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from .caller import Caller

PARTS = ("originator", "colleague", "recipient", "outsider", "analyst")


@pytest.fixture
def calls(cast: Any) -> Any:
    """The standing cast, each with a token of its own that has every scope its roles allow."""
    return SimpleNamespace(**{part: Caller(getattr(cast, part)) for part in PARTS})
