"""What lies here of one originator's files stays within its bounds, and he is told by version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cordillera.parties import peers
from sharing.exchange import fetching
from sharing.exchange.formats.file import FileRequest
from sharing.exchange.formats.statement import AttachmentKey, Withdrawal
from sharing.exchange.formats.version import Version
from sharing.exchange.troubles import Trouble

from ..foreign import Foreign
from .conftest import alert, outcomes, send
from .test_file_turns import Nodes, states, told
from .test_files import PLAIN, Files, again


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any, us: Foreign) -> None:
    settings.MEDIA_ROOT, settings.CLAMD_URL = tmp_path, ""
    settings.ATTACHMENT_ORIGINATOR_BYTES = len(PLAIN) + 1
    peers.set_address("US", "http://127.0.0.1:9")


def recall(us: Foreign, version: Version) -> None:
    gone = Withdrawal(version.record, version.reference, version.kind, None, 1, "recalled")
    assert outcomes(send(us, [us.state(gone)])) == ["applied"]


def fetch(nodes: Nodes, times: int = 1) -> None:
    for _ in range(times):
        fetching.fetch_all("MX", nodes)
        again()


def events() -> list[str]:
    return [event for _, event, _ in told()]


def test_a_file_counts_before_its_first_chunk_is_here(us: Foreign, monkeypatch: Any) -> None:
    """Another task begins with the other file while this one's first chunk is on its way."""
    nodes, begun = Nodes(), list[bool]()
    nodes.release(us)
    nodes.release(us, 2)
    answer = nodes.post_file

    def post_file(address: str, text: str) -> tuple[int, bytes]:
        if not begun:
            begun.append(True)
            [one, two] = fetching.due("MX")["US"]
            other = two if FileRequest.peek(text).file == one else one
            fetching.fetch("MX", "US", other, nodes)
        return answer(address, text)

    def in_this_thread(
        part: Callable[[int], bytes], numbers: Sequence[int], *rest: Any
    ) -> Iterator[tuple[int, bytes]]:
        for number in numbers:
            yield number, part(number)

    monkeypatch.setattr(fetching.locks, "alone", lambda name: nullcontext(True))
    monkeypatch.setattr(fetching.side_by_side, "ask", in_this_thread)
    monkeypatch.setattr(nodes, "post_file", post_file)
    fetching.fetch_all("MX", nodes)
    assert sorted(states("US")) == [("arriving", "over-quota"), ("ready", "")]


def test_who_does_not_answer_holds_no_room_with_what_has_not_begun(
    us: Foreign, monkeypatch: Any
) -> None:
    nodes = Nodes()
    nodes.release(us)
    [away] = nodes.files
    nodes.release(us, 2)
    answer = nodes.post_file

    def post_file(address: str, text: str) -> tuple[int, bytes]:
        if FileRequest.peek(text).file == away:
            raise Trouble("unreachable")
        return answer(address, text)

    monkeypatch.setattr(nodes, "post_file", post_file)
    fetching.fetch_all("MX", nodes)
    assert states("US") == [("arriving", "away"), ("ready", "")]


def test_a_version_waits_until_none_of_its_files_does(us: Foreign, settings: Any) -> None:
    nodes = Nodes()
    first = nodes.release(us)
    fetch(nodes)
    two = [Files(us), Files(us)]
    nodes.files |= {one.id: one for one in two}
    text = alert(us, "MX", attachments=[one.listed for one in two], reference="US-OA-2026-00002")
    version = Version.peek(text)
    keys = [AttachmentKey(version.record, version.number, one.id, one.key) for one in two]
    assert outcomes(send(us, [text, *map(us.state, keys)])) == ["applied"] * 3
    fetch(nodes, 2)
    assert events() == ["refused"]
    recall(us, first)
    fetch(nodes, 3)
    assert sorted(states("US"))[:2] == [("arriving", "over-quota"), ("purged", "")]
    assert events() == ["refused"]
    settings.ATTACHMENT_ORIGINATOR_BYTES *= 2
    fetch(nodes, 2)
    assert events() == ["refused", "applied"]


def test_what_an_originator_has_here_is_summed_up_once_for_all_that_find_no_room(
    us: Foreign, settings: Any
) -> None:
    nodes = Nodes()
    for number in range(1, 6):
        nodes.release(us, number)
    fetch(nodes)
    with CaptureQueriesContext(connection) as asked:
        fetch(nodes)
    assert sum("records_room_taken" in one["sql"] for one in asked) == 1
    assert sorted(states("US")) == [("arriving", "over-quota")] * 4 + [("ready", "")]
    settings.ATTACHMENT_ORIGINATOR_BYTES *= 2
    fetch(nodes)
    assert states("US").count(("ready", "")) == 2
