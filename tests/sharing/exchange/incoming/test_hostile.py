"""A peer that does not behave: every field turned, readdressed, forged, and heaped up."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError

from audit.models import Entry
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto import hpke, ids, jws, strict
from cordillera.crypto.keyset import SEALING, SIGNING
from cordillera.parties import keysets
from sharing.exchange import receiving
from sharing.exchange.applying import Context, apply
from sharing.exchange.formats import envelope as sealed
from sharing.exchange.formats.envelope import MOST_ITEMS, Header
from sharing.exchange.formats.version import Version as Signed
from sharing.exchange.models import Channel, Item
from sharing.records.models import Record, Version

from ..foreign import Foreign
from .conftest import alert, as_node, outcomes, send


def code(data: bytes) -> str:
    """The problem's code, or the receipt's."""
    answer = receiving.receive(data)
    assert 400 <= answer.status < 500, answer
    if answer.content_type == "application/jose":
        receipt = strict.read_object(strict.decode(answer.body.decode().split(".")[1]))
        return str(receipt.get("refused") or "gap")
    return str(json.loads(answer.body)["type"]).rpartition(":")[2]


def nothing_is_here() -> bool:
    with as_node(sender="US"):
        return not Record.objects.exists() and not Version.objects.exists()


# --- The envelope's header --------------------------------------------------------------------
HEADER = {
    "suite": hpke.X25519,
    "sender": "CA",
    "recipient": "CA",
    "epoch": 2,
    "first": 2,
    "last": 3,
    "key": "MX-seal-0000000000000000",
}


@pytest.mark.parametrize("field", HEADER)
def test_a_header_that_was_turned_on_the_way(us: Foreign, ca: Foreign, field: str) -> None:
    data = us.envelope("MX", [alert(us, "MX")])
    length = struct.unpack(">I", data[:4])[0]
    head = json.loads(data[4 : 4 + length])
    turned = strict.canonical({**head, field: HEADER[field]})
    forged = struct.pack(">I", len(turned)) + turned + data[4 + length :]
    assert code(forged) in {
        "cannot-open",
        "unknown-suite",
        "unknown-key",
        "unknown-recipient",
        "too-large",
    }
    assert nothing_is_here()


@pytest.mark.parametrize("field", ["sender", "recipient", "epoch", "first", "last"])
def test_a_manifest_that_says_other_than_its_header(us: Foreign, ca: Foreign, field: str) -> None:
    text = alert(us, "MX")
    manifest = {field: HEADER[field]}
    items = [text]
    if field == "first":
        manifest, items = {"first": 2, "last": 2}, [text]
    if field == "last":
        manifest, items = {"last": 2}, [text, alert(us, "MX")]
    header = {"sender": "US", "recipient": "MX", "epoch": 1, "first": 1, "last": 1}
    assert code(us.envelope("MX", items, manifest=manifest, header=header)) == "mismatch"
    assert nothing_is_here()


@pytest.mark.parametrize("field", ["previous", "items", "sender", "recipient"])
def test_a_manifest_field_that_was_turned_and_signed(us: Foreign, field: str) -> None:
    changes = {
        "previous": jws.digest("x"),
        "items": (jws.digest("another item"),),
        "sender": "CA",
        "recipient": "US",
    }
    text = us.envelope("MX", [alert(us, "MX")], manifest={field: changes[field]})
    assert code(text) in {"mismatch", "unknown-recipient", "bad-signature", "unknown-key"}
    assert nothing_is_here()


def test_every_bit_of_the_sealed_bytes_counts(us: Foreign) -> None:
    data = us.envelope("MX", [alert(us, "MX")])
    for at in range(0, len(data), 97):
        turned = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        assert receiving.receive(turned).status in (400, 403, 404, 413)
    for cut in (0, 3, 4, 100, len(data) - 1):
        assert receiving.receive(data[:cut]).status in (400, 413)
    assert receiving.receive(data + b"\0").status == 400
    assert nothing_is_here()
    assert outcomes(receiving.receive(data)) == ["applied"]


# --- The version ------------------------------------------------------------------------------
VERSION: dict[str, Any] = {
    "format": "cordillera-version/2",
    "record": "0" * 36,
    "reference": "US-SE-2026-00009",
    "kind": "suspect_entity",
    "number": 0,
    "originator": "CA",
    "about": str(ids.new("US")),
    "unit": None,
    "body": {},
    "handling": {"audience": ["US"]},
    "released_at": "yesterday",
    "surprise": 1,
}


@pytest.mark.parametrize("field", VERSION)
def test_a_version_field_that_was_turned(us: Foreign, field: str) -> None:
    """Turned after it was signed its signature does not fit; signed like that it is refused."""
    good = alert(us, "MX")
    head, body, signature = good.split(".")
    payload = strict.read_object(strict.decode(body))
    turned = {**payload, field: VERSION[field]}
    forged = f"{head}.{strict.encode(strict.canonical(turned))}.{signature}"
    private = us.keys[us.kid()].private
    signed = jws.sign(turned, typ=Signed.TYPE, kid=us.kid(), private=private)
    reasons = outcomes(send(us, [forged, signed]))
    assert reasons[0] == "bad-signature"
    assert reasons[1] not in ("applied", "bad-signature")
    assert nothing_is_here()


def test_a_version_is_no_manifest_and_a_manifest_no_version(us: Foreign) -> None:
    private = us.keys[us.kid()].private
    payload = strict.read_object(strict.decode(alert(us, "MX").split(".")[1]))
    other = jws.sign(payload, typ="cordillera-manifest+jws", kid=us.kid(), private=private)
    assert outcomes(send(us, [other])) == ["malformed"]


# --- Addressed to somebody else -----------------------------------------------------------------
def test_an_envelope_for_another_party_is_not_opened_here(us: Foreign, ca: Foreign) -> None:
    us.learn(ca.key_set)
    assert code(us.envelope("CA", [alert(us, "CA")])) == "unknown-recipient"
    key = us.known["CA"].active(SEALING)[0]
    assert code(us.envelope("MX", [alert(us, "MX")], key=key)) == "unknown-key"


def test_what_was_sent_to_another_is_not_passed_on(us: Foreign, ca: Foreign) -> None:
    """CA got a batch of US and seals it anew for MX."""
    us.learn(ca.key_set)
    opened, _ = ca_opens(us, ca)
    key = us.known["MX"].active(SEALING)[0]
    head = Header(key.alg, "US", "MX", 1, 1, 1, key.kid)
    passed_on = sealed.seal(head, opened.manifest, opened.items, key.public)
    assert code(passed_on) == "mismatch"
    assert nothing_is_here()


def ca_opens(us: Foreign, ca: Foreign) -> Any:
    ca.learn(us.key_set)
    return ca.open(us.envelope("CA", [alert(us, "MX", "CA")]))


def test_a_batch_of_one_sender_is_none_of_another(us: Foreign, ca: Foreign) -> None:
    text = alert(ca, "MX")
    forged = ca.envelope("MX", [text], manifest={"sender": "US"}, header={"sender": "US"})
    assert code(forged) == "unknown-key"
    assert code(ca.envelope("MX", [text], header={"sender": "US"})) == "unknown-key"


# --- Suites and keys ----------------------------------------------------------------------------
def test_a_weaker_suite_is_not_taken(us: Foreign, settings: Any) -> None:
    key = us.known["MX"].active(SEALING)[0]
    _private, public = hpke.suite(hpke.X25519).generate()
    other = replace(key, alg=hpke.X25519, public=public)
    assert code(us.envelope("MX", [alert(us, "MX")], key=other)) == "unknown-suite"
    settings.EXCHANGE_SUITES = [hpke.XWING, hpke.X25519]
    assert code(us.envelope("MX", [alert(us, "MX")], key=other)) == "unknown-suite"


def test_keys_that_may_not_sign_a_manifest(us: Foreign) -> None:
    good, old, stolen = us.kid(), us.make(SIGNING), us.make(SIGNING)
    us.issue()
    us.retire(old, until=datetime.now(UTC) + timedelta(days=1))
    us.revoke(stolen)
    us.issue()
    for key_set in us.key_sets[1:]:
        keysets.accept(key_set)
    unknown = us.make(SIGNING)
    wanted = {old: "unknown-key", stolen: "revoked-key", unknown: "unknown-key"}
    for kid, reason in wanted.items():
        assert code(us.envelope("MX", [alert(us, "MX", kid=good)], kid=kid)) == reason
    assert outcomes(send(us, [alert(us, "MX", kid=good)], kid=good)) == ["applied"]


def test_a_key_id_that_points_at_another_key(us: Foreign) -> None:
    mine = Ed25519PrivateKey.generate()
    us.keys[us.kid()].private = mine
    assert code(us.envelope("MX", [alert(us, "MX")])) == "bad-signature"


def test_who_is_not_enrolled(us: Foreign) -> None:
    stranger = Foreign("BR")
    stranger.known = us.known
    assert code(stranger.envelope("MX", [alert(stranger, "MX")])) == "unknown-sender"
    hosted = Foreign("MX")
    hosted.known = us.known
    assert code(hosted.envelope("MX", [alert(hosted, "US")])) in ("unknown-sender", "malformed")


# --- Bombs --------------------------------------------------------------------------------------
def raw(us: Foreign, payload: bytes) -> str:
    """A signed version of these very bytes, whatever they are."""
    kid = us.kid()
    header = strict.canonical({"alg": "Ed25519", "kid": kid, "typ": Signed.TYPE})
    signed = f"{strict.encode(header)}.{strict.encode(payload)}"
    return f"{signed}.{strict.encode(us.keys[kid].private.sign(signed.encode()))}"


def test_bombs_are_refused_by_themselves_and_soon(us: Foreign) -> None:
    good = strict.decode(alert(us, "MX").split(".")[1])
    bombs = [
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"[" * 100_000 + b"]" * 100_000,
        good.replace(b'"number":1', b'"number":' + b"9" * 4000),
        good.replace(b'"number":1', b'"number":1e400'),
        good.replace(b'"number":1', b'"number":1,"number":2'),
        good.replace(b'"number":1', b'"number":1,"\\u006eumber":2'),
        good.replace(b'"number":1', b'"number":NaN'),
        good.replace(b'"summary":"', b'"summary":"\\u0000'),
        good.replace(b'"summary":"', b'"summary":"\\ud800'),
        good.replace(b'"summary":"', b'"summary":"\xff'),
        b"\xef\xbb\xbf" + good,
        b"",
    ]
    texts = [raw(us, bomb) for bomb in bombs] + ["x" * 300_000, "a.b.c.d", "..", alert(us, "MX")]
    began = datetime.now(UTC)
    found = outcomes(send(us, texts))
    assert set(found[:-1]) <= {"malformed", "schema"}
    assert found[-1] == "applied"
    assert datetime.now(UTC) - began < timedelta(seconds=20)


def test_compressed_bytes_are_bytes(us: Foreign) -> None:
    assert code(zlib.compress(us.envelope("MX", [alert(us, "MX")]))) in ("malformed", "too-large")


def test_more_items_than_allowed_are_not_read(us: Foreign) -> None:
    tiny = alert(us, "MX")
    header = {"last": MOST_ITEMS + 1}
    assert code(us.envelope("MX", [tiny], header=header)) == "too-large"
    assert nothing_is_here()


def test_a_flood_of_tiny_versions_is_refused_one_by_one_and_the_node_goes_on(us: Foreign) -> None:
    """A sample of the million: what each costs is bounded, and none holds up what comes after."""
    tiny = raw(us, b"{}")
    for _ in range(2):
        assert set(outcomes(send(us, [tiny] * MOST_ITEMS))) == {"malformed"}
    assert outcomes(send(us, [alert(us, "MX")])) == ["applied"]
    with as_node():
        assert Entry.objects.filter(tag="envelope:apply").count() == 3


# --- Replays --------------------------------------------------------------------------------------
def test_a_replay_from_another_channel_or_epoch(us: Foreign, ca: Foreign) -> None:
    first = us.envelope("MX", [alert(us, "MX")])
    us.settle(receiving.receive(first).body)
    new = {"epoch": 2, "first": 1, "last": 1, "previous": ""}
    assert outcomes(send(us, [alert(us, "MX")], manifest=new)) == ["applied"]
    # An old envelope again: the old receipt, and nothing happens.
    assert receiving.receive(first).status == 200
    with as_node():
        channel = Channel.objects.get(sender="US")
        assert (channel.epoch, channel.settled) == (2, 1)
        assert Item.objects.count() == 2
    # Items of the US, as they are, in the channel of CA.
    stolen = alert(us, "MX")
    assert outcomes(send(ca, [stolen])) == ["unknown-key"]


def test_the_same_version_twice_in_one_batch_changes_nothing(us: Foreign) -> None:
    text = alert(us, "MX")
    assert outcomes(send(us, [text, text])) == ["applied", "applied"]
    with as_node():
        assert Version.objects.count() == 1


# --- Underneath -----------------------------------------------------------------------------------
def test_the_database_refuses_what_the_code_above_would_let_through(
    us: Foreign, ca: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the checks above wrong, an envelope of CA could still not write a record of the US."""
    monkeypatch.setattr("sharing.records.receiving._objection", lambda *args: "")
    monkeypatch.setattr(
        "sharing.exchange.applying._read_version", lambda context, taken: believe(taken)
    )
    assert outcomes(send(ca, [alert(us, "MX")])) == ["schema"]
    assert nothing_is_here()


def believe(taken: Any) -> None:
    taken.type, taken.version = "version", Signed.peek(taken.text)


def test_the_database_lets_nobody_write_for_a_party_that_is_hosted(
    us: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Identity.of_node("MX", sender="MX")
    key_set = keysets.newest("MX")
    assert key_set is not None
    monkeypatch.setattr(
        "sharing.exchange.applying._read_version", lambda context, taken: believe(taken)
    )
    monkeypatch.setattr("sharing.records.receiving._objection", lambda *args: "")
    with acting_as(node):
        taken = apply(Context.of(node, key_set), [alert(us, "MX")])
    assert taken[0].outcome == "refused"
    with pytest.raises(DatabaseError), acting_as(Identity.of_node("MX", sender="US")):
        Record.objects.create(
            id=ids.new("MX"),
            kind="offence_alert",
            originator_id="MX",
            audience=["US"],
            created_at=datetime.now(UTC),
            updated_at=datetime.now(UTC),
            state="released",
        )


def test_a_channel_of_one_party_is_not_seen_by_another(us: Foreign) -> None:
    send(us, [alert(us, "MX")])
    with as_node("CA"):
        assert not Channel.objects.exists()
        assert not Item.objects.exists()


def test_refusals_name_the_sender_only_once_it_is_known_who_he_is(us: Foreign) -> None:
    data = us.envelope("MX", [alert(us, "MX")])
    receiving.receive(data[:-1])
    stranger = Foreign("BR")
    stranger.known = us.known
    receiving.receive(stranger.envelope("MX", [alert(stranger, "MX")]))
    with as_node():
        entries = Entry.objects.filter(tag="envelope:refuse").order_by("at")
        said = [(entry.about, entry.detail["code"], entry.detail["proven"]) for entry in entries]
    assert said == [("US", "cannot-open", False), ("", "unknown-sender", False)]
