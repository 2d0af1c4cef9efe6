"""The judge sees what is lost, doubled or out of order."""

from __future__ import annotations

from typing import Any

import pytest

from .judge import CAME, IN_FORCE, ITEMS, ONCE, SENT, Judge, Verdict

SENDER, RECIPIENT = object(), object()
ACKNOWLEDGED = [("a", 1), ("b", 1), ("a", 2)]
VERSIONS = [("a", 1, "x"), ("b", 1, "y"), ("a", 2, "z")]
NUMBERED = [(1, seq, *one, "applied", "version") for seq, one in enumerate(ACKNOWLEDGED, 1)]
GOOD: dict[str, list[tuple[Any, ...]]] = {
    SENT: VERSIONS,
    CAME: VERSIONS,
    IN_FORCE: [("a", 2), ("b", 1)],
    **{query: [("a",), ("b",)] for query in ONCE},
}


class Papers(Judge):
    """What both databases say, given."""

    def __init__(self, **changes: list[tuple[Any, ...]]) -> None:
        self.sender, self.recipient = SENDER, RECIPIENT  # type: ignore[assignment]
        by_name = {"came": CAME, "in_force": IN_FORCE, "inbox": ONCE[0]}
        self.said = {**GOOD, **{by_name.get(name, name): rows for name, rows in changes.items()}}

    def _rows(self, node: Any, query: str) -> list[tuple[Any, ...]]:
        if query in self.said:
            return self.said[query]
        order = next(one for one in ("i.id", "i.epoch, i.seq") if query == ITEMS.format(order=one))
        name = "theirs" if node is RECIPIENT else "ours"
        return self.said.get("arrival" if order == "i.id" else name, self.said.get(name, NUMBERED))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, (0, 0, 0)),
        ({"came": VERSIONS[:2]}, (1, 0, 0)),
        ({"came": [*VERSIONS[:2], ("a", 2, "another text")]}, (1, 0, 0)),
        ({"inbox": [("a",), ("a",), ("b",)]}, (0, 1, 0)),
        ({"theirs": [*NUMBERED, (1, 4, "b", 1, "applied", "version")]}, (0, 1, 1)),
        ({"theirs": [*NUMBERED, (1, 4, "b", 1, "applied", "file-key")]}, (0, 0, 0)),
        ({"arrival": [NUMBERED[1], NUMBERED[0], NUMBERED[2]]}, (0, 0, 2)),
        ({"in_force": [("a", 1), ("b", 1)]}, (0, 0, 2)),
    ],
)
def test_the_judge_sees_it(
    changes: dict[str, list[tuple[Any, ...]]], found: tuple[int, int, int]
) -> None:
    assert Papers(**changes).verdict(ACKNOWLEDGED) == Verdict(3, *found)


def test_what_the_originators_own_database_forgot_is_lost() -> None:
    assert Papers().verdict([*ACKNOWLEDGED, ("c", 1)]).lost == 1
