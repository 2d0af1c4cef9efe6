"""Files of a draft: in pieces, resumed, encrypted, signed with the version, gone with the record."""

from __future__ import annotations

import io
import os
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cordillera.access.decide import Refused
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.crypto import jws
from sharing.records import actions, queries
from sharing.records.attachments import (
    adding,
    content,
    keeping,
    names,
    reading,
    sealed,
    storage,
    types,
)
from sharing.records.attachments.models import Attachment, Chunk
from sharing.records.models import Record, Version
from sharing.records.problems import Invalid
from tests.conftest import Cast, released

from .conftest import PDF, attach, bytes_in

MIB = 1024 * 1024


def one_of(cast: Cast, part: str, record: Any) -> list[str]:
    who = cast.identity(part)
    with acting_as(who):
        return [one.name for one in reading.seen(who, queries.get(who, record.pk))]


def test_a_file_comes_back_as_it_went_in(cast: Cast, draft_alert: Any) -> None:
    plain = PDF + os.urandom(2 * MIB)
    file = attach(cast, draft_alert, plain)
    with acting_as(cast.identity("originator")):
        whole = content.Content.of(file)
        assert b"".join(whole.read()) == plain
        assert b"".join(whole.read(MIB - 5, 2 * MIB + 7)) == plain[MIB - 5 : 2 * MIB + 7]
    assert file.state == Attachment.READY


def test_nothing_readable_lies_in_the_storage(cast: Cast, draft_alert: Any, media: Path) -> None:
    attach(cast, draft_alert)
    assert bytes_in(media)
    assert all(b"invoice" not in path.read_bytes() for path in bytes_in(media))


def test_an_upload_goes_on_where_it_stopped(cast: Cast, draft_alert: Any) -> None:
    by, plain = cast.identity("originator"), PDF + bytes(3 * MIB)
    parts = [plain[at : at + MIB] for at in range(0, len(plain), MIB)]
    with acting_as(by):
        file = adding.begin(record=draft_alert, by=by, name="a.pdf", size=len(plain))
        for number in (2, 0, 0):
            adding.put(
                record=draft_alert, by=by, file=file.pk, number=number, content=parts[number]
            )
        with pytest.raises(Invalid, match="not come whole"):
            adding.finish(record=draft_alert, by=by, file=file.pk)
        assert content.here(file) == [0, 2]
        for number in (1, 3):
            adding.put(
                record=draft_alert, by=by, file=file.pk, number=number, content=parts[number]
            )
        assert adding.finish(record=draft_alert, by=by, file=file.pk).state == Attachment.READY


def test_a_chunk_that_came_twice_lies_there_once(cast: Cast, draft_alert: Any, media: Path) -> None:
    by = cast.identity("originator")
    file = attach(cast, draft_alert)
    with acting_as(by):
        Attachment.objects.filter(pk=file.pk).update(state=Attachment.UPLOADING)
        adding.put(record=draft_alert, by=by, file=file.pk, number=0, content=PDF)
    assert len(bytes_in(media)) == 1


@pytest.mark.parametrize("harm", ["flip", "swap", "cut"])
def test_what_was_tampered_with_does_not_open(
    cast: Cast, draft_alert: Any, media: Path, harm: str
) -> None:
    file = attach(cast, draft_alert, PDF + bytes(2 * MIB))
    first, second, last = sorted(bytes_in(media))
    if harm == "flip":
        data = bytearray(second.read_bytes())
        data[100] ^= 1
        second.write_bytes(data)
    elif harm == "swap":
        second.write_bytes(first.read_bytes())
    else:
        last.write_bytes(b"")
    with acting_as(cast.identity("originator")), pytest.raises(sealed.Broken):
        b"".join(content.Content.of(file).read())


def test_a_chunk_is_bound_to_file_place_and_end() -> None:
    key, file = sealed.new_key(), uuid4()
    chunk = sealed.seal(b"x", key, file, 0, last=False)
    assert sealed.unseal(chunk, key, file, 0, last=False) == b"x"
    for other in ((uuid4(), 0, False), (file, 1, False), (file, 0, True)):
        with pytest.raises(sealed.Broken):
            sealed.unseal(chunk, key, *other)


def test_a_large_file_is_never_whole_in_memory(cast: Cast, draft_alert: Any) -> None:
    by, head = cast.identity("originator"), PDF[:32] + bytes(MIB - 32)
    with acting_as(by):
        file = adding.begin(record=draft_alert, by=by, name="scan.pdf", size=64 * MIB)
        tracemalloc.start()
        for number in range(64):
            part = head if number == 0 else bytes(MIB)
            adding.put(record=draft_alert, by=by, file=file.pk, number=number, content=part)
        file = adding.finish(record=draft_alert, by=by, file=file.pk)
        came = sum(len(part) for part in content.Content.of(file).read())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert came == 64 * MIB
    assert most < 12 * MIB


def test_more_than_the_most_is_refused(cast: Cast, draft_alert: Any) -> None:
    by = cast.identity("originator")
    with acting_as(by), pytest.raises(Invalid, match="too large"):
        adding.begin(record=draft_alert, by=by, name="a.pdf", size=1024 * MIB + 1)


# --- What is in a file ----------------------------------------------------------------------------
def archive(*inside: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as found:
        for name in inside:
            found.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "plain", "code"),
    [
        ("setup.exe", b"MZ\x90\0", "program"),
        ("invoice.pdf", b"MZ\x90\0" + bytes(200), "program"),
        ("photo.jpg", PDF, "differs"),
        ("list.csv", b"\0\1\2\3" * 20, "differs"),
        ("run.txt", b"#!/bin/sh\nrm -r /\n", "program"),
        ("page.html", b"<html>", "program"),
        ("odd.xyz", b"what", "type"),
        ("all.zip", archive("a.txt", "b/setup.exe"), "program"),
        ("all.zip", archive("a.txt", "more.zip"), "archive"),
        ("all.zip", b"PK\x03\x04" + bytes(50), "broken"),
        ("text.docx", archive("a.txt"), "differs"),
        ("text.docx", archive("[Content_Types].xml", "word/vbaProject.bin"), "program"),
    ],
)
def test_what_is_not_taken(
    cast: Cast, draft_alert: Any, name: str, plain: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        attach(cast, draft_alert, plain, name)
    assert [problem.code for problem in refused.value.problems] == [code]


@pytest.mark.parametrize(
    ("name", "plain", "media_type"),
    [
        ("a.txt", "Año: niño\n".encode(), "text/plain"),
        ("a.csv", b"hs;weight\n721049;20\n", "text/csv"),
        ("a.zip", archive("a.txt", "b/c.pdf"), "application/zip"),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml"), types.ENDINGS["docx"]),
        ("a.png", bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(60), "image/png"),
        ("a.JPG", bytes.fromhex("ffd8ffe000104a46494600010101") + bytes(60), "image/jpeg"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(60), "image/heif"),
        ("a.mp4", b"\0\0\0\x18ftypisom\0\0\0\0mp42isom" + bytes(60), "video/mp4"),
    ],
)
def test_what_is_taken(
    cast: Cast, draft_alert: Any, name: str, plain: bytes, media_type: str
) -> None:
    assert attach(cast, draft_alert, plain, name).media_type == media_type


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("..\\..\\a/b\x00/in\u202evoice.pdf", "invoice.pdf"),
        ("  facture   n° 3 .pdf", "facture n° 3.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("///", "file"),
        ('a<b>"c".pdf', "a_b__c_.pdf"),
    ],
)
def test_names_are_made_harmless(typed: str, clean: str) -> None:
    assert names.clean(typed) == clean


# --- Versions ------------------------------------------------------------------------------------
def test_the_version_signs_its_files(cast: Cast, draft_alert: Any) -> None:
    file = attach(cast, draft_alert)
    record = released(cast, draft_alert)
    said = jws.peek(record.current.jws, "cordillera-version+jws")["attachments"]
    assert [(one["id"], one["sha256"]) for one in said] == [(str(file.pk), file.sha256)]
    with acting_as(cast.identity("recipient")):
        assert queries.signature(Version.objects.get(pk=record.current_id))["verified"]


def test_without_files_the_payload_is_as_it_was(alert: Any) -> None:
    assert "attachments" not in jws.peek(alert.current.jws, "cordillera-version+jws")


def test_who_adds_a_file_does_not_approve(cast: Cast, draft_alert: Any) -> None:
    attach(cast, draft_alert, part="colleague")
    with pytest.raises(Refused, match="another officer"):
        released(cast, draft_alert)


def test_a_file_that_is_not_whole_is_not_released(cast: Cast, draft_alert: Any) -> None:
    by = cast.identity("originator")
    with acting_as(by):
        adding.begin(record=draft_alert, by=by, name="a.pdf", size=10)
        with pytest.raises(Invalid, match="not come whole"):
            actions.submit(record=draft_alert, by=by)


def test_files_are_seen_with_the_versions_that_have_them(cast: Cast, draft_alert: Any) -> None:
    attach(cast, draft_alert)
    assert one_of(cast, "originator", draft_alert) == ["invoice.pdf"]
    record = released(cast, draft_alert)
    assert one_of(cast, "recipient", record) == ["invoice.pdf"]
    by = cast.identity("originator")
    with acting_as(by):
        actions.amend(record=Record.objects.get(pk=record.pk), by=by)
        again = Record.objects.get(pk=record.pk)
    attach(cast, again, name="second.pdf")
    assert one_of(cast, "recipient", record) == ["invoice.pdf"]
    with acting_as(cast.identity("recipient")):
        assert Attachment.objects.count() == 1
        assert Chunk.objects.count() == 1
    with acting_as(cast.identity("outsider")):
        assert Attachment.objects.count() == Chunk.objects.count() == 0


def test_a_given_up_amendment_leaves_the_files_of_the_version_in_force(
    cast: Cast, draft_alert: Any
) -> None:
    file = attach(cast, draft_alert)
    record, by = released(cast, draft_alert), cast.identity("originator")
    with acting_as(by):
        actions.amend(record=record, by=by)
        record.refresh_from_db()
        adding.remove(record=record, by=by, file=file.pk)
    attach(cast, record, name="second.pdf")
    with acting_as(by):
        actions.discard_amendment(record=record, by=by)
        assert [one.name for one in reading.of_version(record.current)] == ["invoice.pdf"]
        assert Attachment.objects.get(name="").state == Attachment.PURGED


# --- The end --------------------------------------------------------------------------------------
def test_a_removed_file_leaves_no_bytes(
    cast: Cast, draft_alert: Any, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    file, by = attach(cast, draft_alert), cast.identity("originator")
    with django_capture_on_commit_callbacks(execute=True), acting_as(by):
        adding.remove(record=draft_alert, by=by, file=file.pk)
    with acting_as(by):
        assert Attachment.objects.get().sealed_key is None
    assert bytes_in(media) == []


def test_a_deleted_draft_leaves_no_bytes(
    cast: Cast, draft_alert: Any, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    attach(cast, draft_alert)
    with django_capture_on_commit_callbacks(execute=True), acting_as(cast.identity("originator")):
        actions.delete_draft(record=draft_alert, by=cast.identity("originator"))
    assert bytes_in(media) == []


def test_the_sweep_erases_what_was_left(cast: Cast, draft_alert: Any, media: Path) -> None:
    attach(cast, draft_alert)
    with acting_as(cast.identity("originator")):
        actions.delete_draft(record=draft_alert, by=cast.identity("originator"))
    assert bytes_in(media)  # the process died before it erased them
    with acting_as(Identity.of_node("US")):
        assert (keeping.sweep(), keeping.sweep()) == (1, 0)
    assert bytes_in(media) == []


def test_a_file_that_the_storage_does_not_take_is_not_noted(
    cast: Cast, draft_alert: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = cast.identity("originator")

    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    with acting_as(by):
        file = adding.begin(record=draft_alert, by=by, name="a.pdf", size=len(PDF))
    monkeypatch.setattr(storage, "put", full)
    with pytest.raises(OSError, match="No space"), acting_as(by):
        adding.put(record=draft_alert, by=by, file=file.pk, number=0, content=PDF)
    with acting_as(by):
        assert content.here(file) == []
