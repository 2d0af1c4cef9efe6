"""One node run from this source: its data folder, keys, database, processes and addresses."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path

from cordillera import embedded
from cordillera.embedded import leashed

from . import environment
from .database import DATABASE, drop_database, make_database, named
from .place import PYTHONPATH, REQUIREMENTS, ROOT, VENDOR, VENV, Stamp, digest
from .processes import Processes, tail
from .say import Trouble

READY_SECONDS = 60
SERVICES = ("postgres", "valkey")


class Node:
    """A node of its own: one that hosts the three Parties, or one of several that exchange.

    `prepare` makes it ready, `serve` starts its processes, `stop` leaves none. `name` tells it from
    others on this machine; `static` is the folder of static files, which nodes may share.
    """

    def __init__(
        self,
        data: Path,
        name: str = "hub",
        hosted: Sequence[str] = ("US", "MX", "CA"),
        *,
        web_port: int,
        live_port: int,
        exchange_port: int,
        static: Path | None = None,
    ) -> None:
        self.data, self.name, self.hosted = data, name, tuple(hosted)
        self.web_port, self.live_port, self.exchange_port = web_port, live_port, exchange_port
        self.static = static or data / "static"
        self.address = f"http://127.0.0.1:{web_port}"
        #: Where other nodes reach it: its key sets say so.
        self.exchange_address = f"http://127.0.0.1:{exchange_port}"
        self.environment: dict[str, str] = {}
        self.owner_url = ""
        self.processes: Processes | None = None
        self._commands: set[subprocess.Popen[str]] = set()
        self._interrupted = False

    # --- Starting and stopping ----------------------------------------------------------------
    def prepare(self) -> None:
        """Everything but the application's own processes; the database has no content yet."""
        self.start_services()
        self.migrate()
        self.collect_static()

    def start_services(self) -> None:
        """Start PostgreSQL and Valkey, and make the database, its roles and the settings."""
        owner = embedded.start_postgres(self.data / "postgres")
        self.owner_url = named(owner, DATABASE)
        runtime = make_database(owner, self._secret("runtime_password"))
        self.environment = {
            **environment.inherited(),
            "PYTHONPATH": PYTHONPATH,
            "PYTHONUNBUFFERED": "1",
            "DEMO": "on",
            "DATABASE_URL": runtime,
            "REDIS_URL": embedded.start_valkey(self.data / "valkey"),
            "SECRET_KEY": self._secret("secret_key"),
            "KEY_ENCRYPTION_KEY": self._secret("key_encryption_key", environment.key),
            "DEMO_PASSWORD": self.password,
            "HOSTED_PARTIES": " ".join(self.hosted),
            "PUBLIC_URL": self.address,
            "LIVE_URL": f"http://127.0.0.1:{self.live_port}/events",
            # A browser sends cookies to every port of a host: each node's have names of their own.
            "COOKIE_PREFIX": f"{self.name}_",
            # Nodes on one machine may ask each other often; one that was down is found within this.
            "EXCHANGE_LONGEST_PAUSE": "5",
            "DATA_DIR": str(self.data),
            "STATIC_ROOT": str(self.static),
        }
        environment.write(self.data / "environment", self.environment)

    def empty(self) -> None:
        """Make the database anew, with nothing in it."""
        owner = named(self.owner_url, "postgres")
        drop_database(owner)
        make_database(owner, self._secret("runtime_password"))
        self.migrate()

    def migrate(self) -> None:
        self.manage("migrate", "--verbosity=0", owner=True)

    def collect_static(self) -> None:
        """Collect the static files where they changed since the last time."""
        files = sorted(_static_files())
        stamp = Stamp(self.static / ".stamp", digest([*files, REQUIREMENTS / "base.txt"]))
        if not stamp.fits():
            self.manage("collectstatic", "--noinput", "--verbosity=0", "--clear")
            stamp.set()

    def serve(self) -> None:
        """Start its processes; return when they answer."""
        self.start_processes()
        self.await_processes()

    def stop(self) -> None:
        """End everything of this node; `prepare` or `resume` starts it again on the same data."""
        if self.processes:
            self.processes.stop()
        for service in reversed(SERVICES):
            embedded.stop(self.data / service)
        (self.data / "environment").unlink(missing_ok=True)

    def resume(self) -> None:
        """Start a stopped node again, at the same addresses and with its data."""
        self.start_services()
        self.serve()

    def interrupt(self) -> None:
        """Let whatever another thread waits for in this node fail at once."""
        self._interrupted = True
        for process in tuple(self._commands):
            process.terminate()

    def check(self) -> None:
        """Raise Trouble if anything has ended by itself."""
        if self.processes:
            self.processes.check()
        running = embedded.running()
        for folder in (self.data.resolve() / service for service in SERVICES):
            if not running.get(folder, True):
                raise Trouble(
                    f"A service ended by itself. The end of its log {folder / 'log'}:\n"
                    f"{tail(folder / 'log')}"
                )

    # --- Commands and crashes -----------------------------------------------------------------
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
        self._commands.add(process)
        printed = []
        with process:
            assert process.stdout is not None  # noqa: S101
            for row in process.stdout:
                printed.append(row.rstrip())
                tell(printed[-1])
        self._commands.discard(process)
        if process.returncode:
            end = "\n".join(f"    {row}" for row in printed[-12:])
            raise Trouble(f"manage.py {arguments[0]} failed at the node {self.name}:\n{end}")
        return "\n".join(printed)

    def kill_service(self, service: str) -> None:
        """Kill `postgres` or `valkey` with SIGKILL, for tests of what a crash does."""
        embedded.kill(self.data / service)

    def start_service(self, service: str) -> None:
        """Start it again, at the address that the node's processes know."""
        start = {"postgres": embedded.start_postgres, "valkey": embedded.start_valkey}[service]
        start(self.data / service)

    # --- Processes ----------------------------------------------------------------------------
    def start_processes(self) -> None:
        tool = VENV / "bin"
        self.processes = Processes(self.data / "log", self.environment)
        run, celery = self.processes.start, (str(tool / "celery"), "--app=cordillera")
        run(
            "web",
            *(str(tool / "granian"), "--interface=wsgi", "--host=127.0.0.1"),
            *(f"--port={self.web_port}", "--workers=1", "--blocking-threads=4", "--no-ws"),
            "cordillera.wsgi:application",
        )
        for name, port, application in (
            ("live", self.live_port, "cordillera.live:application"),
            ("exchange", self.exchange_port, "sharing.exchange.apart:application"),
        ):
            run(
                name,
                *(str(tool / "uvicorn"), "--host=127.0.0.1", f"--port={port}"),
                *("--no-access-log", "--timeout-graceful-shutdown=3"),
                application,
            )
        run("worker", *celery, "worker", "--concurrency=2", "--loglevel=INFO", "--without-mingle")
        run("clock", *celery, "beat", f"--schedule={self.data / 'beat'}", "--loglevel=INFO")

    def await_processes(self) -> None:
        self._await(lambda: _healthy(self.web_port), "web")
        self._await(lambda: _healthy(self.live_port), "live")
        self.await_exchange()
        self._await(self._worker_answers, "worker")

    def await_exchange(self) -> None:
        self._await(lambda: _healthy(self.exchange_port), "exchange")

    def _await(self, ready: Callable[[], bool], name: str) -> None:
        assert self.processes is not None  # noqa: S101
        deadline = time.monotonic() + READY_SECONDS
        while not ready():
            self.check()
            if time.monotonic() > deadline or self._interrupted:
                log = self.processes.log(name)
                raise Trouble(f"The {name} process does not answer. Its log {log}:\n{tail(log)}")
            time.sleep(0.1)

    def _worker_answers(self) -> bool:
        from celery import Celery
        from redis import RedisError

        with Celery(broker=self.environment["REDIS_URL"], set_as_current=False) as app:
            # A connection of its own each time: one that is kept would be to a Valkey that ended.
            app.conf.broker_pool_limit = 0
            try:
                return bool(app.control.ping(timeout=0.5, limit=1))
            except (RedisError, OSError):
                return False

    # --- Secrets ------------------------------------------------------------------------------
    @cached_property
    def password(self) -> str:
        """The demo officers' password, made at the first start."""
        return self._secret("demo_password", environment.typeable)

    def _secret(self, name: str, make: Callable[[], str] | None = None) -> str:
        path = self.data / "secrets" / name
        return environment.secret(path, make) if make else environment.secret(path)


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
