"""PROTOCOL.md says what the code does, where the two can be compared."""

import re
from pathlib import Path
from typing import Any

import pytest

import sharing.exchange
from cordillera.crypto import errors, fields, hpke, jws, keyset, strict
from sharing.exchange.answers import STATUSES, TYPE
from sharing.exchange.formats import envelope, pull, statement
from sharing.exchange.formats.manifest import Manifest
from sharing.exchange.formats.receipt import Receipt
from tests.vectors import scene
from tests.vectors.scene import US

TEXT = Path(sharing.exchange.__file__).with_name("PROTOCOL.md").read_text()
EXAMPLES = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
SIGNED: list[Any] = [
    scene.ALERT,
    scene.manifest(),
    scene.pull(),
    scene.file(),
    *scene.STATEMENTS.values(),
]
SIGNED += scene.receipts().values()


def rows(heading: str) -> list[list[str]]:
    """The cells of the tables under a heading, without code marks."""
    part = TEXT.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_the_codes_and_their_status() -> None:
    told = {row[0]: row[1] for row in rows("14.")[1:]}
    assert set(told) == errors.CODES == set(STATUSES)
    assert {code: int(status[:3]) for code, status in told.items()} == STATUSES
    assert f"`{TYPE}`" in TEXT


def test_no_problem_is_answered_that_the_table_does_not_tell() -> None:
    folder = Path(sharing.exchange.__file__).parent
    said = "".join(path.read_text() for path in folder.glob("*.py"))
    answered = re.findall(r"(?:\.problem|turn_away)\(\s*\"([a-z-]+)\"", said)
    raised = re.findall(r"(?:Hostile|OutOfStep)\([^()]*,\s*\"([a-z-]+)\"\)", said)
    told = {row[0] for row in rows("14.")[1:]} | errors.REASONS
    assert set(answered) <= errors.CODES
    assert {"malformed", "suspended"} <= set(answered)
    assert {"unknown-recipient", "sequence-reused", "mismatch"} <= set(raised) <= told


def test_the_reasons() -> None:
    part = TEXT.split("One item is refused with one of these reasons:")[1].split("A reader of")[0]
    assert set(re.findall(r"`([a-z-]+)`", part)) == errors.REASONS | errors.WAITING


@pytest.mark.parametrize("thing", SIGNED, ids=lambda thing: type(thing).__name__)
def test_every_member_of_a_format_is_told(thing: Any) -> None:
    payload = thing.to_payload()
    for name in payload:
        assert f'"{name}"' in TEXT or f"`{name}`" in TEXT, name
    assert payload["format"] in TEXT
    assert f"`{thing.TYPE}`" in TEXT


@pytest.mark.parametrize(
    "payload",
    [scene.header().to_payload(), scene.ALERT.to_payload(), US.keyset().to_payload()]
    + [thing.to_payload() for thing in (scene.manifest(), scene.pull(), scene.file())],
    ids=lambda payload: payload["format"],
)
def test_the_examples_have_all_members(payload: dict[str, Any]) -> None:
    example = next(e for e in EXAMPLES if f'"format":"{payload["format"]}"' in e)
    assert {f'"{name}":' for name in payload if f'"{name}":' not in example} == set()


def test_the_statements_and_their_members() -> None:
    told = {row[0]: set(re.findall("[a-z]+", row[2])) for row in rows("5.")[1:]}
    for name, said in scene.STATEMENTS.items():
        assert told[name] == set(said.content.to_fields()), name


def test_the_suites_and_their_sizes() -> None:
    told = {row[0]: row for row in rows("7.")[1:]}
    assert set(told) == set(hpke.SUITES)
    for name, suite in hpke.SUITES.items():
        sealed = len(suite.seal(suite.generate()[1], b"", b"")) - 16
        assert int(told[name][5].replace(",", "")) == suite.public_bytes
        assert int(told[name][6].replace(",", "")) == sealed


def test_the_limits() -> None:
    said = " ".join(" ".join(row) for row in rows("15."))
    limits = {
        "8 MiB": envelope.LARGEST,
        "2 MiB": keyset.LARGEST,
        "256 KiB": Manifest.LARGEST,
        "500": envelope.MOST_ITEMS,
        "1,000": statement.MOST_ENTRIES,
        "20 receipts": pull.MOST_RECEIPTS,
        "250,000": strict.VALUES,
        "32": strict.DEPTH,
    }
    scale = {"MiB": 2**20, "KiB": 2**10}
    for text, limit in limits.items():
        number, _, unit = text.partition(" ")
        assert text in said
        assert int(number.replace(",", "")) * scale.get(unit, 1) == limit
    assert Receipt.LARGEST == Manifest.LARGEST
    assert jws.LARGEST == envelope.LARGEST == pull.Pull.LARGEST


def test_the_shapes_of_words_and_references() -> None:
    assert f"`{fields.WORD.pattern}`" in TEXT
    assert f"`{fields.REFERENCE.pattern}`" in TEXT
    assert f"{keyset._ORDER_8:064x}".lstrip("0") in TEXT
