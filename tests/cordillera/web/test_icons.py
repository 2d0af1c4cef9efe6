"""An icon that does not exist is an error page: every name in the sources must be one of Lucide's."""

from __future__ import annotations

import re
from pathlib import Path

from cordillera.web.icons import svg
from sharing.records import kinds

ROOT = Path(__file__).resolve().parents[3]
NAMED = re.compile(
    r"""\{% icon ["']([^"']+)["']|\{% empty "([^"]+)\"|\{% chip [^%]* "[a-z]*" "([^"]+)" %}"""
)


def test_every_icon_of_the_templates_exists() -> None:
    templates = [*ROOT.glob("platform/**/*.html"), *ROOT.glob("sharing/**/*.html")]
    found = {name for path in templates for name in _names(path) if name}
    assert len(found) > 40
    for name in found:
        svg(name)


def test_every_kind_has_an_icon_that_exists() -> None:
    for kind in kinds.all():
        svg(kind.icon)


def _names(path: Path) -> list[str]:
    return [name for groups in NAMED.findall(path.read_text()) for name in groups]
