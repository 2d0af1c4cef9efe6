"""The live process beside the browser tests' server, which can be stopped and started again."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import uvicorn

from cordillera.live import Live


class LiveProcess:
    """A real server of the live application on one port."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/events"
        self._running: tuple[Live, uvicorn.Server, threading.Thread] | None = None

    def start(self) -> None:
        application = Live()
        config = uvicorn.Config(
            application, port=self.port, log_level="error", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        self._running = (application, server, thread)

    def stop(self) -> None:
        if self._running is None:
            return
        application, server, thread = self._running
        self._running = None
        application.hub.close()
        server.should_exit = True
        thread.join()

    def listeners(self) -> int:
        return sum(self._running[0].hub.counts().values()) if self._running else 0


def allow(settings: Any, site: str, live: LiveProcess) -> None:
    """Settings under which the site's pages may listen to `live`."""
    settings.LIVE_URL = live.url
    settings.PUBLIC_URL = site
    policy = {**settings.CONTENT_SECURITY_POLICY}
    origin = live.url.removesuffix("/events")
    policy["DIRECTIVES"] = {**policy["DIRECTIVES"], "connect-src": ["'self'", origin]}
    settings.CONTENT_SECURITY_POLICY = policy
