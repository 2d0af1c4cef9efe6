"""Find a Python that is new enough. Written so that an old one can still read it."""

import os
import shutil
import subprocess
import sys

LEAST = (3, 11)
NAMES = ["python3." + str(minor) for minor in (14, 13, 12, 11)]


def find():
    """Return under a Python that is new enough, or start again under one, or say what to do."""
    if sys.version_info >= LEAST:
        return
    for path in filter(None, map(shutil.which, NAMES)):
        if _runs(path):
            os.execv(path, [path] + sys.argv)  # noqa: RUF005, S606
    present = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        f"Cordillera needs Python 3.11 or newer; this is {present} ({sys.executable}) and no "
        "newer one is on the path. Install one (on Debian: apt-get install python3 python3-venv) "
        "and run this again."
    )


def _runs(path):
    """Whether it is a Python, and not the stand-in of a version manager that refuses."""
    command = [path, "-c", "import venv"]
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
