"""Files of our versions: their keys follow the version, their chunks go to who has the record now."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cordillera.access.session import acting_as
from cordillera.crypto import strict
from cordillera.parties import agreements
from sharing.exchange import sending
from sharing.exchange.formats.file import FileRequest
from sharing.exchange.models import Item
from sharing.records import actions
from sharing.records.attachments import sealed
from sharing.records.attachments.models import Attachment
from sharing.records.models import Record
from tests.conftest import Cast, alert_body, alert_handling, released
from tests.sharing.records.attachments.conftest import PDF, attach

from ..foreign import Foreign, Line
from .sent import US, items, recall


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT, settings.CLAMD_URL = tmp_path, ""


@pytest.fixture
def draft(cast: Cast) -> Record:
    by = cast.identity("originator")
    with acting_as(by):
        return actions.draft(
            kind="offence_alert", by=by, body=alert_body(), handling=alert_handling("MX")
        )


@pytest.fixture
def file(cast: Cast, draft: Record) -> Attachment:
    return attach(cast, draft)


@pytest.fixture
def record(cast: Cast, draft: Record, file: Attachment) -> Record:
    return released(cast, draft)


def asked(node: Foreign, file: UUID, chunk: int = 0, **changes: Any) -> Any:
    """The answer to this node's request for a chunk."""
    values = {"by": node.party, "to": "US", "file": file, "chunk": chunk, "at": datetime.now(UTC)}
    text = node._signed(FileRequest(**{**values, **changes}))
    return Client().post("/exchange/v1/files", text, content_type="application/jose")


def test_the_key_follows_the_version(
    record: Record, file: Attachment, mx: Foreign, line: Line
) -> None:
    sending.drain("US", "MX", line)
    version, key = mx.items
    assert version["attachments"][0]["id"] == key["file"] == str(file.pk)
    assert (key["type"], key["record"]) == ("attachment-key", str(record.pk))


def test_the_key_opens_what_is_handed_out(
    record: Record, file: Attachment, mx: Foreign, line: Line
) -> None:
    sending.drain("US", "MX", line)
    answer = asked(mx, file.pk)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/octet-stream")
    key = strict.decode(mx.items[1]["key"])
    assert sealed.unseal(answer.content, key, file.pk, 0, last=True) == PDF


def test_many_keys_are_drawn_by_as_many_statements_as_one(
    cast: Cast, draft: Record, mx: Foreign, line: Line
) -> None:
    for number in range(4):
        attach(cast, draft, name=f"invoice-{number}.pdf")
    released(cast, draft)
    with CaptureQueriesContext(connection) as asked:
        sending.drain("US", "MX", line)
    assert [one.get("type") for one in mx.items] == [None, *["attachment-key"] * 4]
    # The one that numbers them, and the one that reads what the batch holds.
    assert sum("records_attachment" in query["sql"] for query in asked) == 2


def test_the_key_is_kept_in_no_item(record: Record, file: Attachment, line: Line) -> None:
    sending.drain("US", "MX", line)
    assert [(one.type, one.text) for one in items()] == [(Item.VERSION, ""), (Item.KEY, "")]


def test_a_lost_receipt_sends_the_very_same_key_again(
    record: Record, file: Attachment, mx: Foreign, line: Line
) -> None:
    from sharing.exchange.troubles import Trouble

    line.lost.append(Trouble("timeout"))
    sending.drain("US", "MX", line)
    sending.drain("US", "MX", line, **_now())
    assert {one.outcome for one in items()} == {"applied"}
    assert len(mx.items) == 2


def _now() -> dict[str, Any]:
    from sharing.exchange.models import Channel

    with acting_as(US):
        Channel.objects.update(next_try_at=None)
    return {}


def test_a_new_epoch_sends_the_keys_again(
    record: Record, file: Attachment, mx: Foreign, line: Line
) -> None:
    from sharing.exchange import channels

    from .sent import channel

    sending.drain("US", "MX", line)
    first = mx.items[1]
    mx.items.clear()
    channels.restart(channel(), US)
    assert sending.drain("US", "MX", line).trouble == ""
    version, key = mx.items
    assert version["attachments"][0]["id"] == key["file"] == str(file.pk)
    assert (mx.came["US"].epoch, key["key"]) == (2, first["key"])
    answer = asked(mx, file.pk)
    assert sealed.unseal(answer.content, strict.decode(key["key"]), file.pk, 0, last=True) == PDF


def test_an_answers_files_travel_as_a_records_do(
    cast: Cast, record: Record, mx: Foreign, line: Line
) -> None:
    by = cast.identity("colleague")
    with acting_as(by):
        draft = actions.begin_answer(about=record, kind="comment", by=by)
    photo = attach(cast, draft, part="colleague")
    sending.drain("US", "MX", line)
    assert [one.get("type") for one in mx.items] == [None, "attachment-key"]
    assert asked(mx, photo.pk).status_code == 404
    with acting_as(by):
        body = {"nature": "comment", "summary": "The invoice that goes with it."}
        actions.answer(about=record, kind="comment", by=by, body=body, begun=draft)
    sending.drain("US", "MX", line)
    version, key = mx.items[2:]
    assert (version["about"], key["file"]) == (str(record.pk), str(photo.pk))
    assert asked(mx, photo.pk).status_code == 200
    recall(cast, record)
    assert asked(mx, photo.pk).status_code == 404


def test_what_was_recalled_before_it_left_takes_its_key_along(
    cast: Cast, record: Record, mx: Foreign, line: Line
) -> None:
    from sharing.exchange import sequencing

    from .sent import channel

    sequencing.sequence(channel())
    recall(cast, record)
    sending.drain("US", "MX", line)
    assert [one["type"] for one in mx.items] == ["withdrawal", "report", "withdrawal"]


def test_only_the_audience_gets_chunks(
    record: Record, file: Attachment, remote: dict[str, Foreign]
) -> None:
    assert asked(remote["MX"], file.pk).status_code == 200
    assert asked(remote["CA"], file.pk).status_code == 404
    assert asked(remote["MX"], uuid4()).status_code == 404
    assert asked(remote["MX"], file.pk, 1).status_code == 404


def test_nobody_asks_in_anothers_name(
    record: Record, file: Attachment, remote: dict[str, Foreign]
) -> None:
    assert asked(remote["CA"], file.pk, by="MX").status_code == 403
    assert asked(Foreign("BR"), file.pk).status_code == 404
    assert asked(remote["MX"], file.pk, to="CA").status_code == 404


def test_a_recalled_records_chunks_are_refused(
    cast: Cast, record: Record, file: Attachment, mx: Foreign
) -> None:
    recall(cast, record)
    assert asked(mx, file.pk).status_code == 404


def test_a_drafts_files_are_nobodys(file: Attachment, mx: Foreign) -> None:
    assert asked(mx, file.pk).status_code == 404


def test_while_sharing_is_suspended_nothing_is_handed_out(
    record: Record, file: Attachment, mx: Foreign
) -> None:
    agreements.suspend("US", "MX", reason="A breach")
    assert asked(mx, file.pk).status_code == 403


def test_nonsense_is_refused() -> None:
    answer = Client().post("/exchange/v1/files", "x.y.z", content_type="application/jose")
    assert answer.status_code == 400
