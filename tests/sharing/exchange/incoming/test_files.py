"""Files of received versions: fetched chunk by chunk, verified, resumed, scanned, purged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cordillera import clock
from cordillera.crypto import ids, strict
from sharing.exchange import fetching
from sharing.exchange.formats.file import FileRequest
from sharing.exchange.formats.statement import AttachmentKey, Withdrawal
from sharing.exchange.formats.version import Version
from sharing.exchange.models import Item, Report
from sharing.exchange.troubles import Trouble
from sharing.records import queries
from sharing.records.attachments import content, sealed
from sharing.records.attachments.models import Attachment, Chunk
from sharing.records.models import Record
from tests.conftest import Cast

from ..foreign import Foreign, Stream
from .conftest import alert, as_node, outcomes, send

MIB = 1024 * 1024
PLAIN = b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n" + bytes(2 * MIB)


class Files:
    """The files of a foreign node, and its answers; `spoil` changes a chunk on its way."""

    def __init__(self, node: Foreign, plain: bytes = PLAIN, **listed: Any) -> None:
        self.node, self.id, self.key = node, ids.new(node.party), sealed.new_key()
        self.listed = {
            "id": str(self.id),
            "name": "invoice.pdf",
            "size": len(plain),
            "media_type": "application/pdf",
            "sha256": strict.encode(hashlib.sha256(plain).digest()),
            **listed,
        }
        parts = [plain[at : at + MIB] for at in range(0, len(plain), MIB)]
        self.chunks = [
            sealed.seal(part, self.key, self.id, at, at == len(parts) - 1)
            for at, part in enumerate(parts)
        ]
        self.asked: list[int] = []
        self.spoil: Callable[[int, bytes], bytes] = lambda number, chunk: chunk

    def post_file(self, address: str, text: str) -> tuple[int, bytes]:
        asked = FileRequest.read(text, self.node.known["MX"].signer)
        assert (asked.by, asked.to, asked.file) == ("MX", self.node.party, self.id)
        self.asked.append(asked.chunk)
        return 200, self.spoil(asked.chunk, self.chunks[asked.chunk])


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT, settings.CLAMD_URL = tmp_path, ""
    return tmp_path


@pytest.fixture
def us(us: Foreign) -> Foreign:
    from cordillera.parties import peers

    peers.set_address("US", "http://127.0.0.1:9")
    return us


@pytest.fixture
def files(us: Foreign) -> Files:
    return Files(us)


def sent(us: Foreign, files: Files, **changes: Any) -> Version:
    """The version and its file's key, taken in."""
    text = alert(us, "MX", attachments=[files.listed], **changes)
    version = Version.peek(text)
    key = AttachmentKey(version.record, version.number, files.id, files.key)
    assert outcomes(send(us, [text, us.state(key)])) == ["applied", "applied"]
    return version


def held(sender: str = "US") -> Attachment:
    with as_node(sender=sender):
        return Attachment.objects.get()


def bytes_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def again() -> None:
    """The pause is over."""
    with as_node(sender="US"):
        Attachment.objects.update(next_try_at=None)


def test_a_file_comes_whole_and_opens(us: Foreign, files: Files) -> None:
    version = sent(us, files)
    assert held().state == Attachment.ARRIVING
    assert fetching.fetch_all("MX", files) is False
    assert (held().state, sorted(files.asked)) == (Attachment.READY, [0, 1, 2])
    with as_node():
        assert b"".join(content.Content.of(Attachment.objects.get()).read()) == PLAIN
        record = Record.objects.get(pk=version.record)
        assert record.current is not None
        assert queries.signature(record.current)["verified"]


def test_its_key_lies_in_no_item(us: Foreign, files: Files) -> None:
    sent(us, files)
    with as_node():
        assert Item.objects.get(type=Item.KEY).text == ""
    assert files.key not in bytes(held().sealed_key or b"")


def test_what_was_interrupted_goes_on_where_it_stopped(us: Foreign, files: Files) -> None:
    sent(us, files)

    def cut(number: int, chunk: bytes) -> bytes:
        if number == 1:
            raise Trouble("unreachable")
        return chunk

    files.spoil = cut
    fetching.fetch_all("MX", files)
    assert (held().state, held().reason) == (Attachment.ARRIVING, "away")
    files.spoil = lambda number, chunk: chunk
    fetching.fetch_all("MX", files)
    assert sorted(files.asked) == [0, 1, 2]  # not again before the pause is over
    again()
    fetching.fetch_all("MX", files)
    assert (held().state, sorted(files.asked)) == (Attachment.READY, [0, 1, 1, 2, 2])


def test_a_busy_node_is_left_alone_with_all_its_files(us: Foreign, files: Files) -> None:
    sent(us, files)
    sent(us, other := Files(us), reference="US-OA-2026-00002")

    def busy(number: int, chunk: bytes) -> bytes:
        raise Trouble("busy", after=60)

    files.spoil = other.spoil = busy
    fetching.fetch_all("MX", files)
    with as_node(sender="US"):
        waits = list(Attachment.objects.values_list("next_try_at", flat=True))
    assert all(one and 50 < (one - clock.now()).total_seconds() < 90 for one in waits)
    assert len(waits) == 2
    asked = len(files.asked)
    fetching.fetch_all("MX", files)
    assert (asked <= 3, len(files.asked)) == (True, asked)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda files: lambda number, chunk: chunk[:-1] + bytes([chunk[-1] ^ 1]),
        lambda files: lambda number, chunk: files.chunks[(number + 1) % 3],
        lambda files: lambda number, chunk: chunk[: len(chunk) // 2],
        lambda files: lambda number, chunk: b"",
    ],
    ids=["flipped", "swapped", "cut", "empty"],
)
def test_a_spoilt_chunk_is_not_kept(us: Foreign, files: Files, spoil: Any, media: Path) -> None:
    sent(us, files)
    files.spoil = spoil(files)
    fetching.fetch_all("MX", files)
    assert (held().state, held().reason, bytes_in(media)) == (Attachment.ARRIVING, "differs", 0)


def test_a_file_that_is_not_what_was_signed_is_destroyed(us: Foreign, media: Path) -> None:
    files = Files(us, sha256=strict.encode(hashlib.sha256(b"other").digest()))
    sent(us, files)
    fetching.fetch_all("MX", files)
    assert (held().state, held().reason, held().sealed_key) == ("refused", "differs", None)


def test_a_program_under_another_name_is_destroyed(us: Foreign) -> None:
    files = Files(us, b"MZ\x90\0" + bytes(500))
    sent(us, files)
    fetching.fetch_all("MX", files)
    assert (held().state, held().reason) == ("refused", "type")


def test_a_node_without_an_address_is_said_so(us: Foreign, files: Files) -> None:
    from cordillera.parties.models import Peer

    sent(us, files)
    Peer.objects.filter(party="US").update(address="")
    fetching.fetch_all("MX", files)
    assert held().reason == "no-address"


@pytest.mark.parametrize("fetched", [False, True])
def test_a_key_that_comes_again_with_a_new_epoch_changes_nothing(
    us: Foreign, files: Files, fetched: bool
) -> None:
    text = alert(us, "MX", attachments=[files.listed])
    version = Version.peek(text)
    key = AttachmentKey(version.record, version.number, files.id, files.key)
    send(us, [text, us.state(key)])
    if fetched:
        fetching.fetch_all("MX", files)
    us.sent["MX"] = Stream(epoch=2)
    assert outcomes(send(us, [text, us.state(key)])) == ["applied", "applied"]
    fetching.fetch_all("MX", files)
    assert (held().state, sorted(files.asked)) == (Attachment.READY, [0, 1, 2])


def test_a_key_that_was_lost_comes_with_a_new_epoch(us: Foreign, files: Files) -> None:
    """As after an older backup: the version is here, and its file's key is not."""
    text = alert(us, "MX", attachments=[files.listed])
    version = Version.peek(text)
    key = AttachmentKey(version.record, version.number, files.id, files.key)
    send(us, [text])
    fetching.fetch_all("MX", files)
    assert (held().state, held().reason) == (Attachment.ARRIVING, "no-key")
    us.sent["MX"] = Stream(epoch=2)
    send(us, [text, us.state(key)])
    fetching.fetch_all("MX", files)
    assert held().state == Attachment.READY


def test_a_recall_takes_the_files_of_received_answers_along(
    us: Foreign, files: Files, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    version = Version.peek(text := alert(us, "MX"))
    answer = us.version(
        kind="comment",
        reference="US-CM-2026-00001",
        about=version.record,
        body={"nature": "comment", "summary": "See the photo.", "original_language": "en"},
        handling=version.handling,
        attachments=[files.listed],
    )
    record = Version.peek(answer).record
    key = us.state(AttachmentKey(record, 1, files.id, files.key))
    assert outcomes(send(us, [text, answer, key])) == ["applied"] * 3
    fetching.fetch_all("MX", files)
    assert (held().state, bytes_in(media)) == (Attachment.READY, 3)
    gone = Withdrawal(version.record, version.reference, version.kind, None, 1, "recalled")
    with django_capture_on_commit_callbacks(execute=True):
        assert outcomes(send(us, [us.state(gone)])) == ["applied"]
    assert (held().state, held().sealed_key, bytes_in(media)) == ("purged", None, 0)


def test_a_key_of_no_known_file_is_refused(us: Foreign) -> None:
    key = AttachmentKey(ids.new("US"), 1, ids.new("US"), sealed.new_key())
    assert outcomes(send(us, [us.state(key)])) == ["record-mismatch"]


def test_another_party_gives_no_key(us: Foreign, ca: Foreign, files: Files) -> None:
    version = Version.peek(text := alert(us, "MX", attachments=[files.listed]))
    send(us, [text])
    key = AttachmentKey(version.record, 1, files.id, sealed.new_key())
    assert outcomes(send(ca, [ca.state(key)])) == ["foreign-id"]
    assert held().sealed_key is None


def test_a_recalled_records_files_leave_no_bytes(
    us: Foreign, files: Files, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    version = sent(us, files)
    fetching.fetch_all("MX", files)
    assert bytes_in(media) == 3
    gone = Withdrawal(version.record, version.reference, version.kind, None, 1, "recalled")
    with django_capture_on_commit_callbacks(execute=True):
        assert outcomes(send(us, [us.state(gone)])) == ["applied"]
    assert (held().state, held().sealed_key, bytes_in(media)) == ("purged", None, 0)
    with as_node():
        assert Report.objects.get(event=Report.PURGED).detail["purged"]["attachments"] == 1
        assert not Chunk.objects.exists()


def test_a_file_comes_again_with_a_record_that_comes_back(us: Foreign, files: Files) -> None:
    version = sent(us, files)
    gone = Withdrawal(version.record, version.reference, version.kind, None, 1, "narrowed")
    send(us, [us.state(gone)])
    sent(us, files, record=version.record, reference=version.reference, number=2)
    fetching.fetch_all("MX", files)
    assert (held().state, held().since) == (Attachment.READY, 2)


def test_a_file_that_the_next_version_has_no_more_ends_with_it(us: Foreign, files: Files) -> None:
    version = sent(us, files)
    again = alert(us, "MX", record=version.record, reference=version.reference, number=2)
    assert outcomes(send(us, [again])) == ["applied"]
    assert (held().since, held().until) == (1, 2)


def test_nobody_downloads_what_has_not_come(us: Foreign, files: Files, cast: Cast) -> None:
    from django.test import Client
    from django.urls import reverse

    version = sent(us, files)
    browser = Client()
    browser.force_login(cast.recipient)
    address = reverse("attachment", args=[version.record, files.id])
    assert browser.get(address).status_code == 404
    fetching.fetch_all("MX", files)
    assert browser.get(address).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"size": 0},
        {"size": 1024 * MIB + 1},
        {"name": "a\nb"},
        {"media_type": "text/html; x"},
        {"sha256": "short"},
        {"more": 1},
    ],
)
def test_a_hostile_list_of_files_is_refused(us: Foreign, change: dict[str, Any]) -> None:
    text = alert(us, "MX", attachments=[Files(us, b"x", **change).listed])
    assert outcomes(send(us, [text])) == ["malformed"]


def test_a_file_of_another_record_is_not_taken_over(us: Foreign, files: Files) -> None:
    sent(us, files)
    assert outcomes(send(us, [alert(us, "MX", attachments=[files.listed])])) == ["schema"]
