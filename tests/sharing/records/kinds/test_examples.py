"""Every demonstration record fits its kind's schema, and nothing of it is lost."""

import datetime as dt
import json
from pathlib import Path
from uuid import uuid4

import pytest

from sharing.demo import data
from sharing.records import kinds
from sharing.records.handling import clean_handling
from sharing.records.kinds import examples

RECORDS = json.loads((Path(data.__path__[0]) / "examples.json").read_text("utf-8"))["records"]
OURS = [record for record in RECORDS if examples.convertible(record)]


@pytest.mark.parametrize("record", OURS, ids=lambda record: record["ref"])
def test_every_example_is_complete(record):
    body, handling = examples.convert(record, named=[str(uuid4())])
    cleaned = kinds.get(record["kind"]).schema.clean(body, complete=True)
    assert [problem.as_dict() for problem in cleaned.problems] == []
    _held, problems = clean_handling(
        handling,
        originator=record["originator"]["country"],
        parties={"US", "MX", "CA"},
        complete=True,
        today=dt.date(2026, 11, 20),
    )
    assert [problem.as_dict() for problem in problems] == []


@pytest.mark.parametrize("record", OURS, ids=lambda record: record["ref"])
def test_every_word_of_an_example_is_still_there(record):
    body, _handling = examples.convert(record)
    kept = json.dumps(body, ensure_ascii=False)
    content = {k: v for k, v in record.items() if k not in examples.LIFE}
    for text in texts(content):
        assert all(word in kept for word in text.split()), text


def texts(value):
    """The free texts of an example: sentences, not codes that were renamed."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) and len(value) > 30 else []


def test_dates_move_together_even_inside_sentences():
    moved = examples.shift({"a": "2026-11-20T10:00:00Z", "b": "on 2026-12-31", "ref": "x"}, 1)
    assert moved == {"a": "2026-11-21T10:00:00Z", "b": "on 2027-01-01", "ref": "x"}
