"""A disk that fills up under PostgreSQL.

As root it is one of its own, small and in memory, under the server's data folder: when it is full
every write of the server truly fails. Where nothing may be mounted, a trigger raises what the server
would: then the transaction fails at its last write, but the server's own files are spared.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import psycopg

SIZE = "640m"
TRIGGER = """
CREATE OR REPLACE FUNCTION chaos_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE disk_full USING MESSAGE = 'could not extend file: No space left on device'; END $$;
CREATE TRIGGER chaos_disk BEFORE INSERT ON exchange_receipt EXECUTE FUNCTION chaos_disk()
"""


class Disk:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._ballast = folder, folder / "ballast"
        self.is_real = _mount(folder)

    @property
    def kind(self) -> str:
        return "a small tmpfs" if self.is_real else "a trigger that raises disk_full"

    def fill(self, owner_url: str) -> None:
        if not self.is_real:
            with psycopg.connect(owner_url, autocommit=True) as owner:
                owner.execute(TRIGGER)
            return
        with self._ballast.open("wb", buffering=0) as ballast:
            for size in (1 << 20, 1 << 12):
                try:
                    while ballast.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue

    def free(self, owner_url: str) -> None:
        if self.is_real:
            self._ballast.unlink(missing_ok=True)
            return
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute("DROP TRIGGER IF EXISTS chaos_disk ON exchange_receipt")

    def remove(self) -> None:
        if self.is_real:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


def _mount(folder: Path) -> bool:
    if os.geteuid() != 0 or not shutil.which("mount"):
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "cordillera-chaos", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
