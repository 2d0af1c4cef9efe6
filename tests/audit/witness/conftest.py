"""Another node's log, whose key is trusted here."""

from __future__ import annotations

import pytest

from audit import keys, note

from .remote import LOG, ORIGIN, Log


@pytest.fixture
def log(db: None) -> Log:
    """A log of 40 entries whose key is trusted here."""
    keys.trust(str(note.verifier_key(ORIGIN, LOG)), party="US")
    return Log(40)
