"""From the entry's own transaction to its place in the signed tree."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from tlog_scales.tlog import Checkpoint as Theirs

from audit import findings, keys, log, merkle, note, sequencer, stored, tasks, text, tree
from audit.checkpoint import read
from audit.database import whole_log
from audit.models import Entry, Finding, Leaf, SignedCheckpoint
from audit.note import ED25519
from cordillera.parties import sealing

from . import trees
from .conftest import Someone, Write, tamper


def leaf_hashes() -> list[bytes]:
    with whole_log():
        rows = Leaf.objects.order_by("index").values_list("commitment", flat=True)
        return [merkle.leaf_hash(bytes(value)) for value in rows]


def root(size: int) -> bytes:
    with whole_log():
        return merkle.root(tree.reader(), size)


def last() -> SignedCheckpoint | None:
    with whole_log():
        return SignedCheckpoint.objects.first()


def test_entries_get_their_index_in_the_order_of_writing(write: Write) -> None:
    entries = write(3)
    assert sequencer.waiting() == 3
    done = sequencer.sequence(at_once=True)
    assert done == sequencer.Done(appended=3, size=3, signed=3)
    assert [sequencer.index_of(entry) for entry in entries] == [0, 1, 2]
    assert sequencer.waiting() == 0


def test_a_moment_is_read_back_as_it_was_written(grown: list[UUID]) -> None:
    with whole_log():
        at = Entry.objects.get(pk=grown[0]).at
        assert text.moment(at) in stored.some([grown[0]])[grown[0]].head.decode()


def test_the_signed_root_is_that_of_the_entries(grown: list[UUID]) -> None:
    head, signed = read(last().note.encode())
    assert (head.size, head.root) == (12, trees.head(leaf_hashes()))
    assert signed.signed_by(keys.own_keys(ED25519))


def test_an_outside_library_accepts_the_log_s_checkpoint(grown: list[UUID]) -> None:
    from tlog_scales.signing import Vkey

    key = Vkey.from_string(str(keys.own_keys(ED25519)[0]))
    Theirs.from_text(last().note).verify(key)


def test_batches_beyond_one_build_the_same_tree(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 7)
    write(30)
    assert sequencer.sequence(at_once=True).appended == 30
    assert root(30) == trees.head(leaf_hashes())


def test_a_checkpoint_is_signed_at_most_every_second(write: Write) -> None:
    write()
    assert sequencer.sequence().signed == 1
    write()
    done = sequencer.sequence()
    assert done == sequencer.Done(appended=1, size=2, signed=1, wait=done.wait)
    assert 0 < done.wait <= 1
    tamper("UPDATE audit_checkpoint SET at = at - interval '1 second'")
    assert sequencer.sequence().signed == 2


def test_without_entries_nothing_is_signed(db: None) -> None:
    assert sequencer.sequence(at_once=True) == sequencer.Done(0, 0, 0)
    assert last() is None


def test_a_tree_that_was_altered_is_not_signed(grown: list[UUID], write: Write) -> None:
    tamper("UPDATE audit_tile SET hashes = overlay(hashes PLACING %s FROM 1) WHERE level = 0", b"x")
    write()
    assert sequencer.sequence(at_once=True).signed == 12
    with whole_log():
        assert Finding.objects.get().kind == "altered"


def test_the_log_keeps_its_name_and_its_key(grown: list[UUID]) -> None:
    origin, _ = keys.log_key()
    before = keys.own_keys(ED25519)
    assert origin == "127.0.0.1:8000/audit"
    after = keys.rotate(ED25519)
    assert (keys.log_key()[0], after in before) == (origin, False)
    assert set(keys.own_keys(ED25519, retired=True)) == {*before, after}


def test_keys_are_sealed_anew(grown: list[UUID], write: Write, settings: Any) -> None:
    old = sealing.read_key(settings.KEY_ENCRYPTION_KEY)
    settings.KEY_ENCRYPTION_KEY = note.encode(b"n" * 32)
    assert keys.reseal(lambda sealed, name: sealing.unseal(sealed, key=old, name=name)) == 3
    write()
    assert sequencer.sequence(at_once=True).signed == 13


def test_the_task_comes_back_once_however_often_it_is_rung_for(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(tasks, "_planned", [0.0])
    monkeypatch.setattr(
        tasks.sequence, "apply_async", lambda countdown, **_: asked.append(countdown)
    )
    for _ in range(4):
        write()
        tasks.sequence()
    assert asked == [tasks.AGAIN + 0.02]
    assert sequencer.waiting() == 0


def test_findings_are_kept_once(db: None) -> None:
    findings.report("us.example/log", "forked", "two roots", ["a", "b"])
    findings.report("us.example/log", "forked", "two roots", ["a", "b"])
    with whole_log():
        assert Finding.objects.get().evidence == ["a", "b"]


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_not_missed() -> None:
    """It took its number first, and becomes visible after others were sequenced."""
    begun, go_on = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            log.write("record:late", actor=Someone())
            begun.set()
            go_on.wait(60)
        connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    begun.wait(60)
    with transaction.atomic():
        log.write("record:early", actor=Someone())
    assert sequencer.sequence().appended == 1
    go_on.set()
    thread.join()
    assert sequencer.sequence(at_once=True).size == 2


@pytest.mark.django_db(transaction=True)
def test_writers_and_sequencers_side_by_side_lose_and_double_nothing() -> None:
    stop = threading.Event()

    def writer() -> None:
        for _ in range(40):
            with transaction.atomic():
                log.write("record:read", actor=Someone())
        connection.close()

    def sequence() -> None:
        while not stop.is_set():
            sequencer.sequence()
        connection.close()

    writers = [threading.Thread(target=writer) for _ in range(3)]
    sequencers = [threading.Thread(target=sequence) for _ in range(2)]
    for thread in writers + sequencers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in sequencers:
        thread.join()
    done = sequencer.sequence(at_once=True)
    assert (done.size, done.signed) == (120, 120)
    assert root(120) == trees.head(leaf_hashes())
