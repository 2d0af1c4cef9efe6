"""Nodes are witnesses of each other's logs: over HTTP, by the keys that key sets announce."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from audit import keys, log, proving, questions, sequencer, witness, witnesses
from audit.checkpoint import read
from audit.database import whole_log
from audit.models import CosignedBefore, Finding, Seen
from audit.note import encode
from audit.queries import witness_states
from cordillera.crypto.errors import Hostile
from cordillera.parties import keysets, peers
from sharing.exchange import witnessing
from sharing.exchange.admission import admission
from sharing.exchange.tasks import gather_checkpoints
from sharing.exchange.troubles import Trouble

from .foreign import Foreign
from .foreign_log import ForeignLog
from .incoming.conftest import alert, send
from .logged import logged
from .outgoing.conftest import ADDRESS

WITNESS = "/exchange/v1/witness/add-checkpoint"
US_LOG, CA_LOG = ForeignLog("us.example/audit"), ForeignLog("ca.example/audit")


@pytest.fixture
def us(parties: dict[str, Any]) -> Foreign:
    """The one enrolled peer of MX; its node's log is known here."""
    made = Foreign("US", address=ADDRESS, log=ForeignLog("us.example/audit"))
    peers.enrol(made.key_set, confirmed_with="the tests")
    held = keysets.current("MX")
    assert held is not None
    made.learn(held.jws)
    return made


@pytest.fixture
def parties(db: None, settings: Any) -> dict[str, Any]:
    from .incoming import conftest

    admission.forget()
    made: dict[str, Any] = conftest.parties.__wrapped__(db, settings, ["MX"])  # type: ignore[attr-defined]
    return made


def add(body: bytes, **headers: str) -> Any:
    return Client().generic("POST", WITNESS, body, headers=headers)


def findings() -> list[str]:
    with whole_log():
        return list(Finding.objects.order_by("id").values_list("kind", flat=True))


def write_entries(count: int = 3) -> None:
    with transaction.atomic():
        for number in range(count):
            log.write("record:read", actor=log.NodeOf("MX"), about=number)
    sequencer.sequence(at_once=True)


# --- Keys ---------------------------------------------------------------------------------------


def test_a_key_set_announces_the_node_s_one_log(parties: dict[str, Any]) -> None:
    said = keysets.newest("MX")
    assert said is not None
    assert said.log is not None
    assert said.log.log + said.log.witness == tuple(str(key) for key in keys.own_keys())


def test_a_peer_s_newer_key_set_replaces_its_log_s_keys(us: Foreign) -> None:
    assert us.log is not None
    assert [str(key) for key in keys.log_keys(us.log.name)] == list(us.log.keys().log)
    us.log = ForeignLog("us.example/audit")
    keysets.accept(us.issue())
    assert [str(key) for key in keys.log_keys(us.log.name)] == list(us.log.keys().log)


def test_a_key_set_of_before_says_nothing_of_a_log(us: Foreign) -> None:
    kept, us.log = us.log, None
    assert kept is not None
    keysets.accept(us.issue())
    assert keys.log_keys(kept.name)


def test_the_log_of_a_removed_peer_is_believed_no_more_until_it_is_back(us: Foreign) -> None:
    assert us.log is not None
    peers.remove("US")
    assert keys.log_keys(us.log.name) == []
    peers.enrol(us.key_set, confirmed_with="the tests")
    assert len(keys.log_keys(us.log.name)) == 1


def test_a_new_key_of_the_log_is_announced_at_once(us: Foreign) -> None:
    before = keysets.newest("MX")
    made = keys.rotate(1)
    after = keysets.newest("MX")
    assert before is not None
    assert after is not None
    assert after.number == before.number + 1
    assert after.log is not None
    assert after.log.log == (str(made),)


# --- This node as a witness ---------------------------------------------------------------------


def test_a_peer_s_growing_log_is_cosigned(us: Foreign) -> None:
    assert us.log is not None
    for old, size in ((0, 5), (5, 40)):
        answer = add(us.log.body(old, size))
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
        assert answer.content.decode().startswith("— ")
    digest = sha256(us.log.name.encode()).hexdigest()
    kept = Client().get(f"/exchange/v1/witness/{digest}/checkpoint")
    assert read(kept.content)[0].size == 40


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (lambda log: log.body(0, 5) + b"x", 400),
        (lambda log: b"old 9\n\n" + log.note(5).encode(), 400),
        (lambda log: b"x" * (256 * 1024 + 1), 400),
        (lambda log: ForeignLog(log.name).body(0, 5), 403),
        (lambda log: ForeignLog("else.example/audit").body(0, 5), 404),
        (lambda log: log.body(3, 5), 409),
        (lambda log: log.body(0, 5).replace(b"old 0\n", b"old 0\n" + b"A" * 43 + b"=\n"), 422),
    ],
)
def test_the_statuses_of_a_witness(
    us: Foreign, body: Callable[[ForeignLog], bytes], status: int
) -> None:
    assert us.log is not None
    answer = add(body(us.log))
    assert answer.status_code == status
    kind = "text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8"
    assert answer["Content-Type"] == kind


def test_other_methods_and_encodings_are_not_taken(us: Foreign) -> None:
    assert us.log is not None
    assert Client().get(WITNESS).status_code == 405
    assert add(us.log.body(0, 5), **{"Content-Encoding": "gzip"}).status_code == 400
    assert Client().generic("POST", WITNESS, b"x", CONTENT_LENGTH="").status_code == 411


def test_witnessing_writes_nothing_into_the_log(us: Foreign) -> None:
    assert us.log is not None
    before = sequencer.waiting()
    add(us.log.body(0, 5))
    add(b"garbage")
    assert sequencer.waiting() == before


# --- This node's log, for reading -----------------------------------------------------------------


def test_the_log_is_read_and_proves_that_it_has_only_grown(us: Foreign) -> None:
    from audit import merkle
    from audit.checkpoint import read_hash

    heads = []
    for _ in range(2):
        write_entries(5)
        heads.append(read(Client().get("/exchange/v1/log/checkpoint").content)[0])
    old, new = heads
    answer = Client().get(f"/exchange/v1/log/consistency/{old.size}/{new.size}")
    path = [read_hash(line) for line in answer.content.decode().splitlines()]
    merkle.verify_consistency(old.size, new.size, old.root, new.root, path)
    assert Client().get(f"/exchange/v1/log/tile/0/000.p/{new.size}").status_code == 200


@pytest.mark.parametrize(
    "path", ["tile/0/999", "tile/../x", "consistency/2/1", "consistency/1/999", "consistency/x/2"]
)
def test_what_the_log_does_not_have_is_404(us: Foreign, path: str) -> None:
    write_entries()
    assert Client().get(f"/exchange/v1/log/{path}").status_code == 404


# --- Asking the others ----------------------------------------------------------------------------


class Way:
    """To a foreign node's log; `trouble` for one that does not answer."""

    def __init__(self, to: ForeignLog) -> None:
        self.to, self.trouble, self.shown = to, "", dict[str, bytes]()
        self.after: float | None = None
        self.read: list[str] = []
        self.brought: list[str] = []

    def post_checkpoint(self, address: str, body: bytes) -> tuple[int, bytes]:
        assert address == ADDRESS
        if self.trouble:
            raise Trouble(self.trouble, after=self.after)
        return self.to.cosign(body)

    def get_log(self, address: str, name: str) -> tuple[int, bytes]:
        self.read.append(name)
        if self.trouble:
            raise Trouble(self.trouble, after=self.after)
        if name.startswith("witness/"):
            return (200, self.shown[name]) if name in self.shown else (404, b"")
        old, new = (int(text) for text in name.rsplit("/", 2)[1:])
        if new > self.to.count:
            return 404, b""
        return 200, "".join(f"{encode(step)}\n" for step in self.to.proof(old, new)).encode()

    def post_log(self, address: str, name: str, body: bytes) -> tuple[int, bytes]:
        self.brought.append(body.decode())
        return 200, b"1\n"

    def show(self, log: ForeignLog, size: int) -> None:
        """As what it co-signed, as a witness."""
        digest = sha256(log.name.encode()).hexdigest()
        self.shown[f"witness/{digest}/checkpoint"] = log.note(size).encode()


@pytest.fixture
def way(us: Foreign, monkeypatch: pytest.MonkeyPatch) -> Way:
    assert us.log is not None
    made = Way(us.log)
    monkeypatch.setattr(witnessing, "_to", lambda peer: made)
    return made


@pytest.mark.django_db(transaction=True)
def test_a_busy_witness_is_left_alone_as_long_as_it_asks(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnessing, "_resting", {})
    write_entries()
    [name] = witnesses.due()
    way.trouble, way.after = "busy", 100.0
    witnessing.cosign(name)
    [state] = witness_states()
    assert state.next_at is not None
    assert 95 < (state.next_at - datetime.now(UTC)).total_seconds() < 125
    [peer] = peers.enrolled().filter(party_id="US")
    for _ in range(2):
        with pytest.raises(Trouble):
            witnessing.gather(peer)
    assert len(way.read) == 1


@pytest.mark.django_db(transaction=True)
def test_the_peer_s_witness_is_asked_until_it_has_all(way: Way) -> None:
    write_entries()
    [name] = witnesses.due()
    witnessing.cosign(name)
    [state] = witness_states()
    assert (state.party, state.state, state.required) == ("US", "current", True)
    assert len(way.to.asked) == 1
    witnessing.cosign(name)
    assert len(way.to.asked) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("proves", "state"), [(False, "claims"), (True, "disproved")])
def test_what_a_witness_says_of_our_log_wants_its_checkpoint(
    way: Way, monkeypatch: pytest.MonkeyPatch, proves: bool, state: str
) -> None:
    write_entries()
    origin, private = keys.log_key()
    monkeypatch.setattr(way, "post_checkpoint", lambda address, body: (409, b"40\n"))
    if proves:
        way.show(ForeignLog(origin, private=private), 40)
    witnessing.cosign("us.example/audit/witness")
    assert [one.state for one in witness_states()] == [state]
    assert findings() == (["rolled-back"] if proves else ["claims"])


@pytest.mark.django_db(transaction=True)
def test_a_silent_witness_waits_until_it_is_heard_from(way: Way) -> None:
    write_entries()
    way.trouble = "unreachable"
    witnessing.cosign("us.example/audit/witness")
    assert [one.state for one in witness_states()] == ["unreachable"]
    assert witnesses.due() == []
    way.trouble = ""
    witnessing.cosign("us.example/audit/witness")
    assert way.to.asked == []
    add(way.to.body(0, 5))
    assert witnesses.due() == ["us.example/audit/witness"]


# --- Checkpoints that go round ---------------------------------------------------------------------


def test_a_receipt_brings_our_newest_checkpoint_and_those_we_cosigned(us: Foreign) -> None:
    assert us.log is not None
    write_entries()
    witness.add_checkpoint(us.log.body(0, 5))
    receipt = us.settle(send(us, [alert(us, "MX")]).body)
    heads = [read(text.encode())[0] for text in receipt.checkpoints]
    assert [head.origin for head in heads] == [keys.origin(), us.log.name]
    assert heads[1].size == 5
    assert all(text.count("\n— ") == 1 for text in receipt.checkpoints)


def test_what_another_witness_was_shown_is_held_against_ours(way: Way, us: Foreign) -> None:
    peers.enrol(Foreign("CA", address=ADDRESS, log=CA_LOG).key_set, confirmed_with="the tests")
    witness.add_checkpoint(CA_LOG.body(0, 17))
    way.show(CA_LOG, 17)
    witnessing.gather(peers.get("US"))
    assert findings() == []
    way.show(CA_LOG.forked(), 17)
    witnessing.gather(peers.get("US"))
    assert findings() == ["forked"]
    [entry] = logged("MX", "log:finding")
    assert entry.detail["origin"] == CA_LOG.name


def test_another_size_is_proved_by_the_log_itself_or_it_has_forked(way: Way, us: Foreign) -> None:
    witness.add_checkpoint(way.to.body(0, 17))
    witnessing.notice([way.to.note(30)])
    assert witnessing.settle() == 1
    assert findings() == []
    fork = way.to.forked()
    witnessing.notice([fork.note(30)])
    way.to = fork
    assert witnessing.settle() == 1
    assert findings() == ["forked"]
    with whole_log():
        assert not Seen.objects.exists()


def test_a_fork_whose_other_tree_s_proof_is_shown_is_told_and_proves_nothing(way: Way) -> None:
    witness.add_checkpoint(way.to.body(0, 17))
    witnessing.notice([way.to.forked().note(30)])
    assert witnessing.settle() == 0
    assert findings() == ["will-not-prove"]


@pytest.mark.parametrize(
    "answer", [(404, b"<html>no such page</html>"), (200, b"<html>"), (502, b"")]
)
def test_a_proxy_s_page_is_no_fork_and_its_silence_is_told_after_a_while(
    way: Way, settings: Any, answer: tuple[int, bytes]
) -> None:
    witness.add_checkpoint(way.to.body(0, 17))
    witnessing.notice([way.to.note(30)])
    honest, way.get_log = way.get_log, lambda address, name: answer  # type: ignore[method-assign]
    assert (witnessing.settle(), findings()) == (0, [])
    settings.LOG_PROOF_PATIENCE = 0
    assert (witnessing.settle(), findings()) == (0, ["will-not-prove"])
    way.get_log = honest  # type: ignore[method-assign]
    assert witnessing.settle() == 1
    assert len(logged("MX", "log:resolved")) == 1


def test_a_node_that_cannot_be_asked_is_not_said_to_be_silent(way: Way, settings: Any) -> None:
    settings.LOG_PROOF_PATIENCE = 0
    witness.add_checkpoint(way.to.body(0, 17))
    witnessing.notice([way.to.note(30)])
    peers.change("US", mode="pull")
    assert (witnessing.settle(), findings()) == (0, [])


class Unreachable(Way):
    """A node that accepts no connection: it reads our questions, and brings the proofs."""

    def answer(self, *, grows_to: int = 0) -> int:
        digest = sha256(self.to.name.encode()).hexdigest()
        asked = Client().get(f"/exchange/v1/witness/{digest}/questions").content.decode()
        found = [
            "\n".join([f"consistency {pair}", *map(encode, self.to.proof(*map(int, pair.split())))])
            for pair in asked.splitlines()
        ]
        if grows_to:
            add(self.to.body(17, grows_to))
        body = "\n\n".join(found)
        return int(post_proofs(digest, body).content)


def post_proofs(digest: str, body: str) -> Any:
    return Client().generic("POST", f"/exchange/v1/witness/{digest}/proofs", body)


@pytest.fixture
def unreachable(way: Way, settings: Any) -> Unreachable:
    settings.LOG_PROOF_PATIENCE = 0
    peers.change("US", mode="pull")
    witness.add_checkpoint(way.to.body(0, 17))
    return Unreachable(way.to)


@pytest.mark.parametrize("grows_to", [0, 20])
def test_a_node_that_cannot_be_asked_brings_its_proofs(
    unreachable: Unreachable, grows_to: int
) -> None:
    for size in (8, 30):
        witnessing.notice([unreachable.to.note(size)])
    assert (unreachable.answer(grows_to=grows_to), findings()) == (2, [])


@pytest.mark.parametrize("size", [8, 16, 17, 30, 32])
def test_and_shows_its_fork_by_them(unreachable: Unreachable, size: int) -> None:
    witnessing.notice([unreachable.to.forked().note(size)])
    if size > 17:
        unreachable.to = unreachable.to.forked()
    if size != 17:  # the same size shows without any proof
        assert unreachable.answer() == 1
    assert findings() == ["forked"]


def test_a_node_that_goes_on_and_leaves_the_question_open_is_told_of(
    unreachable: Unreachable, settings: Any
) -> None:
    witnessing.notice([unreachable.to.note(30)])
    assert (witnessing.settle(), findings()) == (0, [])
    # Silent altogether, it is not to blame.
    assert (witnessing.settle(), findings()) == (0, [])
    add(unreachable.to.body(17, 20))
    assert (witnessing.settle(), findings()) == (0, ["will-not-prove"])
    assert unreachable.answer() == 1
    assert len(logged("MX", "log:resolved")) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("consistency 17 30\n" + "A" * 43 + "=\n", 200),
        ("consistency 5 6\n", 200),
        ("x", 400),
        ("é", 400),
    ],
)
def test_what_anybody_brings_that_is_no_proof_changes_nothing(
    unreachable: Unreachable, body: str, status: int
) -> None:
    witnessing.notice([unreachable.to.note(30)])
    digest = sha256(unreachable.to.name.encode()).hexdigest()
    assert post_proofs(digest, body).status_code == status
    assert findings() == []
    assert unreachable.answer() == 1


def test_our_node_brings_its_proofs_where_it_fetches(way: Way, settings: Any) -> None:
    write_entries()
    write_entries()
    digest = sha256(keys.origin().encode()).hexdigest()
    way.shown[f"witness/{digest}/questions"] = b"3 6\n5 900\nx\n"
    settings.EXCHANGE_FETCHES = True
    gather_checkpoints()
    [proofs] = way.brought
    assert questions.read(proofs) == {(3, 6): proving.consistency(3, 6)}


@pytest.mark.parametrize("how", ["enrolled", "sent"])
def test_nobody_comes_by_another_party_s_log_by_his_key_set(us: Foreign, how: str) -> None:
    """Else CA filled the quorum with US's witness, or was asked in place of US's log."""
    hostile = Foreign("CA", address="http://127.0.0.9:9", log=CA_LOG if how == "sent" else us.log)
    if how == "enrolled":
        with pytest.raises(Hostile, match="is US's here") as refused, transaction.atomic():
            peers.enrol(hostile.key_set, confirmed_with="the tests")
        assert refused.value.code == "log-taken"
        assert not peers.enrolled().filter(party_id="CA").exists()
    else:
        peers.enrol(hostile.key_set, confirmed_with="the tests")
        hostile.log = us.log
        for _ in range(2):
            answer = Client().generic(
                "POST",
                "/exchange/v1/keysets?to=MX",
                hostile.issue(),
                content_type="application/jose",
            )
            assert answer.status_code == 200
        assert findings() == ["taken"]
        assert keys.logs()[CA_LOG.name] == ["CA"]
        hostile.log = CA_LOG
        keysets.accept(hostile.issue())
        assert len(logged("MX", "log:resolved")) == 1
    assert us.log is not None
    assert keys.logs()[us.log.name] == ["US"]


def test_a_key_set_that_names_our_own_log_is_refused(us: Foreign) -> None:
    origin, private = keys.log_key()
    us.log = ForeignLog(origin, private=private)
    with pytest.raises(Hostile, match="this node's own"), transaction.atomic():
        keysets.accept(us.issue())


def test_an_honest_checkpoint_with_a_false_proof_is_proved_by_its_log(way: Way) -> None:
    add(way.to.body(0, 17))
    false = way.to.body(17, 30).replace(way.to.note(30).encode(), b"")
    garbage = false.partition(b"\n")[0] + b"\n" + b"A" * 43 + b"=\n\n"
    assert add(garbage + way.to.note(30).encode()).status_code == 422
    assert witnessing.settle() == 1
    assert findings() == []


def test_a_rewritten_log_that_asks_to_be_cosigned_is_found_out(way: Way) -> None:
    add(way.to.body(0, 17))
    way.to = way.to.forked()
    assert add(way.to.body(17, 30)).status_code == 422
    assert witnessing.settle() == 1
    assert findings() == ["forked"]


def test_a_fork_meets_what_was_cosigned_before(way: Way) -> None:
    for old, size in ((0, 17), (17, 30)):
        witness.add_checkpoint(way.to.body(old, size))
    witnessing.notice([way.to.note(17)])
    assert findings() == []
    witnessing.notice([way.to.forked().note(17)])
    assert findings() == ["forked"]
    with whole_log():
        assert CosignedBefore.objects.count() == 2


def test_logs_are_locked_in_one_order_whichever_receipt_names_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else two receipts, of US and of CA, could wait for each other."""
    noticed: list[str] = []

    def notice(raw: bytes) -> str:
        noticed.append(read(raw)[0].origin)
        return "same"

    monkeypatch.setattr("audit.noticing.notice", notice)
    witnessing.notice([US_LOG.note(5), CA_LOG.note(5)])
    witnessing.notice([CA_LOG.note(7), US_LOG.note(7)])
    assert noticed == [CA_LOG.name, US_LOG.name] * 2


def test_our_own_key_in_other_hands_is_noticed_when_its_work_comes_back(us: Foreign) -> None:
    write_entries()
    origin, private = keys.log_key()
    stolen = ForeignLog(origin, private=private)
    witnessing.notice([stolen.note(2)])
    assert findings() == ["not-ours"]


@pytest.mark.django_db(transaction=True)
def test_what_is_found_while_no_transaction_is_open_is_logged(us: Foreign) -> None:
    for _ in range(2):
        findings_report()
    assert len(logged("MX", "log:finding")) == 1


def findings_report() -> None:
    from audit.findings import report

    report("us.example/audit", "rolled-back", "It has lost entries.")


@pytest.mark.parametrize("text", ["", "\x00", "x\n\n— y AAAA\n", "— " * 100])
def test_hostile_checkpoints_are_passed_over(us: Foreign, text: str) -> None:
    witnessing.notice([text])
    assert findings() == []
