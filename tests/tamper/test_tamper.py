"""Whatever an administrator does to his own node's log, somebody else can tell."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.launch.place import VAR
from tests.migrated import Migrated

from .ground import ground
from .scenes import SCENES, Row

HEAD = ("what was done to CA's log", "the witnesses", "noticed by, and how")


@pytest.mark.services
def test_every_tampering_is_noticed_and_refused(
    tmp_path_factory: pytest.TempPathFactory,
    migrated: Migrated,
    record_property: Callable[[str, object], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Short, for the path of PostgreSQL's socket.
    folder = tmp_path_factory.mktemp("tamper")
    with ground(folder, migrated) as place:
        for count in (20, 10):
            assert place.grow(count) == ["current", "current"]
        for node in place.all:
            node.keep()
        assert place.ca.tell("verify") == []
        rows = []
        for name, scene in SCENES.items():
            try:
                rows.append(scene(place, folder))
            except Exception:
                rows.append(Row(f"{name}: {traceback.format_exc()}"))
            place.as_before()
        # Nothing was wrong with the honest log: it goes on, and nobody finds fault with it.
        assert place.grow(3) == ["current", "current"]
        for node in place.all:
            node.tell("gather")
            assert node.tell("findings") == []
    told = _table(rows)
    record_property("table", told)
    if os.environ.get("TAMPER"):
        _keep(told)
        with capsys.disabled():
            print(f"\n{told}")
    assert [row.what for row in rows if not row.detected] == [], told


def _table(rows: list[Row]) -> str:
    cells = [HEAD, *((row.what, _answers(row), "; ".join(row.noticed) or "NOBODY") for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in (0, 1)]
    lines = [f"{a.ljust(widths[0])}  {b.ljust(widths[1])}  {c}" for a, b, c in cells]
    count = sum(row.detected for row in rows)
    return "\n".join([*lines, "", f"{count} of {len(rows)} detected."])


def _answers(row: Row) -> str:
    return ", ".join(row.refused) or ("NONE REFUSED" if row.shown else "were not asked")


def _keep(told: str) -> None:
    path: Path = VAR / "tamper.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{told}\n")
