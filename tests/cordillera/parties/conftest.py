"""Rate limits start anew for each test, in a cache of this process."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from audit.models import Entry


@pytest.fixture(autouse=True)
def own_cache(settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "parties",
        }
    }
    cache.clear()


@pytest.fixture
def log_of(db: None) -> Any:
    """`log_of("US")`: the tags of that Party's log, oldest first, as its auditor would read it."""
    from cordillera.access.identity import AUDITOR, Identity
    from cordillera.access.session import acting_as

    def tags(party: str, tag: str = "") -> list[Entry]:
        auditor = Identity(party=party, account=None, name="", roles=frozenset({AUDITOR}))
        with acting_as(auditor):
            found = Entry.objects.filter(party=party).order_by("at", "id")
            return list(found.filter(tag=tag) if tag else found)

    return tags
