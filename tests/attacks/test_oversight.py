"""On a hub the auditors of one Party learn nothing of what the others' see."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from audit import log, sequencer
from audit.models import Entry
from cordillera.access.identity import AUDITOR, Identity
from cordillera.access.session import acting_as
from cordillera.parties.models import Officer

SECRET = "zqsecretword"
PAGES = ("audit-entry", "audit-proof", "search-review", "watch-notice", "retention-certificate")


@pytest.fixture
def entry(cast: Any, alert: Any) -> Any:
    """An entry of US, proved, with a word that must stay there; and one of CA on each side of it."""
    ca = cast.identity("outsider")
    with acting_as(ca):
        log.write("record:read", actor=ca, about="CA-first")
    us = cast.identity("originator")
    with acting_as(us):
        found = log.write("search:run", actor=us, detail={"text": SECRET}, purpose=SECRET)
    with acting_as(ca):
        log.write("record:read", actor=ca, about="CA-last")
    sequencer.sequence(at_once=True)
    return found


@pytest.fixture
def auditor(cast: Any) -> Client:
    officer = Officer.objects.create(username="ca.auditor", party_id="CA", roles=[AUDITOR])
    client = Client()
    client.force_login(officer)
    return client


@pytest.mark.parametrize("name", PAGES)
def test_ids_of_other_parties_are_as_if_they_never_were(
    auditor: Client, entry: Any, name: str
) -> None:
    answers = [auditor.get(reverse(name, args=[pk])) for pk in (entry, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_bundle_has_no_text_of_another_party(auditor: Client, entry: Any) -> None:
    answer = auditor.post(reverse("audit-bundle"), {})
    assert answer.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    texts = b"".join(archive.read(name) for name in archive.namelist())
    assert b"CA-first" in texts
    assert SECRET.encode() not in texts
    assert str(entry).encode() not in texts


@pytest.mark.parametrize("query", [{}, {"q": SECRET}, {"actor": "us.officer"}])
def test_no_list_counts_or_names_them(auditor: Client, entry: Any, query: dict[str, str]) -> None:
    pages = ("audit-log", "audit-witnesses", "ledger", "searches", "watch", "oversight")
    for name in (*pages, "retention", "retention-locked", "retention-deleted"):
        text = auditor.get(reverse(name), query).content.decode()
        assert str(entry) not in text, name
        assert "US-OA-" not in text, name
        assert query or SECRET not in text, name


def test_the_ledger_of_a_record_that_was_never_given_is_none(auditor: Client, alert: Any) -> None:
    for reference in (alert.reference, "US-OA-2026-99999"):
        assert auditor.get(reverse("ledger-record", args=[reference])).status_code == 404


def test_the_table_itself_shows_them_none(cast: Any, entry: Any) -> None:
    ca = Identity(party="CA", account=None, name="", roles=frozenset({AUDITOR}))
    with acting_as(ca):
        assert set(Entry.objects.values_list("party", flat=True)) <= {"CA"}
