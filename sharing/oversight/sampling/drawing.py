"""Draw searches for review, in the search's own transaction.

By lot, and every search for a person that names no open record which the officer works on. Whether
drawn or not, one line is written, so that nobody can tell by the time that it took.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from typing import Any

from django.conf import settings

from cordillera import bulk, clock
from cordillera.access.identity import Identity
from sharing.search.noting import searched
from sharing.search.queries import Search

from ..models import SearchReview

FINE = 1_000_000
#: Names that are typed into the quick jump on one day and begin alike are one matter.
JUMPED = 4


def listen() -> None:
    """Called once, when the application is ready."""
    searched.connect(draw, dispatch_uid="sampling.draw")


def draw(
    sender: Any,
    identity: Identity,
    asked: Search,
    via: str,
    found: int,
    persons: int,
    person: bool,
    entry: str,
    **kwargs: Any,
) -> None:
    if identity.account is None:
        return
    lot = secrets.randbelow(FINE) < settings.SEARCH_SAMPLE * FINE
    drawn = SearchReview.SAMPLE if lot else ""
    key = uuid.uuid4().hex
    if person and not asked.record and not (via == "jump" and len(asked.text) < JUMPED):
        # Its further pages, and the same question asked again that day, are one matter; so is a name
        # that is typed into the quick jump, which asks anew with every letter.
        drawn, key = SearchReview.PERSON, _key(identity, asked, via)
    row = SearchReview(
        party=identity.party,
        drawn=drawn,
        key=key,
        officer=identity.own,
        officer_name=identity.name,
        at=clock.now(),
        via=via,
        text=asked.text[:200],
        filters=_filters(asked),
        purpose=asked.purpose,
        record=asked.record,
        found=found,
        persons=persons,
        entry=entry,
    )
    bulk.insert([row], after="ON CONFLICT DO NOTHING")


def _filters(asked: Search) -> dict[str, Any]:
    days = {"from": asked.released_from, "to": asked.released_to}
    return {**asked.filters, **{name: day.isoformat() for name, day in days.items() if day}}


def _key(identity: Identity, asked: Search, via: str) -> str:
    text = asked.text.casefold()
    parts = [
        str(identity.own),
        clock.today().isoformat(),
        f"jump {text[:JUMPED]}" if via == "jump" else text,
        json.dumps(_filters(asked), sort_keys=True),
        asked.purpose,
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
