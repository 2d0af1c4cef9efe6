"""Who listens in this process, and the fan-out to them in memory."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from uuid import UUID

from cordillera.access.identity import Identity

from .cursor import Cursor
from .reader import Told
from .ticket import Ticket

#: So many events may wait for a client; a slower one is dropped, and catches up by its cursor.
QUEUE = 256


class Client:
    """One open stream of one officer."""

    def __init__(self, ticket: Ticket, identity: Identity) -> None:
        self.ticket, self.identity = ticket, identity
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE)
        self.drop: Callable[[], object] = lambda: None

    def hears(self, named: frozenset[UUID] | None) -> bool:
        """Who does not read records (auditor, administrator) hears only what is for him by name."""
        if named is None:
            return self.identity.reads
        return self.identity.account in named

    def belongs_to(self, identity: Identity) -> bool:
        return (identity.party, identity.account) == (self.ticket.party, self.ticket.account)

    def end(self) -> None:
        """Let it write what it has, then close; a client that is behind is cut off."""
        try:
            self.queue.put_nowait(None)
        except asyncio.QueueFull:
            self.drop()


class Hub:
    def __init__(self) -> None:
        self._clients: dict[str, set[Client]] = {}
        self.delivered = 0
        self.dropped = 0

    def join(self, client: Client) -> None:
        self._clients.setdefault(client.identity.party, set()).add(client)

    def leave(self, client: Client) -> None:
        self._clients.get(client.identity.party, set()).discard(client)

    def clients(self) -> Iterable[Client]:
        return [client for group in self._clients.values() for client in group]

    def counts(self) -> Counter[str]:
        """Open streams by Party."""
        return Counter({party: len(group) for party, group in self._clients.items()})

    def deliver(self, party: str, events: Iterable[Told], position: Cursor) -> None:
        """Queue `events` for every client of `party` that may hear them. Never waits."""
        for event in events:
            line = encode(event, position)
            for client in tuple(self._clients.get(party, ())):
                if client.hears(event.named):
                    self._put(client, line)

    def _put(self, client: Client, line: bytes) -> None:
        try:
            client.queue.put_nowait(line)
            self.delivered += 1
        except asyncio.QueueFull:
            self.dropped += 1
            self.leave(client)
            client.drop()

    def forget(self, session: str) -> None:
        """The session has ended: its streams end."""
        for client in self.clients():
            if client.ticket.session == session:
                client.end()

    def refresh(self, living: Mapping[str, Identity], asked: Collection[UUID]) -> None:
        """End the streams whose session is not in `living`; the others go by today's roles.
        Only streams of the accounts that were `asked` about: others joined meanwhile."""
        for client in self.clients():
            if client.ticket.account not in asked:
                continue
            now = living.get(client.ticket.session)
            if now is None or not client.belongs_to(now):
                client.end()
            else:
                client.identity = now

    def close(self) -> None:
        for client in self.clients():
            client.end()


def encode(event: Told, position: Cursor) -> bytes:
    """One server-sent event; its id is where a client that heard it stands."""
    data = json.dumps({"topic": event.topic, "thing": event.thing}, separators=(",", ":"))
    return f"id: {position}\ndata: {data}\n\n".encode()
