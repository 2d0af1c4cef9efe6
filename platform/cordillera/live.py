"""Live events: a small ASGI application of its own, beside the pages.

`GET /events?ticket=…` is a stream of server-sent events. Each is thin, `{"topic", "thing"}`: that
something changed; the page then fetches with its own permissions. `Last-Event-ID` replays what was
missed (`last_event_id=` in the address, since a script cannot set that header). `GET /health`
answers 503 when the database is not being read, on the machine itself with counters.

Not behind Django's middleware: an ordinary Django view here delivered 23 % of the events to 1,000
clients, this delivers all. Run it with `uvicorn cordillera.live:application`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
import time
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django
from django.apps import apps
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordillera.settings")
if not apps.ready:
    django.setup()

from cordillera.access.checks import refuse_to_start_unprotected
from cordillera.events import admission, stream
from cordillera.events.cursor import Cursor
from cordillera.events.hub import Client, Hub
from cordillera.events.spent import Spent
from cordillera.events.tail import Tail
from cordillera.events.ticket import BadTicket
from cordillera.events.ticket import read as read_ticket

#: The reader is ill when it has not come round for so long.
SILENT_SECONDS = 10

Headers = list[tuple[bytes, bytes]]


class Live:
    """The application. Its parts begin with the server (lifespan) or with the first request."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.tail: Tail | None = None
        self.spent: Spent | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def start(self) -> None:
        self.hub, self.tail = Hub(), None
        tail = Tail(self.hub)
        await tail.ask(refuse_to_start_unprotected)
        tail.start()
        self.tail, self.spent = tail, Spent()

    async def stop(self) -> None:
        self.hub.close()
        if self.tail:
            await self.tail.stop()
            self.tail = None
        if self.spent:
            await self.spent.close()
            self.spent = None

    async def _lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        try:
            await self.start()
        except SystemExit as refusal:
            await send({"type": "lifespan.startup.failed", "message": str(refusal)})
            return
        _close_on_signal(self.hub)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        if self.tail is None:
            await self.start()
        if scope["method"] not in ("GET", "HEAD"):
            await _say(send, 405, "Only GET.")
        elif scope["path"] == "/health":
            await self._health(scope, send)
        elif scope["path"] == "/events":
            await self._events(scope, receive, send)
        else:
            await _say(send, 404, "Only /events and /health are here.")

    async def _health(self, scope: Any, send: Any) -> None:
        assert self.tail is not None  # noqa: S101 - started before the first answer
        silent = time.monotonic() - self.tail.read_at
        state: dict[str, Any] = {"status": "ok" if silent < SILENT_SECONDS else "silent"}
        if _is_operator(scope):
            state |= {
                "clients": sum(self.hub.counts().values()),
                "delivered": self.hub.delivered,
                "dropped": self.hub.dropped,
                "read_seconds_ago": round(silent, 3),
            }
        await _say(send, 200 if silent < SILENT_SECONDS else 503, json.dumps(state), [JSON])

    async def _events(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        query = parse_qs(scope["query_string"].decode("latin-1"))
        origin = headers.get(b"origin", "")
        if origin and origin not in allowed_origins():
            await _say(send, 403, "Not from this origin.")
            return
        shared = _shared_with(origin)
        client = await self._admit(query.get("ticket", [""])[0])
        if client is None:
            await _say(send, 403, "The ticket is not valid: fetch a new one.", shared)
            return
        last = headers.get(b"last-event-id") or query.get("last_event_id", [""])[0]
        await send({"type": "http.response.start", "status": 200, "headers": [*STREAM, *shared]})
        assert self.tail is not None  # noqa: S101 - started before the first answer
        await stream.serve(client, Cursor.parse(last), self.tail, receive, send)

    async def _admit(self, text: str) -> Client | None:
        """A client for a good ticket, used for the first time, whose session still lives."""
        assert self.tail is not None and self.spent is not None  # noqa: S101, PT018 - as above
        try:
            ticket = read_ticket(text)
        except BadTicket:
            return None
        if not await self.spent.spend(ticket.nonce):
            return None
        living = await self.tail.ask(admission.living, [ticket.account])
        identity = living.get(ticket.session)
        if identity is None or identity.party != ticket.party:
            return None
        return Client(ticket, identity)


JSON = (b"content-type", b"application/json")
STREAM: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # Proxies that compress or buffer would swallow events until much later.
    (b"content-encoding", b"identity"),
    (b"x-accel-buffering", b"no"),
]


def _is_operator(scope: Any) -> bool:
    """Whether it is asked on this machine itself and not through a proxy: how much is going on is
    nothing that a stranger may watch."""
    address = (scope.get("client") or ("",))[0]
    passed_on = {b"x-forwarded-for", b"x-forwarded-proto", b"forwarded", b"via"}
    return address in ("127.0.0.1", "::1") and not passed_on & {n for n, _ in scope["headers"]}


def allowed_origins() -> set[str]:
    """The pages' own origin; in the demo also by the machine's other loopback name."""
    page = urlsplit(settings.PUBLIC_URL)
    origins = {f"{page.scheme}://{page.netloc}"}
    if settings.DEMO and page.hostname in ("127.0.0.1", "localhost"):
        port = f":{page.port}" if page.port else ""
        origins |= {f"{page.scheme}://{name}{port}" for name in ("127.0.0.1", "localhost")}
    return origins


def _shared_with(origin: str) -> Headers:
    vary = [(b"vary", b"Origin")]
    return [*vary, (b"access-control-allow-origin", origin.encode())] if origin else vary


async def _say(send: Any, status: int, text: str, headers: Headers | None = None) -> None:
    body = f"{text}\n".encode()
    kind = [] if headers and JSON in headers else [(b"content-type", b"text/plain; charset=utf-8")]
    length = (b"content-length", str(len(body)).encode())
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*kind, length, (b"cache-control", b"no-store"), *(headers or [])],
        }
    )
    await send({"type": "http.response.body", "body": body})


def _close_on_signal(hub: Hub) -> None:
    """End the streams as soon as the server is told to stop: it waits for open connections before
    it tells the application, and these would never close by themselves."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        if callable(before):

            def handler(*arguments: Any, before: Any = before) -> None:
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(hub.close)
                before(*arguments)

            signal.signal(number, handler)


application = Live()
