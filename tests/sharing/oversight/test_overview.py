"""The auditors' first page, and the panels that stand on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audit import log
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from sharing.oversight import panels
from tests.conftest import Cast


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(panels, "_panels", {})

    def register(name: str, permission: str = "audit.read", **more: Any) -> None:
        summary = panels.Summary(f"about {name}", **more)
        panels.register(
            panels.Panel(name, name, "bell", "audit-log", permission, lambda identity: summary)
        )

    return register


def names(identity: Identity) -> list[str]:
    return [shown.panel.name for shown in panels.shown(identity)]


def test_a_panel_is_for_who_has_its_permission(cast: Cast, panel: Any) -> None:
    panel("log")
    panel("accounts", "administration.read")
    assert names(cast.identity("auditor")) == ["log"]
    assert names(cast.identity("admin")) == ["accounts"]


def test_the_page_says_how_much_waits(cast: Cast, panel: Any, client: Client) -> None:
    panel("calm", count=0)
    panel("pressing", count=3, tone="amber")
    client.force_login(cast.auditor)
    page = client.get("/oversight/")
    assert page.context["waiting"] == 1
    assert "about pressing" in page.content.decode()


def test_an_auditor_begins_here(cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor)
    assert client.get("/", follow=True).redirect_chain == [("/oversight/", 302)]


@pytest.mark.parametrize("part", ["originator", "colleague", "analyst", "admin"])
def test_nobody_else_opens_it(cast: Cast, client: Client, part: str) -> None:
    client.force_login(getattr(cast, part))
    assert client.get("/oversight/").status_code == 403
    assert client.get("/").status_code == 200


def test_the_week_is_the_own_party_s(cast: Cast, client: Client) -> None:
    log.write("record:read", actor=cast.identity("recipient"))
    log.write("search:run", actor=cast.identity("colleague"))
    log.write("access:refuse", actor=cast.identity("analyst"), detail={"permission": "a.b"})
    client.force_login(cast.auditor)
    page = client.get("/oversight/")
    week = page.context["week"]
    assert (week["readings"], week["searches"], week["refusals"]) == (1, 0, 1)
    assert "a.b" in page.content.decode()


def test_the_panel_of_refused_attempts_leads_to_them(cast: Cast, client: Client) -> None:
    with acting_as(cast.identity("recipient")):
        log.write("access:refuse", actor=cast.identity("recipient"), detail={"path": "/a/"})
        log.write("record:read", actor=cast.identity("recipient"))
    client.force_login(cast.auditor)
    [shown] = [
        one for one in client.get("/oversight/").context["panels"] if one.panel.name == "refusals"
    ]
    assert shown.url.endswith("?tag=access%3Arefuse")
    assert [row.entry.tag for row in client.get(shown.url).context["rows"]] == ["access:refuse"]
