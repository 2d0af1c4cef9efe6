"""One node run from this source: its data folder, keys, database, processes and addresses."""

from __future__ import annotations

import base64
import os
import secrets
import shlex
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path

from cordillera import embedded
from cordillera.embedded import leashed

from .database import DATABASE, make_database, named
from .place import PYTHONPATH, REQUIREMENTS, ROOT, VENDOR, VENV, Stamp, digest
from .processes import Processes, tail
from .say import Trouble, step

READY_SECONDS = 60
# Letters and digits that are not mistaken for one another when typed from a screen.
PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"


class Node:
    """The three Parties on one hub. `start` leaves it serving; `stop` leaves no process."""

    def __init__(self, data: Path, *, web_port: int, live_port: int) -> None:
        self.data, self.web_port, self.live_port = data, web_port, live_port
        self.address = f"http://127.0.0.1:{web_port}"
        self.environment: dict[str, str] = {}
        self.owner_url = ""
        self.processes: Processes | None = None

    # --- Starting and stopping ----------------------------------------------------------------
    def start(self) -> None:
        self.prepare()
        self._load_demo_data()
        self.serve()

    def prepare(self) -> None:
        """Everything but the application's own processes; the database has no content yet."""
        with step("Starting PostgreSQL and Valkey"):
            self._start_services()
        with step("Bringing the database up to date"):
            self.manage("migrate", "--verbosity=0", owner=True)
        self._collect_static()

    def serve(self) -> None:
        """Start the web, live, worker and clock processes; return when they answer."""
        with step("Starting web, live events, worker and clock"):
            self._start_processes()

    def stop(self) -> None:
        if self.processes:
            self.processes.stop()
        embedded.stop_all()
        (self.data / "environment").unlink(missing_ok=True)

    def check(self) -> None:
        """Raise Trouble if anything has ended by itself."""
        if self.processes:
            self.processes.check()
        for folder, runs in embedded.running().items():
            if not runs:
                raise Trouble(
                    f"A service ended by itself. The end of its log {folder / 'log'}:\n"
                    f"{tail(folder / 'log')}"
                )

    def manage(
        self, *arguments: str, owner: bool = False, tell: Callable[[str], None] = lambda row: None
    ) -> str:
        """Run a management command as the runtime role, or as the database's owner.

        Returns what it prints; `tell` gets each line of it at once.
        """
        process = subprocess.Popen(
            leashed([sys.executable, "manage.py", *arguments]),
            cwd=ROOT,
            env=self.environment | ({"DATABASE_URL": self.owner_url} if owner else {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        printed = []
        with process:
            assert process.stdout is not None  # noqa: S101
            for row in process.stdout:
                printed.append(row.rstrip())
                tell(printed[-1])
        if process.returncode:
            end = "\n".join(f"    {row}" for row in printed[-12:])
            raise Trouble(f"manage.py {arguments[0]} failed:\n{end}")
        return "\n".join(printed)

    # --- Steps --------------------------------------------------------------------------------
    def _start_services(self) -> None:
        owner = embedded.start_postgres(self.data / "postgres")
        self.owner_url = named(owner, DATABASE)
        runtime = make_database(owner, self._secret("runtime_password"))
        self.environment = {
            **_inherited(),
            "PYTHONPATH": PYTHONPATH,
            "PYTHONUNBUFFERED": "1",
            "DEMO": "on",
            "DATABASE_URL": runtime,
            "REDIS_URL": embedded.start_valkey(self.data / "valkey"),
            "SECRET_KEY": self._secret("secret_key"),
            "KEY_ENCRYPTION_KEY": self._secret("key_encryption_key", _key),
            "DEMO_PASSWORD": self.password,
            "HOSTED_PARTIES": "US MX CA",
            "PUBLIC_URL": self.address,
            "LIVE_URL": f"http://127.0.0.1:{self.live_port}/events",
            "DATA_DIR": str(self.data),
        }
        self._write_environment()

    def _write_environment(self) -> None:
        """For ./deploy/manage: the settings of this run, for a shell to read; ours alone."""
        rows = (f"{name}={shlex.quote(value)}\n" for name, value in self.environment.items())
        path = self.data / "environment"
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(rows)

    def _collect_static(self) -> None:
        files = sorted(_static_files())
        stamp = Stamp(self.data / "static" / ".stamp", digest([*files, REQUIREMENTS / "base.txt"]))
        if stamp.fits():
            return
        with step("Collecting the static files"):
            self.manage("collectstatic", "--noinput", "--verbosity=0", "--clear")
        stamp.set()

    def _load_demo_data(self) -> None:
        stamp = Stamp(self.data / "demo_data", "loaded")
        if stamp.fits():
            return
        # The load is one transaction, so whenever it was interrupted, all of it is there or nothing;
        # the stamp may be missing all the same.
        with step("Loading the demo data") as tell:
            self.manage("demo_data", "--once", tell=tell)
        stamp.set()

    def _start_processes(self) -> None:
        tool = VENV / "bin"
        self.processes = Processes(self.data / "log", self.environment)
        run, celery = self.processes.start, (str(tool / "celery"), "--app=cordillera")
        run(
            "web",
            *(str(tool / "granian"), "--interface=wsgi", "--host=127.0.0.1"),
            *(f"--port={self.web_port}", "--workers=1", "--blocking-threads=4", "--no-ws"),
            "cordillera.wsgi:application",
        )
        run(
            "live",
            *(str(tool / "uvicorn"), "--host=127.0.0.1", f"--port={self.live_port}"),
            *("--no-access-log", "--timeout-graceful-shutdown=3"),
            "cordillera.live:application",
        )
        run("worker", *celery, "worker", "--concurrency=2", "--loglevel=INFO", "--without-mingle")
        run("clock", *celery, "beat", f"--schedule={self.data / 'beat'}", "--loglevel=INFO")
        self._await(lambda: _healthy(self.web_port), "web")
        self._await(lambda: _healthy(self.live_port), "live")
        self._await(self._worker_answers, "worker")

    def _await(self, ready: Callable[[], bool], name: str) -> None:
        assert self.processes is not None  # noqa: S101
        deadline = time.monotonic() + READY_SECONDS
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                log = self.processes.log(name)
                raise Trouble(f"The {name} process does not answer. Its log {log}:\n{tail(log)}")
            time.sleep(0.1)

    def _worker_answers(self) -> bool:
        from celery import Celery

        with Celery(broker=self.environment["REDIS_URL"], set_as_current=False) as app:
            return bool(app.control.ping(timeout=0.5, limit=1))

    # --- Secrets ------------------------------------------------------------------------------
    @property
    def password(self) -> str:
        """The demo officers' password, made at the first start."""
        return self._secret("demo_password", _typeable)

    def _secret(self, name: str, make: Callable[[], str] = secrets.token_urlsafe) -> str:
        path = self.data / "secrets" / name
        if not path.exists():
            embedded.write_secret(path, make())
        return path.read_text()


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _typeable() -> str:
    return "-".join("".join(secrets.choice(PLAIN) for _ in range(5)) for _ in range(3))


def _inherited() -> dict[str, str]:
    """The caller's environment without settings of another installation."""
    kept = ("PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "LOG_LEVEL", "NO_COLOR")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _static_files() -> Iterable[Path]:
    for pattern in ("platform/cordillera/**/static/**/*", "sharing/**/static/**/*"):
        yield from (path for path in ROOT.glob(pattern) if path.is_file())
    yield VENDOR / ".stamp"


def _healthy(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
    except OSError:
        return False
    return True
