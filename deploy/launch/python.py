"""Find a Python that is new enough. Written so that an old one can still read it."""

import os
import shutil
import sys

LEAST = (3, 11)
NAMES = ["python3." + str(minor) for minor in (14, 13, 12, 11)]


def find():
    """Return under a Python that is new enough, or start again under one, or say what to do."""
    if sys.version_info >= LEAST:
        return
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        os.execv(found, [found] + sys.argv)  # noqa: RUF005, S606
    present = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        f"Cordillera needs Python 3.11 or newer; this is {present} ({sys.executable}) and no "
        "newer one is on the path. Install one (on Debian: apt-get install python3 python3-venv) "
        "and run this again."
    )
