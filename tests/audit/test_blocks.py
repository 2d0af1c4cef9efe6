"""The log by question: by blocks of entries, as by looking through all of them, and of one Party alone."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from audit import blocks, erasure, log, queries, sequencer
from audit.database import BLOCKS, try_lock, whole_log
from audit.models import Block, Entry
from audit.queries import Question

from .conftest import Someone, as_owner

NAMES = ("Inés Ávila", "Ana O'Brien", "Quetzal Ibarra")
TAGS = ("record:read", "search:run", "key:rotate")


def become(party: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('cordillera.party', %s, true)", [party])


@pytest.fixture
def many(db: None, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """700 entries of two Parties, all but the last few in blocks."""
    made = []
    with transaction.atomic():
        for number in range(700):
            rare = number in (5, 301, 690)
            made.append(
                log.write(
                    TAGS[2] if number == 40 else TAGS[number % 2],
                    actor=Someone(
                        "US" if number % 5 == 0 else "MX", UUID(int=number % 7), name(number)
                    ),
                    about=uuid4() if number % 2 else f"US-OA-2026-{number:05}",
                    detail={
                        "reference": f"CA-SE-2026-{number:05}",
                        "note": "zirconium\nOxide" if rare else "steel",
                        "audience": ["US", "CA"] if number % 3 else ["US"],
                    },
                    purpose="customs_enforcement" if number % 11 == 0 else "",
                )
            )
    sequencer.sequence(at_once=True)
    assert blocks.keep_up() == 2
    become("MX")
    return made


def name(number: int) -> str:
    return NAMES[2] if number in (41, 433) else NAMES[number % 2]


QUESTIONS = [
    Question(text="zirconium"),
    Question(text="ZIRC"),
    Question(text="oxide"),
    Question(text="irconium"),
    Question(text="enforcement"),
    Question(text="customs_enf"),
    Question(text="-2026-0030"),
    Question(text="O'Br"),
    Question(text="steel", tag="key:rotate"),
    Question(tag="key:rotate"),
    Question(tag="key"),
    Question(tag="record", actor="quetzal ib"),
    Question(actor="Inés Ávila", tag="record:read"),
    Question(actor=str(UUID(int=3))),
    Question(actor="nobody"),
    Question(about="us-oa-2026-00042"),
    Question(about="ca-se-2026-00301", other="US"),
    Question(other="CA"),
    Question(other="MX"),
    Question(text="%_'\\ :* & |"),
    Question(text="steel", other="CA", actor="ana"),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_blocks_find_what_looking_through_all_finds(many: list[UUID], question: Question) -> None:
    wanted = list(queries.asked("MX", question))
    found, cursor = list[Entry](), ""
    while True:
        page = queries.page("MX", question, cursor, size=7)
        found += page.entries
        if not (cursor := page.older):
            break
    assert found == wanted


@pytest.mark.parametrize("text", ["zirconium", "O'Br", "customs_enf"])
def test_words_are_found_by_blocks_and_before_there_are_any(many: list[UUID], text: str) -> None:
    assert queries.page("MX", Question(text=text)).entries
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_block")
    become("MX")
    assert queries.page("MX", Question(text=text)).entries == list(
        queries.asked("MX", Question(text=text))[: queries.PAGE]
    )


#: What is asked, and whether it is found where `\\share\\new "x"`, a line's end and `tab` were logged.
SIGNS = {
    r"\\share\new": True,
    r"share\new": True,
    "new": True,
    "NEW": True,
    "ew": False,
    "hare": False,
    '"x"': True,
    "tab": True,
    "ntab": False,
    "\\": True,
    r"\\new": False,
    r"\n": False,
    r"\t": False,
    r".*": False,
}


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["detail", "purpose"])
@pytest.mark.parametrize("blocked", [True, False])
@pytest.mark.parametrize(("asked", "found"), SIGNS.items())
def test_a_backslash_is_a_sign_like_any_other(
    asked: str, found: bool, where: str, blocked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = '\\\\share\\new "x"\ntab'
    with transaction.atomic():
        for _ in range(256):
            log.write(
                "record:read",
                actor=Someone("MX"),
                about="x1",
                detail={"note": said if where == "detail" else ""},
                purpose=said if where == "purpose" else "",
            )
    sequencer.sequence(at_once=True)
    if blocked:
        assert blocks.keep_up() == 1
    become("MX")
    assert bool(queries.page("MX", Question(text=asked)).entries) == found


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_page_has_each_entry_once_though_blocks_are_made_meanwhile(
    many: list[UUID], monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_block")
    become("MX")
    wanted = list(queries.asked("MX", Question(text="steel"))[:500])
    real = blocks.covering

    def covering(*asked: Any) -> Any:
        found = real(*asked) if when == "after" else None
        assert blocks.keep_up() == 2
        become("MX")
        return real(*asked) if found is None else found

    monkeypatch.setattr(blocks, "covering", covering)
    assert queries.page("MX", Question(text="steel"), size=500).entries == wanted


def test_entries_are_counted_in_one_statement(
    many: list[UUID], django_assert_num_queries: Any
) -> None:
    """Between two a block may be made."""
    since = Entry.objects.filter(party="MX").order_by("at")[100].at
    with django_assert_num_queries(1):
        queries.tags("MX", since)


def test_a_rare_word_is_looked_up_in_few_blocks(
    many: list[UUID], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        assert len(queries.page("MX", Question(text="zirconium")).entries) == 1
    with django_assert_num_queries(2):
        assert queries.page("MX", Question(text="polonium")).entries == []


def test_no_mark_of_another_party_is_looked_at(many: list[UUID]) -> None:
    """A word that US alone has is in no block of MX, so that its number costs MX no time either."""
    with whole_log(), connection.cursor() as cursor:
        cursor.execute("SELECT party, unnest(tsvector_to_array(marks)) FROM audit_block")
        marks = cursor.fetchall()
    assert ("MX", "MX zirconium") in marks
    assert [mark for party, mark in marks if not mark.startswith(party)] == []
    marks = blocks.wanted("US", Question(text="steel"))
    assert blocks.covering(marks, None, None) == []
    become("US")
    assert len(blocks.covering(marks, None, None)) == 2
    assert not blocks.within(Entry.objects.filter(party="MX"), [0, 1], rest=True).exists()


def test_entries_are_counted_by_tag_from_any_moment(many: list[UUID]) -> None:
    for entry in Entry.objects.filter(party="MX").order_by("at")[:700:80]:
        rest = Entry.objects.filter(party="MX", at__gt=entry.at)
        counted = queries.tags("MX", entry.at)
        assert sum(counted.values()) == rest.count()
        assert counted["record:read"] == rest.filter(tag="record:read").count()


def test_an_erased_text_is_in_no_block(many: list[UUID]) -> None:
    with as_owner():
        erasure.erase(many[301], because="Order 7 of the court")
    with whole_log():
        [left] = Block.objects.filter(number=1, party="MX").values_list("marks", flat=True)
    assert "zirconium" not in left
    become("MX")
    assert queries.page("MX", Question(text="zirconium")).entries == []


@pytest.mark.django_db(transaction=True)
def test_an_erasure_waits_for_the_blocks_that_are_being_made() -> None:
    """They have read the text, and nobody else would take it out of them."""
    with transaction.atomic():
        entry = log.write("record:read", actor=Someone("MX", UUID(int=1), "Ana"), about="zirconium")
    making, erased = threading.Event(), threading.Event()

    def make() -> None:
        try:
            with whole_log():
                assert try_lock(BLOCKS)
                making.set()
                assert not erased.wait(1)
        finally:
            making.set()
            connection.close()

    maker = threading.Thread(target=make)
    maker.start()
    assert making.wait(30)
    with as_owner():
        erasure.erase(entry, because="Order 7 of the court")
    still = maker.is_alive()
    erased.set()
    maker.join()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert not still


def test_a_block_with_too_many_words_is_found_by_any(
    many: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_block")
    monkeypatch.setattr(blocks, "MOST_BYTES", 10)
    assert blocks.keep_up() == 2
    become("MX")
    found = queries.page("MX", Question(tag="key:rotate", actor="x")).entries
    assert found == []
    become("US")
    assert len(queries.page("US", Question(text="zirconium")).entries) == 2


def test_only_the_log_s_own_code_reads_blocks(many: list[UUID]) -> None:
    assert not Block.objects.exists()
