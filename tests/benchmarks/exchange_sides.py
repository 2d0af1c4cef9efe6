"""The recipient's node inside the benchmark's own process, which is set up as the sender's.

Within `here()` this thread uses the recipient's database, keys and Party. So one process runs the
code of both ends, one after the other, and one clock counts what each part costs.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.db.utils import load_backend

from cordillera import environment
from sharing.exchange import apart

SWITCHED = ("SECRET_KEY", "KEY_ENCRYPTION_KEY", "REDIS_URL")


class Recipient:
    """`backends` are the server processes that its connections of this process speak with."""

    def __init__(self, node: Any) -> None:
        self.party: str = node.hosted[0]
        self.port: int = node.exchange_port
        self._environment: dict[str, str] = node.environment
        self._own = threading.local()
        self.wrappers: list[Any] = []

    @contextmanager
    def here(self) -> Iterator[None]:
        before = connections["default"]
        values = {name: self._environment[name] for name in SWITCHED}
        kept = {name: getattr(settings, name) for name in (*values, "HOSTED_PARTIES")}
        connections["default"] = self._wrapper()
        for name, value in {**values, "HOSTED_PARTIES": [self.party]}.items():
            setattr(settings, name, value)
        try:
            yield
        finally:
            connections["default"] = before
            for name, value in kept.items():
                setattr(settings, name, value)

    def _wrapper(self) -> Any:
        if not hasattr(self._own, "wrapper"):
            with patch.dict(os.environ, {"BENCH_DATABASE_URL": self._environment["DATABASE_URL"]}):
                found = environment.database("BENCH_DATABASE_URL")
            values = {**connections.settings["default"], **found}
            backend = load_backend(values["ENGINE"])
            self._own.wrapper = backend.DatabaseWrapper(values, "default")
            self.wrappers.append(self._own.wrapper)
        return self._own.wrapper

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Answer at the node's own address, as its entrance does, from a thread of this one."""
        application = get_wsgi_application()

        def inside(environ: Any, start: Any) -> list[bytes]:
            with self.here():
                response = application({**environ, apart.MARK: True}, start)
                try:
                    return list(response)
                finally:
                    response.close()

        with make_server("127.0.0.1", self.port, inside, handler_class=_Quiet) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            try:
                yield
            finally:
                server.shutdown()
                thread.join()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        return


def server_seconds(wrappers: list[Any]) -> float:
    """The processor time that the server processes behind these connections have used."""
    return sum(_seconds(one.connection.info.backend_pid) for one in wrappers if one.connection)


def _seconds(pid: int) -> float:
    """0.0 where the system does not tell (it is in /proc on Linux)."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0
