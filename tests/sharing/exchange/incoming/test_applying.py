"""Each item by itself: applied, waiting, or refused with a word, and kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto import ids
from cordillera.parties import agreements, keysets
from sharing.desk.arrival import arrive
from sharing.exchange import replaying
from sharing.exchange.formats.statement import Checkpoint, Expiry, Withdrawal
from sharing.exchange.formats.version import Version
from sharing.exchange.models import Item, Report
from sharing.records import queries
from sharing.records.models import Record
from sharing.search.tasks import match_waiting
from tests.conftest import Cast, alert_body, alert_handling

from ..foreign import Foreign
from .conftest import alert, as_node, outcomes, record_of, send

COMMENT = {"nature": "comment", "summary": "See also.", "original_language": "en"}


def comment(sender: Foreign, about: Any, *audience: str, **changes: Any) -> str:
    number = uuid4().int % 100_000
    return alert(
        sender,
        *audience,
        body=COMMENT,
        kind="comment",
        about=about,
        reference=f"{sender.party}-CM-2026-{number:05d}",
        **changes,
    )


def withdrawal(sender: Foreign, text: str, **changes: Any) -> str:
    record = record_of(text)
    content = Withdrawal(record, "US-OA-2026-00001", "offence_alert", None, 1, "recalled")
    return sender.state(content, **changes)


def kept(outcome: str) -> list[Item]:
    with as_node():
        return list(Item.objects.filter(outcome=outcome).order_by("seq"))


def queued(event: str) -> list[Report]:
    with as_node():
        return list(Report.objects.filter(event=event))


def seen(cast: Cast, part: str) -> int:
    identity = cast.identity(part)
    with acting_as(identity):
        return int(queries.visible(identity).count())


def test_the_bad_among_the_good_are_refused_by_themselves(us: Foreign, ca: Foreign) -> None:
    stolen = us.make("signing")
    us.issue()
    us.revoke(stolen)
    us.issue()
    for key_set in us.key_sets[1:]:
        keysets.accept(key_set)
    forged = alert(us, "MX")
    wanted = {
        "applied": alert(us, "MX"),
        "malformed": "no.signed.text",
        "bad-signature": forged[:-8] + ("AAAAAAAA" if forged[-8:] != "AAAAAAAA" else "BBBBBBBB"),
        "unknown-key": alert(Foreign("US"), "MX"),
        "revoked-key": alert(us, "MX", kid=stolen),
        "not-originator": alert(
            us,
            "MX",
            originator="CA",
            reference="CA-OA-2026-00001",
            handling=alert_handling("CA", "MX", "US"),
        ),
        "not-in-audience": alert(us, "CA"),
        "foreign-id": alert(us, "MX", record=ids.new("CA")),
        "unknown-kind": alert(us, "MX", kind="oracle"),
        "schema": alert(us, "MX", body={**alert_body(), "colour": "red"}),
        "record-mismatch": alert(us, "MX", reference="US-SE-2026-00001"),
        "unknown-about": comment(us, ids.new("MX"), "MX"),
    }
    assert outcomes(send(us, list(wanted.values()))) == list(wanted)
    assert {item.reason for item in kept("refused")} == set(wanted) - {"applied", "unknown-about"}
    assert all(item.text for item in kept("refused") + kept("waiting"))


def test_another_partys_version_is_no_use_to_who_has_it(us: Foreign, ca: Foreign) -> None:
    theirs = alert(ca, "MX", "US")
    assert outcomes(send(us, [theirs])) == ["unknown-key"]
    assert outcomes(send(ca, [theirs])) == ["applied"]


def test_a_retired_key_is_believed_for_what_it_signed_before(us: Foreign) -> None:
    old = us.kid()
    us.make("signing")
    moment = datetime.now(UTC)
    us.retire(old, until=moment)
    us.issue()
    keysets.accept(us.key_set)
    before = (moment - timedelta(hours=1)).isoformat()
    after = (moment + timedelta(hours=1)).isoformat()
    texts = [alert(us, "MX", kid=old, released_at=at) for at in (before, after)]
    assert outcomes(send(us, texts)) == ["applied", "unknown-key"]


def test_a_statement_is_the_originators_own(us: Foreign, ca: Foreign) -> None:
    text = alert(us, "MX")
    send(us, [text])
    assert outcomes(send(ca, [withdrawal(ca, text)])) == ["foreign-id"]
    stolen = us.state(Withdrawal(record_of(text), "US-OA-2026-00001", "x", None, 1, "locked"))
    assert outcomes(send(ca, [stolen, withdrawal(ca, text, party="US")])) == [
        "unknown-key",
        "not-originator",
    ]
    with as_node():
        assert Record.objects.get(pk=record_of(text)).state == "released"


def test_a_statement_that_is_not_known_here_is_refused_by_itself(us: Foreign) -> None:
    checkpoint = us.state(Checkpoint("a note"))
    assert outcomes(send(us, [checkpoint, alert(us, "MX")])) == ["unknown-kind", "applied"]


def test_a_withdrawal_purges_and_is_reported(us: Foreign, cast: Cast) -> None:
    text = alert(us, "MX")
    send(us, [text])
    arrive("MX")
    match_waiting("MX")
    assert seen(cast, "recipient") == 1
    assert outcomes(send(us, [withdrawal(us, text)])) == ["applied"]
    assert seen(cast, "recipient") == 0
    [report] = queued("purged")
    assert (report.party, report.originator, report.record_id) == ("MX", "US", record_of(text))
    counts = report.detail["purged"]
    assert (counts["versions"], counts["documents"], counts["attachments"]) == (1, 1, 0)
    assert counts["terms"] > 3


def test_a_withdrawal_of_what_never_came_is_applied(us: Foreign) -> None:
    assert outcomes(send(us, [withdrawal(us, alert(us, "MX"))])) == ["applied"]
    assert queued("purged")[0].detail["purged"]["versions"] == 0


def test_an_expired_record_stays_readable(us: Foreign, cast: Cast) -> None:
    text = alert(us, "MX")
    expiry = us.state(Expiry(record_of(text), "US-OA-2026-00001", 1))
    assert outcomes(send(us, [text, expiry])) == ["applied"] * 2
    with as_node():
        assert Record.objects.get().state == "expired"
    assert seen(cast, "recipient") == 1


def test_an_answer_waits_for_its_record_from_another_sender(us: Foreign, ca: Foreign) -> None:
    parent = alert(us, "MX", "CA")
    answer = comment(ca, record_of(parent), "MX", "US")
    assert outcomes(send(ca, [answer])) == ["unknown-about"]
    assert replaying.replay_waiting("MX") == 0
    send(us, [parent])
    assert replaying.replay_waiting("MX") == 1
    assert not kept("waiting")
    assert not kept("applied")[-1].text
    with as_node():
        assert Record.objects.get(about=record_of(parent)).originator_id == "CA"
    [report] = queued("applied")
    assert (report.originator, report.record_id) == ("CA", record_of(answer))


def test_its_arrival_rings_for_what_waits(
    us: Foreign, ca: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[Any, ...]] = []
    monkeypatch.setattr(replaying, "ring", lambda *args: rung.append(args))
    parent = alert(us, "MX", "CA")
    send(ca, [comment(ca, record_of(parent), "MX", "US")])
    send(us, [alert(us, "MX")])
    assert rung == []
    send(us, [parent])
    assert rung == [("exchange.replay", "MX")]


def test_what_waited_for_thirty_days_is_given_up(us: Foreign) -> None:
    send(us, [comment(us, ids.new("MX"), "MX")])
    with as_node():
        Item.objects.update(created_at=datetime.now(UTC) - timedelta(days=31))
    assert replaying.replay_waiting("MX") == 1
    [item] = kept("refused")
    assert (item.reason, queued("refused")[0].detail) == (
        "unknown-about",
        {"reason": "unknown-about"},
    )


def test_a_withdrawal_empties_the_texts_that_were_kept(us: Foreign, ca: Foreign) -> None:
    parent = alert(us, "MX", "CA", kind="oracle")
    send(us, [parent])
    send(ca, [comment(ca, record_of(parent), "MX", "US")])
    assert kept("refused")[0].text
    assert kept("waiting")[0].text
    send(us, [withdrawal(us, parent)])
    with as_node():
        assert not Item.objects.exclude(text="").exists()
    assert queued("purged")[0].detail["purged"]["versions"] == 1
    assert replaying.replay_waiting("MX") == 0


def test_a_party_withdraws_its_own_records_alone(us: Foreign, ca: Foreign) -> None:
    """Nor does it empty what is kept of others' by saying so."""
    refused = alert(us, "MX", "CA", kind="oracle")
    send(us, [refused, comment(us, record_of(refused), "MX")])
    before = {item.text for item in kept("refused") + kept("waiting")}
    assert outcomes(send(ca, [withdrawal(ca, refused)])) == ["foreign-id"]
    assert {item.text for item in kept("refused") + kept("waiting")} > before


def test_a_refused_item_is_tried_again_by_an_administrator(
    us: Foreign, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sharing.records import kinds

    with monkeypatch.context() as patch:
        patch.setattr(kinds, "all", list)
        assert outcomes(send(us, [alert(us, "MX")])) == ["unknown-kind"]
    admin = cast.admin
    admin.party_id = "MX"
    by = Identity.of(admin)
    with acting_as(by):
        item = replaying.replay(Item.objects.get(), by)
    assert (item.outcome, item.text) == ("applied", "")
    assert seen(cast, "recipient") == 1
    assert queued("applied")


def test_what_the_agreement_caps_is_refused(us: Foreign) -> None:
    agreements.change("MX", "US", highest_tlp="AMBER", kinds=["suspect_entity"], personal_data=True)
    assert outcomes(send(us, [alert(us, "MX")])) == ["over-ceiling"]
    agreements.change("MX", "US", highest_tlp="GREEN", kinds=["offence_alert"], personal_data=True)
    assert outcomes(send(us, [alert(us, "MX")])) == ["over-ceiling"]
    agreements.change("MX", "US", highest_tlp="RED", kinds=["offence_alert"], personal_data=True)
    parent = alert(us, "MX")
    assert outcomes(send(us, [parent, comment(us, record_of(parent), "MX")])) == ["applied"] * 2


def test_the_standing_cast_on_the_recipients_node(us: Foreign, cast: Cast) -> None:
    send(us, [alert(us, "MX")])
    parts = {part: seen(cast, part) for part in ("recipient", "analyst", "outsider", "auditor")}
    assert parts == {"recipient": 1, "analyst": 1, "outsider": 0, "auditor": 0}
    cast.admin.party_id = "MX"
    assert seen(cast, "admin") == 0


def test_tlp_red_is_for_the_officer_whom_it_names(us: Foreign, cast: Cast) -> None:
    handling = alert_handling("US", "MX", tlp="RED", named=[str(cast.recipient.pk)])
    assert outcomes(send(us, [alert(us, handling=handling)])) == ["applied"]
    assert (seen(cast, "recipient"), seen(cast, "analyst")) == (1, 0)


def test_narrowed_and_widened_again(us: Foreign, cast: Cast) -> None:
    first = alert(us, "MX", "CA")
    send(us, [first])
    send(us, [withdrawal(us, first)])
    assert seen(cast, "recipient") == 0
    third = alert(
        us, "MX", record=record_of(first), number=3, reference=Version.peek(first).reference
    )
    assert outcomes(send(us, [third])) == ["applied"]
    assert seen(cast, "recipient") == 1
