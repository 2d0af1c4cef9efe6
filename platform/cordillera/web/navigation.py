"""What stands in the left navigation. Apps register their items in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from cordillera.access.identity import Identity

Count = Callable[["Identity"], int]


@dataclass(frozen=True)
class Item:
    """One line of the navigation.

    `permission` is a key of the policy table; without it every signed-in officer sees the item.
    `shortcut` is the letter after `g` that jumps there. `count` runs on every page: keep it to
    one indexed query.
    """

    name: str
    label: Any
    url_name: str
    icon: str
    permission: str = ""
    count: Count | None = None
    order: int = 100
    shortcut: str = ""


@dataclass(frozen=True)
class Entry:
    """An item as one officer sees it now."""

    item: Item
    url: str
    current: bool
    count: int | None


_items: dict[str, Item] = {}
_actions: dict[str, Item] = {}
_bells: list[Count] = []


def register(item: Item) -> None:
    """Puts the item into the navigation; the same name again replaces it."""
    _items[item.name] = item


def register_action(item: Item) -> None:
    """Puts a button above the navigation; its shortcut is a single key."""
    _actions[item.name] = item


def register_bell(count: Count) -> None:
    """`count` says how many notifications an identity has not seen; the bell shows the sum."""
    _bells.append(count)


def unread(identity: Identity | None) -> int:
    return sum(count(identity) for count in _bells) if identity else 0


def actions(identity: Identity | None) -> list[Entry]:
    """The buttons this identity may press."""
    shown = sorted(_actions.values(), key=lambda item: (item.order, item.name)) if identity else []
    return [
        Entry(item, url, False, None)
        for item in shown
        if identity and _may_open(item, identity) and (url := url_of(item))
    ]


def items() -> list[Item]:
    return sorted(_items.values(), key=lambda item: (item.order, item.name))


def entries(identity: Identity | None, path: str = "", counted: bool = True) -> list[Entry]:
    """The items this identity may open, with their counts; nothing for nobody."""
    if identity is None:
        return []
    shown = [(item, url_of(item)) for item in items() if _may_open(item, identity)]
    current = _current([url for _, url in shown if url], path)
    return [
        Entry(item, url, url == current, item.count(identity) if counted and item.count else None)
        for item, url in shown
        if url
    ]


def everything() -> list[Item]:
    return [*_actions.values(), *items()]


def url_of(item: Item) -> str:
    """The item's address; empty where its page is not installed (`manage.py check` names it)."""
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""


def _may_open(item: Item, identity: Identity) -> bool:
    from cordillera.access.decide import permits

    return not item.permission or permits(identity, item.permission).allowed


def _current(urls: list[str], path: str) -> str:
    """The longest address that the path begins with; `/` only for itself."""
    fits = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(fits, key=len, default="")
