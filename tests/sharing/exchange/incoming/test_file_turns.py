"""Files of several originators: none waits for another's, and none fills the disk of all."""

from __future__ import annotations

import errno
import time
from pathlib import Path
from typing import Any

import pytest

from cordillera.parties import peers
from sharing.exchange import fetching
from sharing.exchange.formats.file import FileRequest
from sharing.exchange.formats.statement import AttachmentKey, Withdrawal
from sharing.exchange.formats.version import Version
from sharing.exchange.models import Report
from sharing.records.attachments import storage
from sharing.records.attachments.models import Attachment

from ..foreign import Foreign
from .conftest import alert, as_node, outcomes, send
from .test_files import PLAIN, Files, again


class Nodes:
    """The files of all foreign nodes; each answer takes `seconds`."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.files: dict[Any, Files] = {}

    def release(self, node: Foreign, number: int = 1) -> Version:
        """A version of the node's with a file, and its key, taken in."""
        files = Files(node)
        self.files[files.id] = files
        reference = f"{node.party}-OA-2026-{number:05d}"
        text = alert(node, "MX", attachments=[files.listed], reference=reference)
        version = Version.peek(text)
        key = AttachmentKey(version.record, version.number, files.id, files.key)
        assert outcomes(send(node, [text, node.state(key)])) == ["applied", "applied"]
        return version

    def post_file(self, address: str, text: str) -> tuple[int, bytes]:
        time.sleep(self.seconds)
        asked = FileRequest.peek(text)
        return 200, self.files[asked.file].chunks[asked.chunk]


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any, us: Foreign, ca: Foreign) -> None:
    settings.MEDIA_ROOT, settings.CLAMD_URL = tmp_path, ""
    for party in ("US", "CA"):
        peers.set_address(party, "http://127.0.0.1:9")


def states(party: str) -> list[tuple[str, str]]:
    with as_node(sender=party):
        found = Attachment.objects.filter(record__originator=party).order_by("added_at")
        return list(found.values_list("state", "reason"))


def told() -> list[tuple[str, str, dict[str, Any]]]:
    """To whom which event was reported of files, with what detail."""
    with as_node():
        rows = Report.objects.exclude(event=Report.PURGED).order_by("id")
        return [(one.originator, one.event, one.detail) for one in rows]


def test_originators_take_turns(us: Foreign, ca: Foreign) -> None:
    nodes = Nodes(0.05)
    for number in range(1, 9):
        nodes.release(us, number)
    nodes.release(ca)
    assert fetching.fetch_all("MX", nodes, seconds=0.6)
    assert states("CA") == [("ready", "")]
    assert ("arriving", "") in states("US")


def test_who_has_more_than_is_looked_at_hides_nobody(
    us: Foreign, ca: Foreign, monkeypatch: Any
) -> None:
    monkeypatch.setattr(fetching, "OF_ONE", 2)
    nodes = Nodes()
    for number in range(1, 4):
        nodes.release(us, number)
    nodes.release(ca)
    assert {party: len(files) for party, files in fetching.due("MX").items()} == {"US": 2, "CA": 1}
    assert fetching.fetch_all("MX", nodes)
    assert not fetching.fetch_all("MX", nodes)
    assert states("US") == [("ready", "")] * 3


def test_what_finds_no_room_waits_until_there_is(us: Foreign, ca: Foreign, settings: Any) -> None:
    settings.ATTACHMENT_ORIGINATOR_BYTES = len(PLAIN) + 1
    nodes = Nodes()
    first = nodes.release(us)
    nodes.release(us, 2)
    nodes.release(ca)
    for _ in range(2):
        fetching.fetch_all("MX", nodes)
        again()
    assert states("US") == [("ready", ""), ("arriving", "over-quota")]
    assert states("CA") == [("ready", "")]
    assert told() == [("US", "refused", {"reason": "over-quota"})]
    gone = Withdrawal(first.record, first.reference, first.kind, None, 1, "recalled")
    send(us, [us.state(gone)])
    fetching.fetch_all("MX", nodes)
    assert states("US")[1] == ("ready", "")
    assert told()[1:] == [("US", "applied", {})]


def test_a_disk_without_room_for_one_file_stops_no_other(
    us: Foreign, ca: Foreign, monkeypatch: Any
) -> None:
    nodes = Nodes()
    nodes.release(us)
    nodes.release(ca)
    put = storage.put

    def full(file: Any, *rest: Any) -> None:
        if nodes.files[file].node is us:
            raise OSError(errno.ENOSPC, "No space left on device")
        put(file, *rest)

    monkeypatch.setattr(storage, "put", full)
    fetching.fetch_all("MX", nodes)
    assert states("US") == [("arriving", "unkept")]
    assert states("CA") == [("ready", "")]
