"""The log in the reader's words."""

from __future__ import annotations

import re
from pathlib import Path

from cordillera.parties.words import TAG_WORDS

ROOT = Path(__file__).parents[3]
WRITTEN = re.compile(r'\b(?:write|write_all|note)\(\s*"([a-z]+:[a-z-]+)"')


def test_every_tag_that_is_written_has_its_words() -> None:
    files = [
        file for top in ("platform", "sharing", "audit") for file in (ROOT / top).rglob("*.py")
    ]
    tags = {tag for file in files for tag in WRITTEN.findall(file.read_text())}
    assert len(tags) > 50
    assert tags - set(TAG_WORDS) == set()
