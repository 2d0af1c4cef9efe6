"""A harmful file: who added it hears of it, those whom its record concerns, and administrators."""

from __future__ import annotations

from typing import Any

import pytest

from cordillera.access.session import acting_as
from sharing.desk import mail
from sharing.desk.models import InboxItem
from sharing.records.attachments import scanning
from sharing.records.attachments.models import Attachment
from tests.conftest import Cast
from tests.sharing.desk.conftest import signed_in
from tests.sharing.records.attachments.conftest import attach, media
from tests.sharing.records.attachments.test_scanning import Scanner, scanner

__all__ = ["media", "scanner"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def harmful(cast: Cast, draft_alert: Any, scanner: Scanner) -> Attachment:
    """In the originator's draft, found by the scanner."""
    file = attach(cast, draft_alert)
    scanner.says = b"stream: Eicar-Test-Signature FOUND\0"
    scanning.scan_all("US")
    return file


def lines(officer: Any) -> list[Any]:
    found = signed_in(officer).get("/notifications/").context["lines"]
    return [line for line in found if line.notification.topic == "infected"]


def test_who_added_it_is_led_to_the_draft(cast: Cast, draft_alert: Any, harmful: Any) -> None:
    [line] = lines(cast.originator)
    assert line.url == f"/records/{draft_alert.pk}/edit/#section-attachments"
    assert line.notification.detail == "Eicar-Test-Signature"
    assert lines(cast.colleague) == lines(cast.recipient) == []


def test_an_administrator_hears_of_it_without_the_title(
    cast: Cast, draft_alert: Any, harmful: Any
) -> None:
    [line] = lines(cast.admin)
    assert line.title == "Offence alert Eicar-Test-Signature"
    assert (line.url, line.notification.record_id) == ("", None)


def test_it_is_said_once(cast: Cast, harmful: Any) -> None:
    with acting_as(cast.identity("originator")):
        held = Attachment.objects.get()
    assert held.state == Attachment.REFUSED
    scanning.scan_all("US")
    assert len(lines(cast.originator)) == 1


def test_mail_goes_out_as_for_every_topic(cast: Cast, harmful: Any, mailoutbox: Any) -> None:
    cast.originator.email = "officer@us.example"
    cast.originator.save()
    mail.send("US")
    assert "officer@us.example" in [one.to[0] for one in mailoutbox]
    assert "Eicar" not in "".join(one.body for one in mailoutbox)


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_the_draft_says_what_to_do(
    cast: Cast, draft_alert: Any, harmful: Any, language: str
) -> None:
    cast.originator.language = language
    cast.originator.save()
    page = signed_in(cast.originator).get(f"/records/{draft_alert.pk}/edit/")
    [row] = page.context["attachments"]
    assert (row.tone, "Eicar-Test-Signature" in row.why) == ("red", True)
    assert row.to_do in page.content.decode()


def test_at_a_recipients_node_those_hear_whom_it_concerns(
    cast: Cast, arrived: InboxItem, media: Any
) -> None:
    """As the scanner says it there: of another Party's record, added by nobody here."""
    from cordillera.access.identity import Identity

    mexican = cast.recipient.__class__.objects.create(
        username="mx.admin", party_id="MX", roles=["administrator"], name="Administrator"
    )
    with acting_as(Identity.of_node("MX")):
        file = Attachment(record_id=arrived.record_id, detail="Eicar-Test-Signature")
        record = file.record
        scanning.infected.send(sender=Attachment, record=record, file=file, officer=None)
    assert [line.url for line in lines(cast.recipient)] == [f"/inbox/{arrived.pk}/"]
    assert [line.url for line in lines(mexican)] == [""]
    assert lines(cast.originator) == []
