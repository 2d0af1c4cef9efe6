"""./deploy/demo --check: the main job, step by step, through the processes that serve it.

An officer of the US drafts an alert for Mexico, his supervisor releases it, the officer in Nuevo
Laredo sees it live, opens it, acknowledges it and reports a sighting; Canada, which is not in the
audience, sees nothing; at the end the alert is recalled.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

from .alert import SUMMARY, alert_fields
from .demand import PATIENCE, Refuted, contains, eventually, found, good, lacks
from .node import Node
from .say import Trouble, line
from .visitor import Visitor


def walk(node: Node) -> int:
    """Walk the main job with a line per step; the exit code."""
    steps = Walk(node)
    for step in steps.all():
        try:
            said = step()
        except (Refuted, LookupError, TimeoutError, Trouble, OSError) as error:
            line(f"✗ {error}")
            return 1
        line(f"✓ {said or (step.__doc__ or '').strip()}")
    line()
    line("The main job works.")
    return 0


class Walk:
    """The steps, in their order; what one finds out, the later ones use."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.title = f"Coil with two mills' stencils {secrets.token_hex(4)}"
        self.visitors: dict[str, Visitor] = {}
        self.record = self.reference = ""
        self.pk = ""

    def all(self) -> Iterator[Callable[[], str | None]]:
        for username in ("us.officer", "us.supervisor", "mx.officer", "ca.officer", "us.auditor"):
            yield lambda username=username: self.sign_in(username)  # type: ignore[misc]
        yield self.draft
        yield self.submit
        yield self.author_may_not_approve
        yield self.approve
        yield self.reaches_the_inbox
        yield self.is_opened
        yield self.signature_verifies
        yield self.is_acknowledged
        yield self.is_sighted
        yield self.answers_come_back
        yield self.outsider_sees_no_page
        yield self.outsider_finds_nothing
        yield self.outsider_gets_nothing_from_the_api
        yield self.is_recalled
        yield self.is_gone
        yield self.is_in_the_log

    # --- The steps ----------------------------------------------------------------------------
    def sign_in(self, username: str) -> str:
        visitor = self.visitors[username] = Visitor(self.node.address)
        page = visitor.sign_in(username, self.node.password)
        if page.status != 200 or "/account/" in page.url:
            raise Refuted(f"{username} could not sign in: {page.url} answered {page.status}.")
        return f"{username} signs in"

    def draft(self) -> None:
        """us.officer drafts an offence alert for Mexico"""
        officer = self.visitors["us.officer"]
        begin = officer.get("/records/new/offence_alert/").form("/records/new/offence_alert/")
        editor = good(officer.send(begin, {}))
        self.pk = found(r"/records/([0-9a-f-]{36})/edit/", editor.url, "The editor's address")
        self.record = f"/records/{self.pk}/"
        form = editor.form(f"{self.record}edit/")
        good(officer.send(form, alert_fields(self.title)))
        contains(officer.get(f"{self.record}edit/"), self.title)

    def submit(self) -> None:
        """us.officer submits it for release"""
        officer = self.visitors["us.officer"]
        form = officer.get(f"{self.record}edit/").form(f"{self.record}edit/")
        good(officer.send(form, {}, to=f"{self.record}submit/"))
        contains(self.visitors["us.supervisor"].get("/approvals/"), self.title)

    def author_may_not_approve(self) -> None:
        """us.officer may not approve what he wrote"""
        officer = self.visitors["us.officer"]
        # The page offers no such form, so the supervisor's is sent with the officer's own token.
        form = self.visitors["us.supervisor"].get(f"/approvals/{self.pk}/").form(self.approval)
        token = dict(officer.get("/account/").forms[0].fields)["csrfmiddlewaretoken"]
        page = officer.send(form, {"csrfmiddlewaretoken": token})
        if page.status not in (403, 404):
            raise Refuted(f"The author's approval answered {page.status}; wanted a refusal.")

    def approve(self) -> None:
        """us.supervisor approves; the record is signed and released"""
        self.events = self.visitors["mx.officer"].live_events()
        supervisor = self.visitors["us.supervisor"]
        form = supervisor.get(f"/approvals/{self.pk}/").form(self.approval)
        self.clicked = time.monotonic()
        good(supervisor.send(form, {}))

    def reaches_the_inbox(self) -> str:
        arrived = self.events.about(self.pk, within=PATIENCE) - self.clicked
        self.events.close()
        officer = self.visitors["mx.officer"]
        eventually(lambda: self.title in officer.get("/inbox/").shown, "the alert in MX's inbox")
        return f"mx.officer gets a live event {arrived:.2f} s after the approval, and has the alert"

    def is_opened(self) -> None:
        """mx.officer opens it"""
        page = self.visitors["mx.officer"].get(self.record)
        contains(page, SUMMARY)
        self.reference = found(r"(US-OA-[0-9]{4}-[0-9]{5})", page.text, "The record's reference")

    def signature_verifies(self) -> str:
        said = self.node.manage("records", "verify", self.reference).splitlines()
        return f"its signature verifies: {said[0]}"

    def is_acknowledged(self) -> None:
        """mx.officer acknowledges it"""
        self._answer("acknowledge", {"outcome": "accepted"})

    def is_sighted(self) -> None:
        """mx.officer reports a sighting"""
        seen = {"result": "hit_confirmed", "place": "MXNLD", "summary": "Stencils found."}
        self._answer("sighting", seen)

    def answers_come_back(self) -> None:
        """us.officer sees both answers"""
        officer = self.visitors["us.officer"]
        contains(officer.get(f"{self.record}answers/"), "Stencils found.")

    def outsider_sees_no_page(self) -> None:
        """ca.officer gets 404 for it, as for a record that never was"""
        outsider = self.visitors["ca.officer"]
        for path in ("", "history/", "versions/", "print/", "acknowledge/", "answers/"):
            page = outsider.get(self.record + path)
            if page.status != 404:
                raise Refuted(f"{self.record}{path} answered ca.officer {page.status}; wanted 404.")

    def outsider_finds_nothing(self) -> None:
        """ca.officer finds nothing of it in inbox, desk, notices and search"""
        outsider = self.visitors["ca.officer"]
        word = self.title.split()[-1]
        for path in ("/", "/inbox/", "/notices/", "/notifications/"):
            lacks(outsider.get(path), self.title)
        lacks(outsider.get(f"/search/?q={word}"), self.pk)
        contains(self.visitors["mx.officer"].get(f"/search/?q={word}"), self.pk)

    def outsider_gets_nothing_from_the_api(self) -> None:
        """ca.officer gets nothing of it from the API; mx.officer does"""
        status, _ = self._api("ca.officer", f"/api/v1/records/{self.pk}")
        _, listed = self._api("ca.officer", "/api/v1/records")
        if status != 404 or self.pk in json.dumps(listed):
            raise Refuted(f"The API answered ca.officer {status}; wanted 404 and no row.")
        status, given = self._api("mx.officer", f"/api/v1/records/{self.pk}")
        if status != 200 or self.title not in json.dumps(given):
            raise Refuted(f"The API answered mx.officer {status}; wanted 200 and the alert.")

    def is_recalled(self) -> None:
        """us.officer proposes to recall it, us.supervisor approves"""
        officer, supervisor = self.visitors["us.officer"], self.visitors["us.supervisor"]
        form = officer.get(f"{self.record}recall/").form(f"{self.record}recall/")
        good(officer.send(form, {"reason": "The stencils were explained."}))
        form = supervisor.get(f"/approvals/{self.pk}/").form(self.approval)
        good(supervisor.send(form, {}))

    def is_gone(self) -> None:
        """it is gone at mx.officer, whose inbox says that this reference was recalled"""
        officer = self.visitors["mx.officer"]
        eventually(lambda: officer.get(self.record).status == 404, "the recall at MX")
        eventually(
            lambda: self.reference in officer.get("/inbox/").shown, "the recall in MX's inbox"
        )
        lacks(officer.get("/inbox/"), self.title)
        lacks(officer.get(f"/search/?q={self.title.split()[-1]}"), self.pk)

    def is_in_the_log(self) -> None:
        """us.auditor finds every step in the log"""
        page = self.visitors["us.auditor"].get(f"/audit/?about={self.pk}")
        for tag in ("record:draft", "record:submit", "record:release", "record:recall"):
            contains(page, tag)

    # --- What the steps share -----------------------------------------------------------------
    @property
    def approval(self) -> str:
        return f"{self.record}approve/"

    def _answer(self, how: str, values: dict[str, str]) -> None:
        officer = self.visitors["mx.officer"]
        form = officer.get(f"{self.record}{how}/").form(f"{self.record}{how}/")
        good(officer.send(form, values))

    def _api(self, username: str, path: str) -> tuple[int, Any]:
        visitor = self.visitors[username]
        if not visitor.token:
            form = visitor.get("/account/tokens/").form("/account/tokens/")
            page = good(visitor.send(form, {"label": "walk", "scopes": ["read"]}))
            visitor.token = found(r'value="(cord_[^"]+)"', page.text, "The new token")
        page = visitor.api(path)
        return page.status, json.loads(page.text)
