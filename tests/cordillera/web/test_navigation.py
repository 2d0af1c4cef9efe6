"""The navigation shows what an officer may open, and nothing else."""

from __future__ import annotations

import pytest

from cordillera.access.identity import ADMINISTRATOR, OFFICER, Identity
from cordillera.web import checks, navigation
from cordillera.web.navigation import Item

OFFICER_US = Identity(party="US", account=None, name="", roles=frozenset({OFFICER}))
ADMIN_US = Identity(party="US", account=None, name="", roles=frozenset({ADMINISTRATOR}))


@pytest.fixture(autouse=True)
def empty_navigation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_bells", [])
    monkeypatch.setattr(navigation, "_actions", {})


def names(identity: Identity | None, path: str = "") -> list[str]:
    return [entry.item.name for entry in navigation.entries(identity, path)]


def test_items_follow_permission_and_order() -> None:
    navigation.register(Item("b", "Drafts", "help", "pen", "record.draft", order=20))
    navigation.register(Item("a", "Help", "help", "info", order=10))
    assert names(OFFICER_US) == ["a", "b"]
    assert names(ADMIN_US) == ["a"]
    assert names(None) == []


def test_the_open_page_is_the_longest_address_that_fits() -> None:
    navigation.register(Item("help", "Help", "help", "info"))
    navigation.register(Item("style", "Style", "style", "info"))
    current = [e.item.name for e in navigation.entries(OFFICER_US, "/help/style/") if e.current]
    assert current == ["style"]


def test_counts_are_asked_for_the_identity() -> None:
    navigation.register(Item("a", "A", "help", "info", count=lambda identity: len(identity.party)))
    assert navigation.entries(OFFICER_US)[0].count == 2
    assert navigation.entries(OFFICER_US, counted=False)[0].count is None


def test_bells_are_added_up() -> None:
    navigation.register_bell(lambda identity: 2)
    navigation.register_bell(lambda identity: 3)
    assert navigation.unread(OFFICER_US) == 5
    assert navigation.unread(None) == 0


def test_an_item_without_a_page_is_left_out_and_named_by_the_check() -> None:
    navigation.register(Item("lost", "Lost", "no-such-page", "info"))
    assert names(OFFICER_US) == []
    assert "lost" in checks.navigation_leads_somewhere()[0].msg


def test_buttons_follow_permission() -> None:
    navigation.register_action(Item("new", "New", "help", "plus", "record.draft", shortcut="n"))
    assert [entry.item.name for entry in navigation.actions(OFFICER_US)] == ["new"]
    assert navigation.actions(ADMIN_US) == []
    assert navigation.actions(None) == []
