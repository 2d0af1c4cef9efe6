"""A Party that wants what is not its own: told nothing of it, and no harm done to the others."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID, uuid4

import pytest

from cordillera.access.session import acting_as
from cordillera.crypto import ids, strict
from cordillera.crypto.errors import Hostile
from cordillera.crypto.keyset import Contact
from cordillera.parties import agreements
from cordillera.parties.models import Officer, Party
from sharing.exchange import introducing, receiving, replaying
from sharing.records import actions
from sharing.records.models import Record
from tests.conftest import Cast, alert_body, alert_handling

from ..foreign import Foreign
from .conftest import alert, as_node, outcomes, record_of, send


def comment(ca: Foreign, about: UUID, **changes: Any) -> str:
    body = {"nature": "comment", "summary": "What is this?", "original_language": "en"}
    body = changes.pop("body", body)
    number = uuid4().int % 100_000
    return ca.version(
        body=body,
        **{
            "handling": alert_handling("CA", "MX", "US"),
            "kind": "comment",
            "about": about,
            "reference": f"CA-CM-2026-{number:05d}",
            **changes,
        },
    )


def sighting(ca: Foreign, about: UUID) -> str:
    """Another kind of answer, which some records do not have."""
    reference = f"CA-SG-2026-{uuid4().int % 100_000:05d}"
    return comment(ca, about, kind="sighting", reference=reference)


@pytest.mark.parametrize("capped", [False, True], ids=["open", "capped"])
def test_an_answer_does_not_tell_whether_another_partys_record_exists(
    us: Foreign, ca: Foreign, capped: bool
) -> None:
    if capped:
        agreements.change(
            "MX", "CA", highest_tlp="RED", kinds=["trade_pattern"], personal_data=True
        )
    held = alert(us, "MX")
    send(us, [held])
    for guess in (comment, sighting):
        answers = [guess(ca, record_of(held)), guess(ca, ids.new("US"))]
        assert outcomes(send(ca, answers)) == ["unknown-about", "unknown-about"]


def test_an_answer_does_not_tell_of_a_draft_that_is_not_released_yet(
    ca: Foreign, cast: Cast
) -> None:
    mine = cast.identity("recipient")
    with acting_as(mine):
        draft = actions.draft(
            kind="offence_alert", by=mine, body=alert_body(), handling=alert_handling("CA")
        )
    assert outcomes(send(ca, [comment(ca, draft.pk)])) == ["unknown-about"]
    with as_node("MX"):
        assert not Record.objects.filter(kind="comment").exists()


def test_another_partys_contact_cannot_be_named_first(us: Foreign, ca: Foreign) -> None:
    contact = Contact(ids.new("US"), "J. Ortega", "", ("officer",))
    assert introducing.take(ca.issue(contacts=(contact,)).encode()).status == 400
    us.contacts = (contact,)
    assert introducing.take(us.issue().encode()).status == 200
    assert Officer.objects.get(pk=contact.id).party_id == "US"


def test_a_party_does_not_take_another_ones_name(us: Foreign, ca: Foreign) -> None:
    ours = Party.objects.get(code="MX")
    names = {"administration": ours.administration.upper(), "short": "US", "en": "Canada"}
    assert introducing.take(ca.issue(names=names).encode()).status == 200
    theirs = Party.objects.get(code="CA")
    assert (theirs.administration, theirs.short_name) == ("CA", "CA")
    assert theirs.country_names["en"] == "Canada"


def test_a_key_set_from_afar_does_not_point_at_what_listens_on_this_machine(
    ca: Foreign, settings: Any
) -> None:
    here = {"address": "http://127.0.0.1:6379"}
    settings.PUBLIC_URL = "https://node.mx.example"
    assert introducing.take(ca.issue(**here).encode()).status == 400
    ca.key_sets.pop()
    settings.PUBLIC_URL = "http://127.0.0.1:8002"
    assert introducing.take(ca.issue(**here).encode()).status == 200


def test_no_line_of_the_log_is_written_by_who_sends(
    ca: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    forged = {"\n2026 INFO all is well\u202e": 1}
    head = {"format": "cordillera-envelope/1", **forged}
    text = strict.canonical(head)
    with caplog.at_level(logging.WARNING):
        receiving.receive(len(text).to_bytes(4, "big") + text + b"x" * 64)
    said = [one.getMessage() for one in caplog.records if "refused" in one.getMessage()]
    assert said
    assert all(line.isprintable() for line in said)
    assert str(Hostile("a\x00\ud800b")) == "a\\u0000\\ud800b"


def test_references_of_disputes_tell_nothing_to_who_was_not_shown_them(
    us: Foreign, ca: Foreign, cast: Cast
) -> None:
    """CA counts through the references of MX's disputes of a record that it does not have."""
    theirs, shared = alert(us, "MX"), alert(us, "MX", "CA")
    assert outcomes(send(us, [theirs, shared])) == ["applied"] * 2
    me = cast.identity("recipient")
    with acting_as(me):
        found = actions.answer(
            about=Record.objects.get(pk=record_of(theirs)),
            kind="dispute",
            by=me,
            body={"points": [{"field": "observed"}], "summary": "Not so."},
        )
    assert found.reference is not None
    said = [
        outcomes(send(ca, [comment(ca, record_of(shared), **ended(reference))]))
        for reference in (found.reference, f"{found.reference[:-1]}9")
    ]
    assert said == [["unknown-about"]] * 2


def ended(reference: str) -> dict[str, Any]:
    return {
        "kind": "dispute_withdrawal",
        "reference": f"CA-DW-2026-{uuid4().int % 100_000:05d}",
        "body": {"dispute": reference, "summary": "Never mind.", "original_language": "en"},
    }


def test_a_dispute_that_is_kept_from_the_originator_marks_nothing(us: Foreign, ca: Foreign) -> None:
    theirs = alert(us, "MX", "CA")
    assert outcomes(send(us, [theirs])) == ["applied"]
    said = {
        "kind": "dispute",
        "body": {
            "points": [{"field": "observed", "says": "x"}],
            "summary": "Not so.",
            "original_language": "en",
        },
    }
    hidden, open_ = (
        comment(ca, record_of(theirs), handling=alert_handling(*to), reference=reference, **said)
        for to, reference in (
            (("CA", "MX"), "CA-DP-2026-00001"),
            (("CA", "MX", "US"), "CA-DP-2026-00002"),
        )
    )
    assert outcomes(send(ca, [hidden, open_])) == ["record-mismatch", "applied"]


def test_who_joined_a_disputed_record_takes_in_the_dispute_in_its_second_version(
    us: Foreign, ca: Foreign, cast: Cast
) -> None:
    """MX never saw the first versions of either; the dispute comes before its record."""
    record = ids.new("US")
    said = {
        "points": [{"field": "observed", "says": "x"}],
        "summary": "Not so.",
        "original_language": "en",
    }
    further = comment(ca, record, kind="dispute", reference="CA-DP-2026-00001", number=2, body=said)
    assert outcomes(send(ca, [further])) == ["unknown-about"]
    widened = alert(us, "MX", "CA", record=record, number=2)
    assert outcomes(send(us, [widened])) == ["applied"]
    replaying.replay_waiting("MX")
    with acting_as(cast.identity("recipient")):
        assert Record.objects.get(pk=record).is_disputed
