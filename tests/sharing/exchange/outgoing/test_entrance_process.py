"""The exchange's process can be probed, says that it is there, and is missed where it is not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from io import StringIO
from typing import Any

import pytest
import uvicorn
from django.core.management import call_command
from django.urls import reverse
from redis import ConnectionError as Unreachable

from cordillera.events import presence
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
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(20)


def ask(port: int, method: str, path: str) -> int:
    with closing(HTTPConnection("127.0.0.1", port, 20)) as asked:
        asked.request(method, path, b"" if method == "POST" else None)
        return asked.getresponse().status


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
        time.sleep(0.5)
    said = len(told)
    assert said > 2
    time.sleep(0.2)
    assert len(told) == said


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
