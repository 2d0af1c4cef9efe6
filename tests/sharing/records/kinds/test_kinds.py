"""Kinds: each is whole, distinct, and says what the rest of the system asks of it."""

import datetime as dt
import json
import pkgutil

import pytest
from django.utils.translation import override

from sharing.demo import data
from sharing.records import codes, kinds, lifecycle
from sharing.records.kinds import examples
from sharing.records.schema import Code, Many

EVERY = pytest.mark.parametrize("kind", kinds.all(), ids=lambda kind: kind.code)
FORBIDDEN = ("race", "ethnic", "religio", "politic", "health", "union", "sexual")


def fields(found):
    yield found
    for child in getattr(found, "fields", ()):
        yield from fields(child)
    if isinstance(found, Many):
        yield from fields(found.item)


def body_of(code):
    with open(f"{data.__path__[0]}/examples.json", encoding="utf-8") as lines:
        record = next(r for r in json.load(lines)["records"] if r["kind"] == code)
    return kinds.get(code).schema.clean(examples.convert(record)[0], complete=True).value


def test_every_folder_is_registered():
    folders = {m.name for m in pkgutil.iter_modules(kinds.__path__) if m.ispkg} - {"examples"}
    assert folders == set(kinds.KINDS)


def test_kinds_are_told_apart_by_code_and_letters():
    assert [kind.code for kind in kinds.all()] == list(kinds.KINDS)
    assert len({kind.letters for kind in kinds.all()}) == len(kinds.KINDS)


def test_an_unknown_kind_says_which_there_are():
    with pytest.raises(KeyError, match="offence_alert"):
        kinds.get("rumour")


def test_answers_need_one_officer_but_for_decisions_and_answer_something():
    answered = {code for kind in kinds.shared() for code in kind.answered_by}
    assert answered == {kind.code for kind in kinds.answers()}
    assert answered - {"ruling"} == set(lifecycle.SINGLE_HANDED_KINDS)


@EVERY
def test_every_field_has_a_label_and_a_list_that_exists(kind):
    for field in fields(kind.schema.block):
        assert field.label or field is kind.schema.block
        assert not isinstance(field, Code) or len(codes.get(field.codes))


@EVERY
def test_featured_paths_and_clocks_name_fields(kind):
    for path in (*kind.featured, *(clock.path for clock in kind.clocks)):
        assert kind.schema.field_at(path)


@EVERY
def test_nothing_asks_for_race_religion_politics_or_health(kind):
    for field in fields(kind.schema.block):
        with override("en"):
            words = f"{field.name} {field.label}".lower()
        assert not any(word in words for word in FORBIDDEN)


@EVERY
def test_an_empty_form_can_be_shown(kind):
    bound = kind.schema.bind({}, [], "es")
    assert [child.name for child in bound.children] == [f.name for f in kind.schema.fields]
    assert kind.title({}, "es")


@pytest.mark.parametrize("kind", kinds.shared(), ids=lambda kind: kind.code)
def test_featured_values_survive_storage_and_read_well(kind):
    stored = json.loads(json.dumps(kind.featured_values(body_of(kind.code))))
    shown = kind.show_featured(stored, "fr")
    assert len(shown) == len(stored) > 1
    assert all(label and text for label, text in shown)


def test_featured_values_of_an_older_schema_do_no_harm():
    assert kinds.get("comment").show_featured({"gone.*.away": [1], "nature": "question"}, "en") == [
        ("Kind of comment", "Question")
    ]


def test_titles_come_from_the_record_or_are_made():
    alert, sighting = kinds.get("offence_alert"), kinds.get("sighting")
    body = {"title": {"es": "Bobina"}, "original_language": "es"}
    assert alert.title(body, "fr") == "Bobina"
    assert alert.titles(body) == {"es": "Bobina"}
    made = sighting.titles({"result": "no_hit", "place": "USLRD"})
    assert made["en"] == "Sighting: Not found, Laredo TX, US"


def test_a_notice_has_clocks():
    notice = kinds.get("advance_notice")
    body = {"comment_until": "2027-01-15", "effective": "2027-04-01"}
    dates = {clock.path: day for clock, day in notice.clock_dates(body)}
    assert dates == {"comment_until": dt.date(2027, 1, 15), "effective": dt.date(2027, 4, 1)}


def test_a_release_needs_the_title_in_the_language_it_is_written_in():
    body = body_of("offence_alert")
    body["title"] = {"fr": "Bobines"}
    (problem,) = kinds.get("offence_alert").schema.clean(body, complete=True).problems
    assert (problem.path, problem.code) == ("title.en", "required")


def test_blocks_are_shared_and_not_copied():
    schemas = [kinds.get(code).schema for code in ("offence_alert", "enforcement_result")]
    one, other = (schema.field_at("goods").json_schema()["items"] for schema in schemas)
    assert one == other
