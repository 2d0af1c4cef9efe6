"""Slow senders on real sockets: they keep no thread, and others are answered meanwhile."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from typing import Any

import pytest
import uvicorn
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import RequestFactory

from sharing.exchange import apart, entrance, places
from sharing.exchange.views import address_of

#: How long a body may take.
SECONDS = 6
HEAD = "POST /exchange/v1/envelopes HTTP/1.1\r\nHost: node\r\nContent-Length: {}\r\n\r\n"


def echo(environ: Any, start: Any) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture
def port() -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    application = apart.Apart(echo, threads=1, seconds=SECONDS)
    config = uvicorn.Config(application, log_level="error", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(20)


def connect(port: int, address: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 30, source_address=(address, 0))


def ask(port: int, address: str, body: bytes = b"whole") -> bytes:
    asked = HTTPConnection("127.0.0.1", port, 30, source_address=(address, 0))
    with closing(asked):
        asked.request("POST", "/exchange/v1/envelopes", body)
        return asked.getresponse().read()


def test_those_who_trickle_keep_nobody_out_and_are_cut_off(port: int) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(connect(port, "127.0.0.1")) for _ in range(places.OF_ONE + 1)]
        begun = time.monotonic()
        for one in slow:
            one.sendall(HEAD.format(1000).encode() + b"x")
        assert ask(port, "127.0.0.2") == b"whole"
        assert time.monotonic() - begun < SECONDS - 1
        answers = sorted(one.recv(65536).split()[1] for one in slow)
        assert answers == [b"408"] * places.OF_ONE + [b"503"]  # one too many of one address
    assert ask(port, "127.0.0.1") == b"whole"


def test_bodies_that_wait_for_a_thread_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "OF_ALL", 2)
    monkeypatch.setattr(places, "OF_NEW", 0)
    free, statuses = threading.Event(), []

    def work(environ: Any, start: Any) -> list[bytes]:
        free.wait(10)
        return echo(environ, start)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"whole"}

    async def send(message: Any) -> None:
        statuses.append(message.get("status"))
        if message.get("status") == 503:
            free.set()

    async def ask_all() -> None:
        application = apart.Apart(work, threads=1, seconds=SECONDS)
        asked = [application(_scope(f"127.0.0.{n}"), receive, send) for n in range(1, 4)]
        await asyncio.gather(*asked)

    # In a thread of its own: a browser test before this one may have left a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, ask_all()).result()
    assert [status for status in statuses if status] == [503, 200, 200]


def _scope(address: str, *headers: tuple[bytes, bytes], what: str = "envelopes") -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "path": f"/exchange/v1/{what}",
        "query_string": b"",
        "headers": list(headers),
        "client": (address, 1),
        "http_version": "1.1",
        "scheme": "http",
    }


def status_beside_slow(slow: list[dict[str, Any]], last: dict[str, Any]) -> int:
    """What one is answered whose body is whole, while these never end."""
    told: list[Any] = []

    async def never() -> Any:
        await asyncio.sleep(60)

    async def whole() -> Any:
        return {"type": "http.request", "body": b"whole"}

    async def send(message: Any) -> None:
        told.append(message.get("status"))

    async def quiet(message: Any) -> None:
        pass

    async def ask_all() -> None:
        application = apart.Apart(echo, threads=3, seconds=SECONDS)
        held = [asyncio.create_task(application(one, never, quiet)) for one in slow]
        await asyncio.sleep(0.1)
        await application(last, whole, send)
        for one in held:
            one.cancel()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, ask_all()).result()
    return int(told[0])


@pytest.mark.parametrize("address", ["203.0.113.{}", "2001:db8:0:{}::1"])
def test_four_addresses_do_not_keep_everybody_out(address: str) -> None:
    slow = [_scope(address.format(at)) for at in range(4) for _ in range(places.OF_ONE)]
    assert len(slow) == places.OF_ALL
    assert status_beside_slow(slow, _scope("198.51.100.1")) == 200
    assert status_beside_slow(slow, _scope(address.format(0))) == 503


def test_an_ipv6_network_is_one_address() -> None:
    slow = [_scope(f"2001:db8::{at}") for at in range(places.OF_ONE)]
    assert status_beside_slow(slow, _scope("2001:db8::ffff")) == 503
    assert status_beside_slow(slow, _scope("2001:db8:0:1::1")) == 200


def test_chunks_of_files_leave_room_for_envelopes() -> None:
    slow = [_scope("203.0.113.1", what="files") for _ in range(places.OF_ONE)]
    assert status_beside_slow(slow, _scope("203.0.113.1", what="files")) == 503
    assert status_beside_slow(slow, _scope("203.0.113.1")) == 200


def test_the_address_that_is_counted_cannot_be_chosen(settings: Any) -> None:
    """As proxies pass it on; Go's write their headers in order, '-' before '_'."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    told = (b"x-forwarded-for", b"203.0.113.9"), (b"x_forwarded_for", b"198.51.100.7")
    made = apart.environ(_scope("10.0.0.1", *told), b"")
    assert made["HTTP_X_FORWARDED_FOR"] == "203.0.113.9"
    assert address_of(WSGIRequest(made)) == "203.0.113.9"


def test_what_is_elsewhere_is_not_read(port: int) -> None:
    with connect(port, "127.0.0.1") as connection:
        connection.sendall(b"GET /records/ HTTP/1.1\r\nHost: node\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 404")


def test_what_is_too_large_is_answered_without_its_body_and_cut_off(port: int) -> None:
    with connect(port, "127.0.0.1") as connection:
        connection.sendall(HEAD.format(9_000_000).encode())
        answer = connection.recv(65536)
        assert b"content-length: 0" in answer  # what the application saw of the body
        assert b"connection: close" in answer


@pytest.mark.django_db
def test_a_web_process_turns_nodes_away_where_they_have_an_entrance_of_their_own(
    settings: Any,
) -> None:
    settings.EXCHANGE_APART = True
    middleware = entrance.nodes(lambda request: HttpResponse("a page"))
    request = RequestFactory().post("/exchange/v1/envelopes", b"x", "text/plain")
    assert middleware(request).status_code == 404
    request.META[apart.MARK] = True
    assert middleware(request).status_code == 415
