"""Where a scanner is set, nobody gets a file before it was scanned."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from audit.database import whole_log
from audit.models import Entry
from cordillera.access.session import acting_as
from sharing.records import actions
from sharing.records.attachments import clamd, scanning
from sharing.records.attachments.models import Attachment, Chunk
from sharing.records.problems import Invalid
from tests.conftest import Cast

from .conftest import PDF, attach


class Scanner:
    """A little clamd: says what it was told to, and keeps what came."""

    def __init__(self) -> None:
        self.says, self.came = b"stream: OK\0", b""
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._door.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            with line, line.makefile("rb") as came:
                assert came.read(10) == b"zINSTREAM\0"
                while size := int.from_bytes(came.read(4), "big"):
                    self.came += came.read(size)
                line.sendall(self.says)

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join()


@pytest.fixture
def scanner(settings: Any, media: Any) -> Iterator[Scanner]:
    made = Scanner()
    settings.CLAMD_URL = made.url
    yield made
    made.close()


def state(cast: Cast) -> Attachment:
    with acting_as(cast.identity("originator")):
        return Attachment.objects.get()


def test_a_file_waits_for_the_scanner_and_is_not_released_before(
    cast: Cast, draft_alert: Any, scanner: Scanner
) -> None:
    assert attach(cast, draft_alert).state == Attachment.QUARANTINED
    by = cast.identity("originator")
    with acting_as(by), pytest.raises(Invalid, match="being scanned"):
        actions.submit(record=draft_alert, by=by)
    assert (scanning.scan_all("US"), scanner.came) == (1, PDF)
    assert state(cast).state == Attachment.READY


def test_an_infected_file_is_destroyed_and_it_is_said(
    cast: Cast, draft_alert: Any, scanner: Scanner
) -> None:
    attach(cast, draft_alert)
    scanner.says = b"stream: Eicar-Test-Signature FOUND\0"
    scanning.scan_all("US")
    found = state(cast)
    assert (found.state, found.reason, found.detail) == (
        "refused",
        "infected",
        "Eicar-Test-Signature",
    )
    assert found.sealed_key is None
    with acting_as(cast.identity("originator")):
        assert not Chunk.objects.exists()
    with acting_as(cast.identity("colleague")), whole_log():
        assert Entry.objects.filter(tag="attachment:refuse").exists()


@pytest.mark.parametrize("says", [b"", b"INSTREAM size limit exceeded. ERROR\0"])
def test_a_scanner_that_does_not_scan_keeps_the_file_back(
    cast: Cast, draft_alert: Any, scanner: Scanner, says: bytes
) -> None:
    attach(cast, draft_alert)
    scanner.says = says
    assert scanning.scan_all("US") == 0
    assert (state(cast).state, state(cast).reason) == ("quarantined", "scanner-away")


def test_a_scanner_that_is_away_is_tried_again_later(
    cast: Cast, draft_alert: Any, settings: Any, media: Any
) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:9"
    attach(cast, draft_alert)
    scanning.scan_all("US")
    assert (state(cast).reason, state(cast).next_try_at is None) == ("scanner-away", False)


@pytest.mark.parametrize("url", ["clamd", "http://127.0.0.1", "unix:"])
def test_an_address_that_is_none_is_said(url: str) -> None:
    with pytest.raises(clamd.Away, match="was wanted"):
        clamd.scan(url, [])
