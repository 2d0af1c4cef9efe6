"""The log as other people's monitors read it."""

from __future__ import annotations

from uuid import UUID

import pytest
from tlog_scales.reader import TilesReader
from tlog_scales.tiles import leaf_hash

from audit import sequencer
from audit.serving import Served, serve

from .conftest import Write


class Http:
    """What a monitor fetches."""

    def get(self, *path: str) -> bytes | None:
        served = serve("/".join(path))
        return served.body if served else None


def test_an_outside_monitor_reads_and_proves_every_entry(write: Write) -> None:
    write(600)
    sequencer.sequence(at_once=True)
    reader = TilesReader(Http())
    head = reader.get_checkpoint()
    assert reader.calculate_root_hash() == head.root_hash
    for index in (0, 255, 256, 599):
        leaf = leaf_hash(reader.get_entry(index))
        reader.get_inclusion_proof(index, head.size).check(leaf, head.root_hash)


def test_checkpoints_change_and_tiles_do_not(grown: list[UUID]) -> None:
    assert serve("checkpoint").lasting is False
    assert serve("tile/0/000.p/12").lasting is True
    assert isinstance(serve("tile/entries/000.p/7"), Served)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000",
        "tile/0/000.p/13",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
        "tile/63/000",
        "tile/entries/000.p/13",
        "../x",
        "",
    ],
)
def test_what_was_not_signed_is_not_served(grown: list[UUID], write: Write, path: str) -> None:
    write()
    sequencer.sequence()
    assert serve(path) is None


def test_an_empty_log_serves_nothing(db: None) -> None:
    assert serve("checkpoint") is None
