"""Every place where a record can show. Each surface answers, for a signed-in officer, the text that
he gets; a record shows where its marker stands in that text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from tests.leaks.world import Known

Surface = Callable[[Client, dict[str, str], list[Known]], str]


def page(name: str, **query: str) -> Surface:
    """One address that shows many records."""

    def show(client: Client, headers: dict[str, str], records: list[Known]) -> str:
        return _text(client.get(reverse(name), query, headers=headers, follow=True))

    return show


def each(name: str, wanted: str = "") -> Surface:
    """One address per record; a refusal must not differ from an address that never existed."""

    def show(client: Client, headers: dict[str, str], records: list[Known]) -> str:
        return "\n".join(
            _text(client.get(reverse(name, args=[known.pk]), headers=headers)) for known in records
        )

    return show


def searched(name: str) -> Surface:
    """Searched for by each record's own marker: what was typed comes back, so only titles count."""

    def show(client: Client, headers: dict[str, str], records: list[Known]) -> str:
        found = []
        for known in records:
            text = _text(client.get(reverse(name), {"q": known.marker}, headers=headers))
            found.append("\n".join(line for line in _titles(text) if known.marker in line))
        return "\n".join(found)

    return show


def saved_search(client: Client, headers: dict[str, str], records: list[Known]) -> str:
    """A saved search for everything, run over the API."""
    kept = client.post(
        reverse("api-saved-searches"),
        {"name": uuid4().hex, "notify": "never"},
        content_type="application/json",
        headers=headers,
    )
    if kept.status_code >= 400:
        return ""
    address = reverse("api-saved-search-results", args=[kept.json()["id"]])
    return _text(client.get(address, headers=headers))


def _titles(text: str) -> list[str]:
    return [f"Crate {part}" for part in text.split("Crate ")[1:]]


def _text(response: Any) -> str:
    if response.status_code >= 400:
        return ""
    return bytes(response.content).decode()


#: Pages: everyone who may see a record in force finds it on those marked True; the others show
#: only some of them (what waits, what is due) but never one that he may not see.
PAGES: dict[str, tuple[bool, Surface]] = {
    "record": (True, each("record")),
    "versions": (True, each("record-versions")),
    "history": (False, each("record-history")),
    "print": (True, each("record-print")),
    "search": (True, searched("search")),
    "search all": (True, page("search")),
    "search export": (True, page("search-export")),
    "palette": (True, searched("palette")),
    "inbox": (False, page("inbox", show="all")),
    "desk": (False, page("desk")),
    "approvals": (False, page("approvals")),
    "notices": (False, page("notices")),
    "notifications": (False, page("notifications")),
    "audit log": (False, page("audit-log")),
}
API: dict[str, tuple[bool, Surface]] = {
    "api record": (True, each("api-record")),
    "api list": (True, page("api-records")),
    "api answers": (False, each("api-answers")),
    "api disputes": (False, each("api-disputes")),
    "api disputes to decide": (False, page("api-disputes-to-decide")),
    "api versions": (False, each("api-versions")),
    "api feed": (False, page("api-feed")),
    "api approvals": (False, page("api-approvals")),
    "api search": (True, page("api-search")),
    "api saved search": (True, saved_search),
    "api inbox": (False, page("api-inbox", show="all")),
    "api notifications": (False, page("api-notifications")),
}
