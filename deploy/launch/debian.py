"""Programs that only the system's packages have: Chromium for tests, gettext for catalogues."""

from __future__ import annotations

import os
import shutil
import subprocess

from .say import step


def install(*packages: str) -> bool:
    """Install Debian packages where this process may; whether that worked."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    with step(f"Installing {', '.join(packages)} with apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            [apt, "update", "-qq"],
            [apt, "install", "-y", "-qq", "--no-install-recommends", *packages],
        ):
            done = subprocess.run(command, env=environment, capture_output=True, check=False)
    return done.returncode == 0
