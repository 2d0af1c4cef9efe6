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
from sharing.search.queries import Search, is_word_of_a_person

from ..models import SearchReview

FINE = 1_000_000
#: So many letters in the quick jump are the beginning of a name; fewer are one only where a person
#: has them as a whole word, for every other word begins with them as well.
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
    is_name = _is_name(asked, via)
    if person and is_name and not asked.record:
        # Its further pages, and the same question asked again that day, are one matter; so is a name
        # that is typed into the quick jump, which asks anew with every letter: there the database
        # lets the row grow with what is typed on.
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


def _is_name(asked: Search, via: str) -> bool:
    """Asked whether persons fit or not, so that it takes the same time."""
    short = via == "jump" and len(asked.text) < JUMPED
    return not short or is_word_of_a_person(asked.text)


def _filters(asked: Search) -> dict[str, Any]:
    days = {"from": asked.released_from, "to": asked.released_to}
    return {**asked.filters, **{name: day.isoformat() for name, day in days.items() if day}}


def _key(identity: Identity, asked: Search, via: str) -> str:
    parts = [
        str(identity.own),
        clock.today().isoformat(),
        "jump" if via == "jump" else "",
        asked.text.casefold(),
        json.dumps(_filters(asked), sort_keys=True),
        asked.purpose,
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
