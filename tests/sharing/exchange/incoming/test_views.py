"""What other nodes send over HTTP: sizes, media types, addresses, and how many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from audit.models import Entry
from cordillera import clock
from cordillera.crypto.keyset import SIGNING
from cordillera.parties import keysets
from sharing.exchange import apart, channels, introducing
from sharing.exchange.admission import PURSE, admission
from sharing.exchange.formats.envelope import LARGEST, MEDIA_TYPE
from sharing.exchange.formats.receipt import KeysetReceipt, Receipt
from sharing.exchange.troubles import Trouble

from ..foreign import Foreign
from .conftest import alert, as_node

ENVELOPES, KEY_SETS, PULL = (f"/exchange/v1/{name}" for name in ("envelopes", "keysets", "pull"))
JOSE = "application/jose"


def post(path: str, data: bytes, media_type: str = MEDIA_TYPE, **headers: str) -> Any:
    return Client().generic("POST", path, data, content_type=media_type, headers=headers)


def test_an_envelope_is_posted_and_receipted(us: Foreign) -> None:
    answer = post(ENVELOPES, us.envelope("MX", [alert(us, "MX")]))
    assert (answer.status_code, answer["Content-Type"]) == (200, JOSE)
    assert us.settle(answer.content).results[0].outcome == "applied"
    assert not answer.cookies


def test_the_entrance_is_told_whose_signature_it_was(us: Foreign) -> None:
    data = us.envelope("MX", [alert(us, "MX")])
    pulled = post(PULL, us.pull("MX").encode(), JOSE)
    signed = [post(ENVELOPES, data), post(ENVELOPES, data), pulled]
    assert [answer.wsgi_request.META[apart.BY] for answer in signed] == ["US"] * 3
    claimed = post(ENVELOPES, data[:-1] + bytes([data[-1] ^ 1]))
    assert (claimed.status_code, claimed.wsgi_request.META[apart.BY]) == (400, "")


def without_length(data: bytes) -> Any:
    return Client().generic("POST", ENVELOPES, data, content_type=MEDIA_TYPE, CONTENT_LENGTH="")


@pytest.mark.parametrize(
    ("send", "status"),
    [
        (lambda data: Client().get(ENVELOPES), 405),
        (lambda data: post(ENVELOPES, data, "application/json"), 415),
        (lambda data: post(ENVELOPES, data, f"{MEDIA_TYPE}; charset=utf-8"), 415),
        (lambda data: post(ENVELOPES, data, **{"Content-Encoding": "gzip"}), 415),
        (lambda data: post(ENVELOPES, b"\0" * (LARGEST + 1)), 413),
        (lambda data: without_length(data), 411),
        (lambda data: post(ENVELOPES, data[:-1]), 400),
        (lambda data: post(ENVELOPES, b"garbage"), 400),
        (lambda data: post("/exchange/v1/nothing", data), 404),
        (lambda data: post(PULL, b"garbage", JOSE), 400),
        (lambda data: post(KEY_SETS, b"\xff", JOSE), 400),
    ],
)
def test_what_is_no_envelope_is_a_problem(
    us: Foreign, send: Callable[[bytes], Any], status: int
) -> None:
    answer = send(us.envelope("MX", [alert(us, "MX")]))
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_what_is_refused_by_its_head_is_written_down(us: Foreign) -> None:
    data = us.envelope("MX", [alert(us, "MX")])
    post(ENVELOPES, b"\0" * (LARGEST + 1))
    post(ENVELOPES, data, **{"Content-Encoding": "gzip"})
    with as_node():
        entries = Entry.objects.filter(tag="envelope:refuse").order_by("at")
        assert [entry.detail["code"] for entry in entries] == ["too-large", "malformed"]


def test_a_database_that_cannot_be_reached_makes_the_node_busy(
    us: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("the server went away")

    data = us.envelope("MX", [alert(us, "MX")])
    with monkeypatch.context() as patch:
        patch.setattr("sharing.exchange.receiving._settle", away)
        answer = post(ENVELOPES, data)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert post(ENVELOPES, data).status_code == 200


def test_a_key_set_is_taken_over_and_receipted(us: Foreign) -> None:
    new = us.make(SIGNING)
    answer = post(f"{KEY_SETS}?to=MX", us.issue().encode(), JOSE)
    receipt = KeysetReceipt.read(answer.content.decode(), us.known["MX"].signer)
    assert (receipt.by, receipt.to, receipt.keyset) == ("MX", "US", 2)
    assert keysets.signing_public("US", new) is not None
    again = post(f"{KEY_SETS}?to=MX", us.key_set.encode(), JOSE)
    assert again.status_code == 200


def test_a_key_set_that_is_shown_again_and_again_makes_nobody_be_tried_each_time(
    us: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[Any, ...]] = []
    monkeypatch.setattr("sharing.exchange.channels.ring", lambda *task: rung.append(task))
    back = channels.outbound("MX", "US")

    def shown(text: str) -> int:
        channels.failed(back, Trouble("unreachable"))
        assert post(f"{KEY_SETS}?to=MX", text.encode(), JOSE).status_code == 200
        return len(rung)

    assert [shown(us.key_set) for _ in range(3)] == [1, 1, 1]
    assert shown(us.issue()) == 2
    with clock.at(clock.now() + introducing.LATELY * 2):
        assert shown(us.key_set) == 3


def test_a_key_set_of_a_stranger_or_of_another_root_is_refused(us: Foreign) -> None:
    assert post(KEY_SETS, Foreign("BR").key_set.encode(), JOSE).status_code == 404
    assert post(KEY_SETS, Foreign("US").key_set.encode(), JOSE).status_code == 403
    assert post(f"{KEY_SETS}?to=BR", us.key_set.encode(), JOSE).status_code == 404


def test_who_sends_garbage_is_not_listened_to_for_a_while(us: Foreign) -> None:
    statuses = [post(ENVELOPES, b"garbage").status_code for _ in range(int(PURSE) + 5)]
    assert (statuses[0], statuses[-1]) == (400, 503)
    admission.forget()
    assert post(ENVELOPES, us.envelope("MX", [alert(us, "MX")])).status_code == 200


def test_what_is_refused_of_a_proven_sender_costs_nothing(us: Foreign) -> None:
    data = us.envelope("MX", [alert(us, "MX")], inside=[alert(us, "MX")])
    statuses = {post(ENVELOPES, data).status_code for _ in range(int(PURSE) + 5)}
    assert statuses == {400}


def test_one_address_leaves_room_for_another(settings: Any) -> None:
    settings.EXCHANGE_AT_ONCE = 3
    with (
        admission.enter("a") as first,
        admission.enter("a") as second,
        admission.enter("a") as third,
    ):
        assert (first, second, third) == (True, True, False)
        with admission.enter("b") as other, admission.enter("c") as full:
            assert (other, full) == (True, False)
    with admission.enter("a") as again:
        assert again


def test_an_ipv6_network_has_one_purse_and_one_share(settings: Any) -> None:
    settings.EXCHANGE_AT_ONCE = 2
    with admission.enter("2001:db8::1"), admission.enter("2001:db8::2") as same:
        assert not same
    for at in range(int(PURSE)):
        admission.spend(f"2001:db8::{at:x}")
    with admission.enter("2001:db8::ffff") as spent, admission.enter("2001:db8:0:1::1") as other:
        assert (spent, other) == (False, True)


def test_a_pull_where_nothing_waits_is_answered_by_nothing(us: Foreign) -> None:
    answer = post(PULL, us.pull("MX").encode(), JOSE)
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_receipt_is_of_the_hosted_party(us: Foreign) -> None:
    answer = post(ENVELOPES, us.envelope("MX", [alert(us, "MX")]))
    assert Receipt.peek(answer.content.decode()).by == "MX"
