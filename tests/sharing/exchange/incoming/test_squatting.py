"""A Party that knows the id of what another one has not sent here yet, and is first to use it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from cordillera import clock
from cordillera.crypto import ids, strict
from cordillera.crypto.ids import party_of
from sharing.exchange import replaying
from sharing.exchange.formats.statement import AttachmentKey, Content, Expiry, Withdrawal
from sharing.exchange.models import Item
from sharing.records.attachments.models import Attachment
from sharing.records.models import Record
from tests.conftest import alert_handling

from ..foreign import Foreign
from .conftest import alert, as_node, outcomes, record_of, send
from .test_third_party import comment

GUESSED = ids.new("US")


def file(**changes: Any) -> dict[str, Any]:
    return {
        "id": str(GUESSED),
        "name": "invoice.pdf",
        "size": 9,
        "media_type": "application/pdf",
        "sha256": strict.encode(bytes(32)),
        **changes,
    }


def waiting() -> list[Item]:
    with as_node():
        return list(Item.objects.filter(outcome="waiting"))


def test_a_record_is_not_taken_by_who_knows_its_id(us: Foreign, ca: Foreign) -> None:
    theirs = alert(us, "MX")
    assert outcomes(send(ca, [alert(ca, "MX", record=record_of(theirs))])) == ["foreign-id"]
    assert outcomes(send(us, [theirs])) == ["applied"]
    assert outcomes(send(ca, [alert(ca, "MX", record=record_of(theirs))])) == ["foreign-id"]
    with as_node():
        assert Record.objects.get().originator_id == "US"


def test_what_waits_for_a_record_is_not_emptied_by_who_knows_its_id(
    us: Foreign, ca: Foreign
) -> None:
    theirs = alert(us, "MX", "CA")
    record = record_of(theirs)
    answer = us.version(
        body={"nature": "comment", "summary": "Seen.", "original_language": "en"},
        handling=alert_handling("US", "MX"),
        kind="comment",
        about=record,
        reference="US-CM-2026-00001",
    )
    assert outcomes(send(us, [answer])) == ["unknown-about"]
    gone = Withdrawal(record, "CA-OA-2026-00001", "offence_alert", None, 1, "recalled")
    squat = alert(ca, "MX", record=record, kind="oracle")
    assert outcomes(send(ca, [squat, ca.state(gone)])) == ["foreign-id"] * 2
    assert [item.text for item in waiting()] == [answer]
    send(us, [theirs])
    assert replaying.replay_waiting("MX") == 1
    with as_node():
        assert Record.objects.get(about=record).kind == "comment"


def test_a_file_is_not_taken_by_who_knows_its_id(us: Foreign, ca: Foreign) -> None:
    assert outcomes(send(ca, [alert(ca, "MX", attachments=[file()])])) == ["foreign-id"]
    assert outcomes(send(us, [alert(us, "MX", attachments=[file()])])) == ["applied"]
    with as_node(sender="US"):
        assert Attachment.objects.get().record.originator_id == "US"


@pytest.mark.parametrize(
    "content",
    [
        Withdrawal(GUESSED, "CA-OA-2026-00001", "offence_alert", None, 1, "recalled"),
        Expiry(GUESSED, "CA-OA-2026-00001", 1),
        AttachmentKey(GUESSED, 1, ids.new("CA"), bytes(32)),
        AttachmentKey(ids.new("CA"), 1, GUESSED, bytes(32)),
    ],
    ids=["withdrawal", "expiry", "key", "file"],
)
def test_nobody_states_anything_of_another_partys_id(ca: Foreign, content: Content) -> None:
    assert outcomes(send(ca, [ca.state(content)])) == ["foreign-id"]


def test_a_statement_names_its_own_partys_reference(ca: Foreign) -> None:
    content = Expiry(ids.new("CA"), "US-OA-2026-00001", 1)
    assert outcomes(send(ca, [ca.state(content)])) == ["record-mismatch"]


def test_an_answer_goes_to_whom_it_answers(ca: Foreign) -> None:
    answers = [comment(ca, about) for about in (ids.new("BR"), uuid4())]
    assert outcomes(send(ca, answers)) == ["record-mismatch"] * 2


def test_the_database_holds_it_too(us: Foreign) -> None:
    send(us, [alert(us, "MX")])
    with as_node(sender="US"):
        record = Record.objects.get()
        assert party_of(record.pk) == "US"
        for pk in (ids.new("CA"), ids.bound("US", bytes(16)).int & ~(0xF << 76)):
            with pytest.raises(IntegrityError, match="_id_of_party"), transaction.atomic():
                Record.objects.create(
                    id=pk, kind="x", originator_id="US", audience=["MX"], created_at=clock.now(),
                    updated_at=clock.now(),
                )  # fmt: skip
        with pytest.raises(IntegrityError, match="attachment_id_of_party"), transaction.atomic():
            Attachment.objects.create(
                id=ids.new("CA"), record=record, since=1, name="x", size=1, added_at=clock.now()
            )
