"""The README's and the protocol's tables of findings and statuses are what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from audit import findings, witness

ROOT = Path(witness.__file__).parent.parent
KINDS = {
    value for name, value in vars(findings).items() if name.isupper() and isinstance(value, str)
}


def test_every_kind_of_finding_is_told() -> None:
    text = (ROOT / "audit" / "README.md").read_text()
    assert [kind for kind in sorted(KINDS) if f"`{kind}`" not in text] == []


def test_the_statuses_of_a_witness_are_told() -> None:
    text = (ROOT / "sharing" / "exchange" / "PROTOCOL.md").read_text()
    [row] = [line for line in text.splitlines() if "witness/add-checkpoint`, as" in line]
    told = set(re.findall(r"(?:\||·) (\d{3})\b", row))
    given = set(re.findall(r"Answer\((\d{3}),", Path(witness.__file__).read_text()))
    # A node that is busy answers 503 before its witness is asked.
    assert told == given | {"503"}
