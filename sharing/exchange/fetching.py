"""Fetch the files of versions that came, chunk by chunk, from their originator's node.

Originators take turns: none waits for another's files, however many and large these are, and none has
more bytes here than a setting allows. A few chunks at once are on their way. Each is verified when it
comes and kept at once, so what was interrupted goes on where it stopped. A chunk that does not open or
finds no room on the disk, and a node that does not answer or does not have the file, are tried again
after a pause that grows. Where the originator's node accepts no connections, its files cannot come: the
record says so.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import closing
from uuid import UUID

from django.conf import settings
from django.db.models import Q, Window
from django.db.models.functions import RowNumber

from cordillera import clock
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties import keysets, peers
from cordillera.parties.errors import PartiesError
from sharing.records.attachments import arriving, content, room, sealed
from sharing.records.attachments.models import Attachment

from . import admitting, locks, pauses, side_by_side, transport
from .formats.file import FileRequest
from .transport import FileTransport
from .troubles import Trouble

logger = logging.getLogger(__name__)
#: Open pages are told after so many chunks.
TELL_EVERY = 16
#: So many files of one originator are looked at in a turn.
OF_ONE = 50


def due(party: str) -> dict[str, list[UUID]]:
    """Of each originator the files that this Party waits for and may try now."""
    with acting_as(Identity.of_node(party)):
        waiting = Attachment.objects.filter(
            Q(next_try_at=None) | Q(next_try_at__lte=clock.now()),
            state=Attachment.ARRIVING,
            sealed_key__isnull=False,
        ).exclude(record__originator__in=settings.HOSTED_PARTIES)
        order = ("attempts", "added_at", "pk")
        turn = Window(RowNumber(), partition_by="record__originator", order_by=order)
        rows = waiting.annotate(turn=turn).filter(turn__lte=OF_ONE).order_by("turn", "added_at")
        found: dict[str, list[UUID]] = {}
        for file, originator in rows.values_list("pk", "record__originator_id"):
            found.setdefault(originator, []).append(file)
        return found


def fetch_all(party: str, post: FileTransport | None = None, *, seconds: float = 60) -> bool:
    """Fetch what is due, for so long, of each originator for its share of that; whether there is more."""
    wanted = due(party)
    ends = [
        _fetch_of(party, originator, files, post, seconds / len(wanted))
        for originator, files in wanted.items()
    ]
    return not all(ends)


def _fetch_of(
    party: str, originator: str, files: list[UUID], post: FileTransport | None, seconds: float
) -> bool:
    """One file after the other; whether none is left."""
    until, left = time.monotonic() + seconds, room.Left()
    for file in files:
        if time.monotonic() > until:
            return False
        if not fetch(party, originator, file, post, until=until, left=left):
            return False
    return len(files) < OF_ONE


def fetch(
    party: str,
    originator: str,
    file: UUID,
    post: FileTransport | None = None,
    *,
    until: float | None = None,
    left: room.Left | None = None,
) -> bool:
    """Whether it is done for now: complete, put off, or in other hands; False when time is up."""
    node = Identity.of_node(party, sender=originator)
    with locks.alone(f"file {file}") as alone:
        if not alone:
            return True
        try:
            return _fetch(node, file, post, until, left or room.Left())
        except Trouble as trouble:
            logger.warning("exchange.files: %s of %s: %s", file, originator, trouble)
            reason = "no-address" if trouble.code == "no-address" else "away"
            rest = None if trouble.after is None else pauses.asked_for(trouble.after)
        except sealed.Broken as error:
            logger.warning("exchange.files: from %s: %s", originator, error)
            reason, rest = "differs", None
        except OSError as error:
            logger.error("exchange.files: %s is not kept: %s", file, error)
            reason, rest = "unkept", None
        with acting_as(node):
            if held := _held(file):
                arriving.wait(held, reason, rest)
            if rest is not None:
                arriving.rest(originator, rest)
        return True


def _held(file: UUID) -> Attachment | None:
    """The file, locked, where it is still to come."""
    found = Attachment.objects.select_for_update(of=("self",)).select_related("record")
    held: Attachment | None = found.filter(
        pk=file, state=Attachment.ARRIVING, sealed_key__isnull=False
    ).first()
    return held


def _fetch(
    node: Identity,
    file: UUID,
    post: FileTransport | None,
    until: float | None,
    left: room.Left,
) -> bool:
    with acting_as(node):
        held = _held(file)
        if held is None or arriving.rests(held) or not admitting.may_come(node, held, left):
            return True
        here = set(content.here(held))
    address, post = _way(node, post)
    ask = _asking(node, file, address, post)
    wanted = [number for number in range(held.chunk_count) if number not in here]
    got = 0
    with closing(side_by_side.ask(ask, wanted, node.sender, until)) as chunks:
        for number, chunk in chunks:
            if not _keep(node, file, number, chunk):
                return True
            got += 1
    if got < len(wanted):
        return False
    with acting_as(node):
        if held := _held(file):
            arriving.complete(node.party, held)
    return True


def _way(node: Identity, post: FileTransport | None) -> tuple[str, FileTransport]:
    try:
        peer = peers.get(node.sender)
    except PartiesError as error:
        raise Trouble("unknown-sender", str(error)) from error
    if not peer.address:
        raise Trouble("no-address", f"{node.sender} accepts no connections")
    return peer.address, post or transport.to(peer)


def _asking(
    node: Identity, file: UUID, address: str, post: FileTransport
) -> Callable[[int], bytes]:
    """What asks for a chunk, in any thread: it needs no database any more."""
    with acting_as(Identity.of_node(node.party)):
        known = peers.acknowledged(node.sender, node.party) or None
        key = keysets.manifest_key(node.party, known)

    def ask(number: int) -> bytes:
        asked = FileRequest(node.party, node.sender, file, number, clock.now())
        status, body = post.post_file(address, asked.sign(key.kid, key.private))
        if status != 200:
            raise Trouble(f"http-{status}", body[:200].decode("utf-8", "replace"))
        return body

    return ask


def _keep(node: Identity, file: UUID, number: int, chunk: bytes) -> bool:
    """Verify and keep a chunk; False where the file was withdrawn meanwhile. Raises Broken."""
    with acting_as(node):
        held = _held(file)
        if held is None:
            return False
        content.open_chunk(held, number, chunk)
        content.keep(held, number, chunk)
        if held.attempts or held.reason or held.admitted_at is None:
            held.attempts, held.reason, held.next_try_at = 0, "", None
            held.admitted_at = held.admitted_at or clock.now()
            held.save(update_fields=["attempts", "reason", "next_try_at", "admitted_at"])
        if number % TELL_EVERY == 0:
            arriving.tell(node.party, held)
    return True
