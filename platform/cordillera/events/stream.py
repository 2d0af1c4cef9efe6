"""One client's stream: what it missed, then what happens, with a sign of life every 15 seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from . import reader
from .cursor import Cursor
from .hub import Client, encode
from .tail import Tail

KEEP_ALIVE = 15.0
#: How long the browser waits before it connects again by itself.
RETRY = b"retry: 2000\n\n"

#: Nothing was missed; tells the client where it stands.
READY = reader.Told(Cursor(0, 0), "ready", "", None)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def serve(
    client: Client, after: Cursor | None, tail: Tail, receive: Receive, send: Send
) -> None:
    """Write to the client until it leaves, its session ends, or it falls too far behind."""
    follower = await tail.follower(client.identity.party)
    # It joins before what it missed is read: it may hear an event twice, but misses none.
    tail.hub.join(client)
    writer = asyncio.create_task(_write(client, after, follower.position, tail, send))
    listener = asyncio.create_task(_until_gone(receive))
    client.drop = writer.cancel
    try:
        await asyncio.wait({writer, listener}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        tail.hub.leave(client)
        for task in (writer, listener):
            task.cancel()
        await asyncio.gather(writer, listener, return_exceptions=True)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(
    client: Client, after: Cursor | None, position: Cursor, tail: Tail, send: Send
) -> None:
    async def body(data: bytes, more: bool = True) -> None:
        await send({"type": "http.response.body", "body": data, "more_body": more})

    events = await _missed(client, after, tail)
    await body(RETRY + b"".join(encode(event, position) for event in events))
    while True:
        lines, ended = await _next(client.queue)
        await body(lines, more=not ended)
        if ended:
            return


async def _missed(client: Client, after: Cursor | None, tail: Tail) -> list[reader.Told]:
    """What it has to hear first. Who comes without a cursor may have missed something since his
    page was made, so he looks at everything again."""
    if after is None:
        return [reader.LOOK_AGAIN]
    events = await tail.ask(reader.missed, client.identity.party, after)
    heard = [event for event in events if client.hears(event.named)]
    return heard or [READY]


async def _next(queue: asyncio.Queue[bytes | None]) -> tuple[bytes, bool]:
    """Everything that waits, as one write; a comment if nothing came for a while."""
    try:
        lines = [await asyncio.wait_for(queue.get(), KEEP_ALIVE)]
    except TimeoutError:
        return b": here\n\n", False
    while lines[-1] is not None and not queue.empty():
        lines.append(queue.get_nowait())
    return b"".join(line for line in lines if line is not None), lines[-1] is None
