"""That somebody searched: the one place where a search is written down and told of."""

from __future__ import annotations

from django.dispatch import Signal

from audit import log
from cordillera.access.identity import Identity

from .queries import Search
from .text import ask

#: Sent in the search's transaction with `identity`, what was `asked`, how it came (`via`: page, api,
#: export, jump or saved), how many records and persons were `found`, whether it was for a `person`,
#: and the `entry` of the log. What receivers do, the searcher must not see.
searched = Signal()
TAGS = {"export": "search:export", "jump": "search:jump"}


def note_search(
    identity: Identity, asked: Search, via: str, found: int, persons: int, **detail: object
) -> None:
    """An entry with its purpose and the record behind it; and whoever listens hears of it."""
    more: dict[str, object] = {"record": asked.record} if asked.record else {}
    if asked.filters or via != "jump":
        more["filters"] = asked.filters
    entry = log.write(
        TAGS.get(via, "search:run"),
        actor=identity,
        purpose=asked.purpose,
        detail={"text": asked.text, "found": found, **more, **detail},
    )
    tell(identity, asked, via, found, persons, entry=str(entry))


def tell(identity: Identity, asked: Search, via: str, found: int, persons: int, entry: str) -> None:
    """Without an entry of its own, where there is one already."""
    searched.send(
        Search,
        identity=identity,
        asked=asked,
        via=via,
        found=found,
        persons=persons,
        person=is_for_person(asked, found, persons),
        entry=entry,
    )


def is_for_person(asked: Search, found: int, persons: int) -> bool:
    """Persons fit what he asked for, shown to him or not; or he said for which purpose he searches for
    persons and nothing at all fits: then he looked for somebody who is not there. Who leafs through
    the newest records asked for nobody."""
    if not asked.purpose:
        return persons > 0 and not ask(asked.text).is_empty
    return persons > 0 or found == 0
