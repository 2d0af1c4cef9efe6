from __future__ import annotations

import pytest

from sharing.exchange import introducing


@pytest.fixture(autouse=True)
def nobody_greeted() -> None:
    introducing.greeted.clear()
