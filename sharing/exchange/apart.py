"""The exchange's entrance: a process of its own, where a slow sender keeps nobody waiting.

A sender who is slow on purpose keeps a thread of a web process for as long as his body takes. Here a
body takes no thread: it is read whole, within EXCHANGE_BODY_SECONDS, and few of one address at once;
only then a thread works on it, as in a web process. Run it with
`uvicorn sharing.exchange.apart:application`. Web processes turn other nodes away before they read
anything, unless EXCHANGE_APART is off. `GET /health` answers as theirs does, however many senders there
are; and every few seconds the process tells the others that it is there.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import Any
from weakref import WeakValueDictionary

from .places import Dropped, Place, Places, network

logger = logging.getLogger(__name__)
LARGEST = 8 * 1024 * 1024
PREFIX = "/exchange/v1/"
FILES = f"{PREFIX}files"
HEALTH = "/health"
#: What tells the entrance that a request came this way; and by what it tells the Party that signed it.
MARK, BY = "cordillera.apart", "cordillera.by"

#: Nothing more of this connection is read.
_CLOSE = (b"connection", b"close")

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


class Refused(Exception):
    """A status, before anything is read or when it takes too long."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Apart:
    """An ASGI application around a WSGI one, which gets requests whose bodies are here."""

    def __init__(
        self,
        inner: Wsgi,
        *,
        threads: int,
        seconds: float,
        tell: Callable[[], None] = lambda: None,
        every: float = 5,
        host: str = "localhost",
    ) -> None:
        """`tell` is called every so many seconds, in a thread. `host` is a name that `inner` answers to."""
        self._inner, self._seconds = inner, seconds
        self._tell, self._every = tell, every
        # Who probes waits for no sender, and all who probe at once get one answer, to a request that
        # none of them has made: a wrong Host of one is no answer for the others.
        self._probe = {
            "method": "GET",
            "path": HEALTH,
            "query_string": b"",
            "headers": [],
            "server": (host, 443),
            "http_version": "1.1",
            "scheme": "https",
        }
        self._beside = ThreadPoolExecutor(1, "health")
        self._probed: asyncio.Future[Answer] | None = None
        self._threads = ThreadPoolExecutor(threads, "exchange")
        # One thread fewer for one address: the others wait their turn, which costs no thread.
        self._at_once = max(1, threads - 1)
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._places = Places()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await _say(send, await self._answer(scope, receive))

    async def _answer(self, scope: Any, receive: Any) -> Answer:
        sender = network((scope.get("client") or ("",))[0])
        if scope["path"] == HEALTH and scope["method"] in ("GET", "HEAD"):
            return await self._health()
        try:
            if not scope["path"].startswith(PREFIX):
                raise Refused(404)
            with self._places.take(sender, is_file=scope["path"].startswith(FILES)) as place:
                if place is None:
                    raise Refused(503)
                return await self._answered(scope, receive, place)
        except Refused as refused:
            return refused.status, [_CLOSE, (b"retry-after", b"2")], b""

    async def _health(self) -> Answer:
        if self._probed is None or self._probed.done():
            work = partial(self._work, environ(self._probe, b""))
            self._probed = asyncio.get_running_loop().run_in_executor(self._beside, work)
        return await asyncio.shield(self._probed)

    async def _answered(self, scope: Any, receive: Any, place: Place) -> Answer:
        large = _is_refused_by_its_head(scope)
        body = b"" if large else await self._body(receive, place)
        values = environ(scope, body)
        work = partial(self._work, values)
        turn = self._turns.setdefault(place.network, asyncio.Semaphore(self._at_once))
        async with turn:
            loop = asyncio.get_running_loop()
            status, head, answer = await loop.run_in_executor(self._threads, work)
        if by := values.get(BY):
            self._places.know(place.network, by)
        return status, [*head, _CLOSE] if large else head, answer

    async def _body(self, receive: Any, place: Place) -> bytes:
        try:
            return await place.read(_read(receive), self._seconds)
        except TimeoutError as error:
            raise Refused(408) from error
        except Dropped as error:
            raise Refused(503) from error

    def _work(self, values: dict[str, Any]) -> Answer:
        found: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> None:
            found[:] = [status, headers]

        answer = self._inner(values, start)
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        head = [(name.lower().encode(), value.encode("latin-1")) for name, value in found[1]]
        return int(found[0].split()[0]), head, body

    async def _lifespan(self, receive: Any, send: Any) -> None:
        telling: asyncio.Task[None] | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                telling = asyncio.create_task(self._tell_on())
            elif telling is not None:
                telling.cancel()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _tell_on(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._tell)
            except Exception:
                logger.exception("exchange.tell")  # the next time, then
            await asyncio.sleep(self._every)


def _is_refused_by_its_head(scope: Any) -> bool:
    """Its head says so: it is refused by that, and written down, where all others are."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return scope["path"].startswith(PREFIX) and (not length.isdigit() or int(length) > LARGEST)


async def _read(receive: Any) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400)  # he went away
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise Refused(413)
        if not message.get("more_body"):
            return bytes(body)


def environ(scope: Any, body: bytes) -> dict[str, Any]:
    """The request as WSGI has it."""
    host, port = scope.get("server") or ("", 0)
    values: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        MARK: True,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # it would pass for the one with "-", as X_Forwarded_For for the proxy's own
        key = name.decode("latin-1").upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        values[key] = value.decode("latin-1")
    return values


async def _say(send: Any, answer: Answer) -> None:
    status, headers, body = answer
    headers = [*(one for one in headers if one[0] != b"content-length")]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _host(allowed: Sequence[str]) -> str:
    """One that is allowed: ".example.org" allows example.org too, and "*" everything."""
    first = allowed[0] if allowed else "*"
    return "localhost" if first == "*" else first.removeprefix(".")


def __getattr__(name: str) -> Any:
    """`application` is made when a server asks for it, and not for who only wants the class."""
    if name != "application":
        raise AttributeError(name)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordillera.settings")
    from django.conf import settings

    from cordillera.wsgi import application as inner

    from .entrance_process import EVERY, tell

    seconds = settings.EXCHANGE_BODY_SECONDS
    made = Apart(
        inner,
        threads=settings.EXCHANGE_AT_ONCE,
        seconds=seconds,
        tell=tell,
        every=EVERY,
        host=_host(settings.ALLOWED_HOSTS),
    )
    globals()["application"] = made
    return made
