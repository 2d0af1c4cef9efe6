"""./deploy/demo --hub --check: the main job, step by step, through the processes that serve it.

An officer of the US drafts an alert for Mexico, his supervisor releases it, the officer in Nuevo
Laredo sees it live, opens it, acknowledges it and reports a sighting; Canada, which is not in the
audience, sees nothing; at the end the alert is recalled.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from functools import partial

from .alert import SUMMARY
from .demand import PATIENCE, Refuted, contains, eventually, found, lacks
from .nodes import Nodes
from .walk import Officers, Step


class HubWalk:
    """The steps, in their order; what one finds out, the later ones use."""

    def __init__(self, nodes: Nodes) -> None:
        self.node, self.officers = nodes["hub"], Officers(nodes)
        self.title = f"Coil with two mills' stencils {secrets.token_hex(4)}"
        self.pk = self.reference = ""

    def steps(self) -> Iterator[Step]:
        for username in ("us.officer", "us.supervisor", "mx.officer", "ca.officer", "us.auditor"):
            yield partial(self.officers.sign_in, username)
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

    @property
    def record(self) -> str:
        return f"/records/{self.pk}/"

    # --- The steps ----------------------------------------------------------------------------
    def draft(self) -> None:
        """us.officer drafts an offence alert for Mexico"""
        self.pk = self.officers.draft("us.officer", self.title, ["MX"])

    def submit(self) -> None:
        """us.officer submits it for release"""
        self.officers.submit("us.officer", self.pk)
        contains(self.officers["us.supervisor"].get("/approvals/"), self.title)

    def author_may_not_approve(self) -> None:
        """us.officer may not approve what he wrote"""
        officer = self.officers["us.officer"]
        # The page offers no such form, so the supervisor's is sent with the officer's own token.
        approval = f"{self.record}approve/"
        form = self.officers["us.supervisor"].get(f"/approvals/{self.pk}/").form(approval)
        token = dict(officer.get("/account/").forms[0].fields)["csrfmiddlewaretoken"]
        page = officer.send(form, {"csrfmiddlewaretoken": token})
        if page.status not in (403, 404):
            raise Refuted(f"The author's approval answered {page.status}; wanted a refusal.")

    def approve(self) -> None:
        """us.supervisor approves; the record is signed and released"""
        self.events = self.officers["mx.officer"].live_events()
        self.clicked = time.monotonic()
        self.officers.approve("us.supervisor", self.pk)

    def reaches_the_inbox(self) -> str:
        arrived = self.events.about(self.pk, within=PATIENCE) - self.clicked
        self.events.close()
        officer = self.officers["mx.officer"]
        eventually(lambda: self.title in officer.get("/inbox/").shown, "the alert in MX's inbox")
        return f"mx.officer gets a live event {arrived:.2f} s after the approval, and has the alert"

    def is_opened(self) -> None:
        """mx.officer opens it"""
        page = self.officers["mx.officer"].get(self.record)
        contains(page, SUMMARY)
        self.reference = found(r"(US-OA-[0-9]{4}-[0-9]{5})", page.text, "The record's reference")

    def signature_verifies(self) -> str:
        said = self.node.manage("records", "verify", self.reference).splitlines()
        return f"its signature verifies: {said[0]}"

    def is_acknowledged(self) -> None:
        """mx.officer acknowledges it"""
        self.officers.answer("mx.officer", self.pk, "acknowledge", {"outcome": "accepted"})

    def is_sighted(self) -> None:
        """mx.officer reports a sighting"""
        seen = {"result": "hit_confirmed", "place": "MXNLD", "summary": "Stencils found."}
        self.officers.answer("mx.officer", self.pk, "sighting", seen)

    def answers_come_back(self) -> None:
        """us.officer sees both answers"""
        officer = self.officers["us.officer"]
        contains(officer.get(f"{self.record}answers/"), "Stencils found.")

    def outsider_sees_no_page(self) -> None:
        """ca.officer gets 404 for it, as for a record that never was"""
        outsider = self.officers["ca.officer"]
        for path in ("", "history/", "versions/", "print/", "acknowledge/", "answers/"):
            page = outsider.get(self.record + path)
            if page.status != 404:
                raise Refuted(f"{self.record}{path} answered ca.officer {page.status}; wanted 404.")

    def outsider_finds_nothing(self) -> None:
        """ca.officer finds nothing of it in inbox, desk, notices and search"""
        outsider = self.officers["ca.officer"]
        word = self.title.split()[-1]
        for path in ("/", "/inbox/", "/notices/", "/notifications/"):
            lacks(outsider.get(path), self.title)
        lacks(outsider.get(f"/search/?q={word}"), self.pk)
        contains(self.officers["mx.officer"].get(f"/search/?q={word}"), self.pk)

    def outsider_gets_nothing_from_the_api(self) -> None:
        """ca.officer gets nothing of it from the API; mx.officer does"""
        status, _ = self.officers.ask_api("ca.officer", f"/api/v1/records/{self.pk}")
        _, listed = self.officers.ask_api("ca.officer", "/api/v1/records")
        if status != 404 or self.pk in json.dumps(listed):
            raise Refuted(f"The API answered ca.officer {status}; wanted 404 and no row.")
        status, given = self.officers.ask_api("mx.officer", f"/api/v1/records/{self.pk}")
        if status != 200 or self.title not in json.dumps(given):
            raise Refuted(f"The API answered mx.officer {status}; wanted 200 and the alert.")

    def is_recalled(self) -> None:
        """us.officer proposes to recall it, us.supervisor approves"""
        self.officers.propose_recall("us.officer", self.pk, "The stencils were explained.")
        self.officers.approve("us.supervisor", self.pk)

    def is_gone(self) -> None:
        """it is gone at mx.officer, whose inbox says that this reference was recalled"""
        officer = self.officers["mx.officer"]
        eventually(lambda: officer.get(self.record).status == 404, "the recall at MX")
        eventually(
            lambda: self.reference in officer.get("/inbox/").shown, "the recall in MX's inbox"
        )
        lacks(officer.get("/inbox/"), self.title)
        lacks(officer.get(f"/search/?q={self.title.split()[-1]}"), self.pk)

    def is_in_the_log(self) -> None:
        """us.auditor finds every step in the log"""
        page = self.officers["us.auditor"].get(f"/oversight/log/?about={self.pk}")
        for tag in ("record:draft", "record:submit", "record:release", "record:recall"):
            contains(page, tag)
