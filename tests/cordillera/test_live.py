"""The live process as a browser meets it: tickets, narrowing, replay, and the end of a session."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest
import uvicorn
from django.conf import settings
from django.test import Client as Browser

from cordillera import events
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.events import ticket
from cordillera.live import Live
from cordillera.parties.sessions import end_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture
def live(transactional_db: None, monkeypatch: Any) -> Iterator[Any]:
    """The application behind a real server on a free port; `.address` is where."""
    monkeypatch.setattr("cordillera.events.tail.SESSIONS_EACH", 0.2)
    with served() as application:
        yield application


@contextmanager
def served() -> Iterator[Any]:
    """One live process, as far as its clients can tell."""
    application: Any = Live()
    config = uvicorn.Config(application, port=0, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    application.address = f"127.0.0.1:{port}"
    yield application
    application.hub.close()
    server.should_exit = True
    thread.join()


def test_the_server_starts_and_stops_it_cleanly(transactional_db: None) -> None:
    said: list[dict[str, Any]] = []

    async def run() -> None:
        told = iter(({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))

        async def receive() -> dict[str, Any]:
            return next(told)

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        await Live()({"type": "lifespan"}, receive, send)

    thread = threading.Thread(target=asyncio.run, args=[run()])
    thread.start()
    thread.join()
    assert [one["type"] for one in said] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_it_refuses_to_start_as_a_role_that_sees_everything(monkeypatch: Any) -> None:
    def refuse() -> None:
        raise SystemExit("access.E001")

    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "lifespan.startup"}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    monkeypatch.setattr("cordillera.live.refuse_to_start_unprotected", refuse)
    # In a thread of its own: a browser test before this one leaves its loop running in this thread.
    thread = threading.Thread(
        target=lambda: asyncio.run(Live()({"type": "lifespan"}, receive, send))
    )
    thread.start()
    thread.join()
    assert said == [{"type": "lifespan.startup.failed", "message": "access.E001"}]


def signed_in(officer: Any) -> Browser:
    browser = Browser()
    browser.force_login(officer)
    return browser


def ticket_of(officer: Any) -> str:
    answer = signed_in(officer).get("/live/ticket")
    assert answer.status_code == 200
    return str(answer.json()["ticket"])


def session_of(officer: Any) -> str:
    browser = signed_in(officer)
    browser.get("/live/ticket")
    return str(browser.session.session_key)


class Stream:
    """An open stream; `next()` is the next event's content, or nothing when the stream ended."""

    def __init__(self, live: Any, given: str, **headers: str) -> None:
        self.connection = http.client.HTTPConnection(live.address, timeout=30)
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request("GET", f"/events?ticket={quote(given)}", headers=headers)
        self.answer = self.connection.getresponse()
        self.cursor = ""

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *error: object) -> None:
        self.answer.close()
        self.connection.close()

    def next(self) -> dict[str, str]:
        for line in iter(self.answer.readline, b""):
            if line.startswith(b"id: "):
                self.cursor = line[4:].decode().strip()
            if line.startswith(b"data: "):
                return dict(json.loads(line[6:]))
        return {}


def health(live: Any, **headers: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection(live.address, timeout=30)
    connection.request("GET", "/health", headers=headers)
    answer = dict(json.loads(connection.getresponse().read()))
    connection.close()
    return answer


def tell(party: str, thing: str, **options: Any) -> None:
    with acting_as(Identity.of_node(party)):
        events.emit(party, "inbox", thing, **options)


def test_an_event_reaches_who_listens(cast: Any, live: Any) -> None:
    with Stream(live, ticket_of(cast.recipient)) as stream:
        assert stream.answer.headers["content-type"].startswith("text/event-stream")
        assert stream.answer.headers["content-encoding"] == "identity"
        assert stream.next()["topic"] == "*"
        tell("MX", "one")
        assert stream.next() == {"topic": "inbox", "thing": "one"}


def test_another_party_hears_nothing(cast: Any, live: Any) -> None:
    with Stream(live, ticket_of(cast.outsider)) as stream:
        stream.next()
        tell("MX", "theirs")
        tell("CA", "ours")
        assert stream.next()["thing"] == "ours"


def test_only_the_named_officers_hear(cast: Any, live: Any) -> None:
    with Stream(live, ticket_of(cast.recipient)) as stream:
        stream.next()
        tell("MX", "for another", named=[uuid4()])
        tell("MX", "for me", named=[cast.recipient.pk])
        assert stream.next()["thing"] == "for me"


def test_an_auditor_hears_only_what_is_for_him(cast: Any, live: Any) -> None:
    with Stream(live, ticket_of(cast.auditor)) as stream:
        stream.next()
        tell("MX", "a record")
        tell("MX", "notification", named=[cast.auditor.pk])
        assert stream.next()["thing"] == "notification"


def test_what_was_missed_is_replayed(cast: Any, live: Any) -> None:
    with Stream(live, ticket_of(cast.recipient)) as stream:
        stream.next()
        tell("MX", "seen")
        stream.next()
        stood_at = stream.cursor
    tell("MX", "missed")
    with Stream(live, ticket_of(cast.recipient), Last_Event_ID=stood_at) as stream:
        heard = [stream.next()["thing"]]
        # While an older transaction runs somewhere, it hears again what it has heard.
        while heard[-1] == "seen":
            heard.append(stream.next()["thing"])
    assert heard[-1] == "missed"


def test_a_cursor_from_a_restored_database_means_look_again(cast: Any, live: Any) -> None:
    with Stream(live, ticket_of(cast.recipient), Last_Event_ID="999999999999-1") as stream:
        assert stream.next()["topic"] == "*"


@pytest.mark.parametrize("given", ["", "rubbish", "WyJNWCJd:1abc:rubbish"])
def test_a_bad_ticket_is_refused(live: Any, given: str) -> None:
    with Stream(live, given) as stream:
        assert stream.answer.status == 403


def test_a_ticket_opens_one_stream(cast: Any, live: Any) -> None:
    given = ticket_of(cast.recipient)
    with Stream(live, given), Stream(live, given) as second:
        assert second.answer.status == 403


def test_a_ticket_opens_one_stream_whichever_process_gets_it(cast: Any, live: Any) -> None:
    given = ticket_of(cast.recipient)
    with served() as another, Stream(live, given), Stream(another, given) as second:
        assert second.answer.status == 403


def test_without_redis_a_ticket_still_opens_one_stream_here(
    cast: Any, monkeypatch: Any, transactional_db: None
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setattr(settings, "REDIS_URL", f"redis://127.0.0.1:{nobody.getsockname()[1]}/0")
        given = ticket.issue(cast.identity("recipient"), session_of(cast.recipient))
        with served() as live, Stream(live, given) as first, Stream(live, given) as second:
            assert (first.answer.status, second.answer.status) == (200, 403)


def test_an_old_ticket_is_refused(cast: Any, live: Any, monkeypatch: Any) -> None:
    given = ticket_of(cast.recipient)
    monkeypatch.setattr(settings, "LIVE_TICKET_SECONDS", -1)
    with Stream(live, given) as stream:
        assert stream.answer.status == 403


def test_nobody_gets_a_ticket_without_a_session(client: Browser, db: None) -> None:
    assert client.get("/live/ticket").status_code == 302


def test_a_session_that_ended_gets_no_stream(cast: Any, live: Any) -> None:
    given = ticket_of(cast.recipient)
    end_all(cast.recipient)
    with Stream(live, given) as stream:
        assert stream.answer.status == 403


def test_the_end_of_a_session_ends_its_stream(cast: Any, live: Any) -> None:
    with Stream(live, ticket_of(cast.recipient)) as stream:
        stream.next()
        end_all(cast.recipient)
        assert stream.next() == {}


def test_a_deactivated_officer_is_found_out(cast: Any, live: Any) -> None:
    with Stream(live, ticket_of(cast.recipient)) as stream:
        stream.next()
        cast.recipient.is_active = False
        cast.recipient.save()
        assert stream.next() == {}


def test_only_the_pages_origin_may_listen(cast: Any, live: Any) -> None:
    page = urlsplit(settings.PUBLIC_URL)
    ours = {"Origin": f"{page.scheme}://{page.netloc}"}
    with Stream(live, ticket_of(cast.recipient), **ours) as stream:
        assert stream.answer.headers["access-control-allow-origin"] == ours["Origin"]
    with Stream(live, ticket_of(cast.recipient), Origin="https://elsewhere.example") as stream:
        assert stream.answer.status == 403


def test_health_counts_the_listeners(cast: Any, live: Any) -> None:
    with Stream(live, ticket_of(cast.recipient)) as stream:
        stream.next()
        said = health(live)
    assert (said["status"], said["clients"]) == ("ok", 1)


def test_a_stranger_hears_no_numbers(cast: Any, live: Any) -> None:
    assert health(live, Via="1.1 proxy") == {"status": "ok"}


def test_without_redis_the_poll_finds_it(cast: Any, live: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(events, "_wake", lambda: None)
    with Stream(live, ticket_of(cast.recipient)) as stream:
        stream.next()
        tell("MX", "found")
        assert stream.next()["thing"] == "found"


def test_a_ticket_names_no_session_key(cast: Any) -> None:
    key = "0123456789abcdef"
    assert key not in ticket.issue(cast.identity("recipient"), key)
