"""Files for a draft, in a storage that goes with the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from cordillera.access.session import acting_as
from sharing.records.attachments import adding, sealed
from sharing.records.attachments.models import Attachment
from tests.conftest import Cast

PDF = b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n" + b"invoice " * 40_000


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Any:
    with override_settings(MEDIA_ROOT=tmp_path / "files", CLAMD_URL=""):
        yield tmp_path / "files"


def attach(
    cast: Cast,
    record: Any,
    content: bytes = PDF,
    name: str = "invoice.pdf",
    part: str = "originator",
) -> Attachment:
    """`content`, added whole to the open draft."""
    by = cast.identity(part)
    with acting_as(by):
        file = adding.begin(record=record, by=by, name=name, size=len(content))
        for number in range(file.chunk_count):
            plain = content[number * sealed.CHUNK : (number + 1) * sealed.CHUNK]
            adding.put(record=record, by=by, file=file.pk, number=number, content=plain)
        return adding.finish(record=record, by=by, file=file.pk)


def bytes_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
