"""Turns between pytest's parallel workers, which share one PostgreSQL server.

The API's feed shows a row only once no older transaction is open on the whole server, another
worker's database included. Tests of that reading are marked `alone`: no other test runs beside them.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(*, alone: bool) -> Iterator[None]:
    """Hold the right to run: together with others, or alone."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        yield
        return
    folder = Path(os.environ.get("DATA_DIR", tempfile.gettempdir()))
    with (
        (folder / f"cordillera-{run}.gate").open("w") as gate,
        (folder / f"cordillera-{run}.turn").open("w") as held,
    ):
        # Who waits to be alone keeps the gate shut, or the others would never all be done.
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(held, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield
