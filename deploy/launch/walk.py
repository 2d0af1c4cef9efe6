"""What the walks of ./deploy/demo --check share: a line per step, and what officers do at pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from .alert import alert_fields
from .demand import Refuted, contains, found, good
from .node import Node
from .nodes import Nodes
from .say import Trouble, line
from .visitor import Visitor

#: Says, when it is done, what it found out; else its docstring says what was shown.
Step = Callable[[], str | None]


def walk(steps: Iterable[Step]) -> int:
    """Go through the steps with a line for each; the exit code."""
    for step in steps:
        try:
            said = step()
        except (Refuted, LookupError, TimeoutError, Trouble, OSError) as error:
            line(f"✗ {error}")
            return 1
        line(f"✓ {said or (step.__doc__ or '').strip()}")
    line()
    line("The main job works.")
    return 0


class Officers:
    """The demo's officers, signed in at the nodes of their Parties."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self._visitors: dict[str, Visitor] = {}

    def __getitem__(self, username: str) -> Visitor:
        return self._visitors[username]

    def node(self, username: str) -> Node:
        return self.nodes.hosting(username[:2].upper())

    def sign_in(self, username: str) -> str:
        node = self.node(username)
        visitor = self._visitors[username] = Visitor(node.address)
        page = visitor.sign_in(username, node.password)
        if page.status != 200 or "/account/" in page.url:
            raise Refuted(f"{username} could not sign in: {page.url} answered {page.status}.")
        return f"{username} signs in at {node.address}"

    def draft(self, username: str, title: str, audience: list[str]) -> str:
        """Draft an offence alert in the editor; the record's id."""
        officer = self[username]
        begin = officer.get("/records/new/offence_alert/").form("/records/new/offence_alert/")
        editor = good(officer.send(begin, {}))
        pk = found(r"/records/([0-9a-f-]{36})/edit/", editor.url, "The editor's address")
        good(officer.send(editor.form(f"/records/{pk}/edit/"), alert_fields(title, audience)))
        contains(officer.get(f"/records/{pk}/edit/"), title)
        return pk

    def submit(self, username: str, pk: str) -> None:
        officer, edit = self[username], f"/records/{pk}/edit/"
        form = officer.get(edit).form(edit)
        good(officer.send(form, {}, to=f"/records/{pk}/submit/"))

    def approve(self, username: str, pk: str) -> None:
        supervisor = self[username]
        form = supervisor.get(f"/approvals/{pk}/").form(f"/records/{pk}/approve/")
        good(supervisor.send(form, {}))

    def answer(self, username: str, pk: str, how: str, values: dict[str, str]) -> None:
        officer, page = self[username], f"/records/{pk}/{how}/"
        good(officer.send(officer.get(page).form(page), values))

    def propose_recall(self, username: str, pk: str, reason: str) -> None:
        officer, page = self[username], f"/records/{pk}/recall/"
        good(officer.send(officer.get(page).form(page), {"reason": reason}))

    def ask_api(self, username: str, path: str) -> tuple[int, Any]:
        """What the API answers to this officer's token, made at the first question."""
        visitor = self[username]
        if not visitor.token:
            form = visitor.get("/account/tokens/").form("/account/tokens/")
            page = good(visitor.send(form, {"label": "walk", "scopes": ["read"]}))
            visitor.token = found(r'value="(cord_[^"]+)"', page.text, "The new token")
        page = visitor.api(path)
        return page.status, json.loads(page.text)
