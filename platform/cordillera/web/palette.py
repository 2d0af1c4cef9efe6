"""What Ctrl-K finds: pages of this frame, and what the apps' providers add (records, notices …)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cordillera.web import navigation

if TYPE_CHECKING:
    from cordillera.access.identity import Identity

LIMIT = 8


@dataclass(frozen=True)
class Jump:
    """One place to go. `hint` stands at the right: a reference's state, a shortcut."""

    label: Any
    url: str
    icon: str = "arrow-right"
    hint: Any = ""


@dataclass(frozen=True)
class Group:
    title: Any
    jumps: list[Jump]


Provider = Callable[["Identity", str], tuple[Any, Iterable[Jump]]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """`provider(identity, query)` answers (group title, jumps) that this identity may open."""
    if provider not in _providers:
        _providers.append(provider)


def find(identity: Identity, query: str) -> list[Group]:
    """What fits the query, at most eight of each group; an empty query offers the pages."""
    groups = []
    for provider in _providers:
        title, jumps = provider(identity, query.strip())
        if few := list(jumps)[:LIMIT]:
            groups.append(Group(title, few))
    return groups


def pages(identity: Identity, query: str) -> tuple[Any, list[Jump]]:
    """The pages of the navigation, the account and help, by the words of their labels."""
    jumps = [
        Jump(entry.item.label, entry.url, entry.item.icon, entry.item.shortcut)
        for entry in navigation.actions(identity)
    ]
    jumps += [
        Jump(
            entry.item.label,
            entry.url,
            entry.item.icon,
            f"g {entry.item.shortcut}" if entry.item.shortcut else "",
        )
        for entry in navigation.entries(identity, counted=False)
    ]
    words = _("Help and keyboard shortcuts")
    jumps.append(Jump(words, reverse("help"), "circle-question-mark", "?"))
    wanted = query.casefold()
    return _("Pages"), [jump for jump in jumps if wanted in str(jump.label).casefold()]
