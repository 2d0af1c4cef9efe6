"""What an officer asked the inbox for, read from the address; anything unknown is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from cordillera.access.identity import Identity
from sharing.records import codes, kinds

from . import queries
from .asking import one, written
from .models import SNOOZED, InboxItem

SHOWN = ("open", "mine", "snoozed", "done", "all")
PAGE = 50
#: In place of one priority: urgent or high.
PRESSING = "pressing"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asked:
    """`show` is the list, the others narrow it; `after` is where the page begins."""

    show: str = "open"
    kind: str = ""
    party: str = ""
    priority: str = ""
    typology: str = ""
    port: str = ""
    unacknowledged: bool = False
    after: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Asked:
        port = str(query.get("port", "")).strip().upper()
        return cls(
            show=one(query, "show", SHOWN) or "open",
            kind=one(query, "kind", {kind.code for kind in kinds.shared()}),
            party=one(query, "party", codes.get("party")),
            priority=one(query, "priority", (*codes.get("priority"), PRESSING)),
            typology=one(query, "typology", codes.get("typology")),
            port=port if len(port) == 5 and port.isalnum() else "",
            unacknowledged=query.get("unacknowledged") == "1",
            after=str(query.get("after", ""))[:60],
        )

    @property
    def is_narrowed(self) -> bool:
        return any((self.kind, self.party, self.priority, self.typology, self.port)) or (
            self.unacknowledged
        )

    def query(self, **changes: str) -> str:
        """The address's question with some parts changed; without what is empty."""
        parts = {
            "show": "" if self.show == "open" else self.show,
            "kind": self.kind,
            "party": self.party,
            "priority": self.priority,
            "typology": self.typology,
            "port": self.port,
            "unacknowledged": "1" if self.unacknowledged else "",
            **changes,
        }
        return written(parts)

    def rows(self, identity: Identity, unit_id: int | None) -> Any:
        """The items asked for, among those this identity sees, newest first."""
        found = queries.items(identity).filter(self._shown(identity, unit_id))
        for name, value in (("kind", self.kind), ("originator", self.party)):
            found = found.filter(**{name: value}) if value else found
        if self.priority:
            pressing = ("urgent", "high")
            wanted = pressing if self.priority == PRESSING else (self.priority,)
            found = found.filter(priority__in=wanted)
        if self.typology:
            found = found.filter(typology__contains=[self.typology])
        if self.port:
            found = found.filter(places__contains=[self.port])
        if self.unacknowledged:
            found = found.filter(queries.unacknowledged())
        return found

    def _shown(self, identity: Identity, unit_id: int | None) -> Q:
        return {
            "open": queries.is_open(),
            "mine": queries.mine(identity, unit_id),
            "snoozed": Q(outcome=SNOOZED) & ~queries.is_open(),
            "done": ~queries.is_open() & ~Q(outcome=SNOOZED),
            "all": Q(),
        }[self.show]


def page(found: Any, after: str) -> tuple[list[InboxItem], str]:
    """One page of items and the cursor of the next one, empty at the end."""
    if place := _place(after):
        moment, pk = place
        found = found.filter(Q(news_at__lt=moment) | Q(news_at=moment, pk__lt=pk))
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], cursor(rows[PAGE - 1]) if len(rows) > PAGE else ""


def cursor(item: InboxItem) -> str:
    return f"{(item.news_at - EPOCH) // timedelta(microseconds=1)}.{item.pk.hex}"


def _place(text: str) -> tuple[datetime, UUID] | None:
    moment, _, pk = text.partition(".")
    try:
        return EPOCH + timedelta(microseconds=int(moment)), UUID(pk)
    except (ValueError, OverflowError):
        return None
