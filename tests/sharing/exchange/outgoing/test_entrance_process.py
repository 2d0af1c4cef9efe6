"""The exchange's process can be probed, says that it is there, and is missed where it is not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from io import StringIO
from typing import Any

import pytest
import uvicorn
from django.core.handlers.wsgi import WSGIRequest
from django.core.management import call_command
from django.db import OperationalError
from django.urls import reverse
from redis import ConnectionError as Unreachable

from cordillera.events import presence
from cordillera.parties import peers
from cordillera.parties.models import Peer
from sharing.exchange import apart, entrance_process, metrics
from tests.conftest import PASSWORD, Cast

from ..foreign import Foreign


class Memory:
    """What processes said, without a server."""

    def __init__(self) -> None:
        self.said: dict[str, dict[bytes, bytes]] = {}
        self.is_away = False

    def __enter__(self) -> Memory:
        if self.is_away:
            raise Unreachable
        return self

    def __exit__(self, *raised: Any) -> None: ...

    def hset(self, sort: str, name: str, said: str) -> None:
        self.said.setdefault(sort, {})[name.encode()] = said.encode()

    def hgetall(self, sort: str) -> dict[bytes, bytes]:
        return dict(self.said.get(sort, {}))

    def hvals(self, sort: str) -> list[bytes]:
        return list(self.hgetall(sort).values())

    def hdel(self, sort: str, *names: bytes) -> None:
        for name in names:
            del self.said[sort][name]


@pytest.fixture
def memory(monkeypatch: Any) -> Memory:
    found = Memory()
    monkeypatch.setattr(presence, "_redis", lambda: found)
    return found


@pytest.fixture
def peer(cast: Cast, mx: Foreign, settings: Any) -> None:
    """Another node is to come in by a process of its own."""
    settings.EXCHANGE_APART = True


@contextmanager
def serving(application: Any) -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)


def ask(port: int, method: str, path: str, host: str = "127.0.0.1") -> int:
    with closing(HTTPConnection("127.0.0.1", port, 20)) as asked:
        asked.request(method, path, b"" if method == "POST" else None, {"Host": host})
        return asked.getresponse().status


def becomes_true(condition: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_it_answers_for_its_health_while_its_threads_are_taken() -> None:
    free = threading.Event()

    def inner(environ: Any, start: Any) -> list[bytes]:
        if environ["PATH_INFO"] == "/health":
            start("200 OK", [])
        else:
            free.wait(20)
            start("202 Accepted", [])
        return [b""]

    with serving(apart.Apart(inner, threads=1, seconds=5)) as port:
        busy = threading.Thread(target=ask, args=(port, "POST", "/exchange/v1/envelopes"))
        busy.start()
        time.sleep(0.3)
        assert [ask(port, "GET", "/health") for _ in range(3)] == [200] * 3
        assert ask(port, "POST", "/health") == 404
        free.set()
        busy.join(20)


def test_it_says_again_and_again_that_it_is_there() -> None:
    told: list[float] = []
    inner = apart.Apart(
        lambda environ, start: [], threads=1, seconds=5, tell=lambda: told.append(1), every=0.05
    )
    with serving(inner):
        assert becomes_true(lambda: len(told) > 2)
    said = len(told)
    time.sleep(0.2)
    assert len(told) == said


def test_it_goes_on_saying_so_after_it_could_not_once(caplog: Any) -> None:
    told: list[float] = []

    def tell() -> None:
        told.append(1)
        if len(told) == 1:
            raise ValueError("something that nobody thought of")

    inner = apart.Apart(lambda environ, start: [], threads=1, seconds=5, tell=tell, every=0.05)
    with serving(inner):
        assert becomes_true(lambda: len(told) > 2)
    assert "nobody thought of" in caplog.text


@pytest.mark.parametrize(
    "said", [b"{", b"[]", b"{}", b'{"at": "x", "counts": {}}', b'{"at": 9e99}']
)
def test_it_is_heard_beside_one_who_speaks_otherwise(
    peer: None, memory: Memory, said: bytes
) -> None:
    memory.said[presence.EXCHANGE] = {b"other:1": said}
    assert entrance_process.is_missing()
    entrance_process.tell()
    assert not entrance_process.is_missing()
    assert b"other:1" not in memory.said[presence.EXCHANGE]


def test_the_wrong_probe_of_one_is_no_answer_for_the_others(settings: Any) -> None:
    """All who ask at once get one answer: to a request with a host that is allowed, and no header."""
    settings.ALLOWED_HOSTS = [".cordillera.example"]
    asked: list[dict[str, Any]] = []
    taken = threading.Event()

    def inner(environ: Any, start: Any) -> list[bytes]:
        asked.append(environ)
        taken.wait(20)
        start("200 OK", [])
        return [b""]

    found: list[int] = []
    host = apart._host(settings.ALLOWED_HOSTS)
    with serving(apart.Apart(inner, threads=1, seconds=5, host=host)) as port:
        threads = [
            threading.Thread(
                target=lambda host=host: found.append(ask(port, "HEAD", "/health", host))
            )
            for host in ("elsewhere.example", "127.0.0.1")
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        taken.set()
        for thread in threads:
            thread.join(20)
    assert found == [200, 200]
    assert len(asked) == 1
    assert not [name for name in asked[0] if name.startswith("HTTP_")]
    request = WSGIRequest(asked[0])
    assert (request.get_host(), request.method) == ("cordillera.example", "GET")
    assert request.is_secure()  # else it is sent on to https


def test_it_is_missed_until_it_runs(peer: None, memory: Memory, client: Any) -> None:
    client.login(username="us.admin", password=PASSWORD)

    def seen() -> tuple[bool, bool, bool, bool]:
        page = client.get(reverse("channels"))
        out = StringIO()
        call_command("channel", "list", stdout=out)
        found = [one for one in metrics.Channels().collect() if one.name == metrics.NO_ENTRANCE]
        return (
            page.context["has_no_entrance"],
            "cannot come in" in out.getvalue(),
            bool(found[0].samples[0].value),
            bool(entrance_process.runs()),
        )

    assert seen() == (True,) * 4
    entrance_process.tell()
    assert seen() == (False,) * 4
    memory.said[presence.EXCHANGE] = {b"host:1": b'{"at": 1.0, "counts": {}}'}
    assert seen() == (True,) * 4


@pytest.mark.parametrize("why", ["off", "fetches", "silent"])
def test_nobody_is_told_where_it_is_not_wanted_or_cannot_be_known(
    peer: None, memory: Memory, settings: Any, why: str
) -> None:
    settings.EXCHANGE_APART = why != "off"
    settings.EXCHANGE_FETCHES = why == "fetches"
    memory.is_away = why == "silent"
    assert not entrance_process.is_missing()
    assert entrance_process.runs() == []


def test_a_node_without_peers_misses_none(cast: Cast, memory: Memory, settings: Any) -> None:
    settings.EXCHANGE_APART = True
    Peer.objects.all().delete()
    assert not entrance_process.is_missing()
    assert entrance_process.runs() == []


def test_the_check_tells_nothing_where_the_database_is_away(
    peer: None, memory: Memory, monkeypatch: Any
) -> None:
    """As where settings are checked, and nothing is there to connect to."""

    def away() -> Any:
        raise OperationalError("nobody listens")

    monkeypatch.setattr(peers, "enrolled", away)
    assert entrance_process.runs() == []
