"""./deploy/demo --check: the main job, step by step, across three nodes.

An alert of the US for MX and CA is seen live at both; MX answers, and the answer reaches US and CA.
Another one for MX alone leaves no trace at CA: all that CA's node keeps is searched. It is recalled,
and nothing of it is left at MX either, which says so. Then the node of MX is down while thirty more
are released.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from functools import partial

from . import look, traces
from .alert import SUMMARY
from .demand import PATIENCE, Refuted, contains, eventually, found, lacks
from .nodes import Nodes
from .visitor import Visitor
from .walk import Officers, Step

MANY = 30
#: How long the thirty may take: MX is heard of again by the next try or its own first message.
CATCH_UP = 60.0
#: A report has its own way back; on a busy machine that takes its time, which is printed.
REPORTED = 60.0


class ThreeWalk:
    """The steps, in their order; what one finds out, the later ones use."""

    def __init__(self, nodes: Nodes) -> None:
        self.nodes, self.officers = nodes, Officers(nodes)
        self.us, self.mx, self.ca = (nodes.hosting(party) for party in ("US", "MX", "CA"))
        self.shared = f"Coil with two mills' stencils {secrets.token_hex(6)}"
        self.secret = f"Coil with three mills' stencils {secrets.token_hex(6)}"
        self.answer = f"Stencils found {secrets.token_hex(6)}."
        self.many = f"Coil of the night shift {secrets.token_hex(6)}"
        self.pk = self.secret_pk = self.secret_reference = ""
        self.released: list[str] = []

    def steps(self) -> Iterator[Step]:
        for username in ("us.officer", "us.supervisor", "mx.officer", "ca.officer"):
            yield partial(self.officers.sign_in, username)
        yield self.is_at_home_only
        yield self.is_seen_live
        yield self.is_read_in_both
        yield self.signatures_verify
        yield self.is_answered
        yield self.logs_are_cosigned
        yield self.quorum_is_proved
        yield self.secret_reaches_mx
        yield self.secret_never_reaches_ca
        yield self.is_recalled
        yield self.is_purged
        yield self.purge_is_reported
        yield self.is_released_while_mx_is_down
        yield self.all_arrive_in_order

    # --- To both ------------------------------------------------------------------------------
    def is_at_home_only(self) -> None:
        """us.officer has no account at the nodes of MX and CA"""
        for node in (self.mx, self.ca):
            page = Visitor(node.address).sign_in("us.officer", node.password)
            if "/account/login/" not in page.url:
                raise Refuted(f"us.officer signed in at {node.address}.")

    def is_seen_live(self) -> str:
        streams = {
            party: self.officers[f"{party.lower()}.officer"].live_events() for party in ("MX", "CA")
        }
        self.pk = self._propose(self.shared, ["MX", "CA"])
        clicked = time.monotonic()
        self.officers.approve("us.supervisor", self.pk)
        took = {}
        for party, events in streams.items():
            took[party] = events.about(self.pk, within=PATIENCE) - clicked
            events.close()
        told = " and ".join(f"{seconds:.2f} s at {party}" for party, seconds in took.items())
        return f"us.supervisor releases an alert to MX and CA: a live event after {told}"

    def is_read_in_both(self) -> None:
        """mx.officer and ca.officer have it in their inboxes and open it"""
        for username in ("mx.officer", "ca.officer"):
            officer = self.officers[username]
            self._reaches_inbox(username, self.shared)
            contains(officer.get(f"/records/{self.pk}/"), SUMMARY)

    def signatures_verify(self) -> str:
        """the recipients verify"""
        reference = look.reference(self.us, self.pk)
        for node in (self.mx, self.ca):
            said = node.manage("records", "verify", reference).splitlines()
        return f"MX and CA verify the signature by themselves: {said[0]}"

    def is_answered(self) -> str:
        seen = {"result": "hit_confirmed", "place": "MXNLD", "summary": self.answer}
        began = time.monotonic()
        self.officers.answer("mx.officer", self.pk, "sighting", seen)
        for username in ("us.officer", "ca.officer"):
            eventually(partial(self._has_answer, username), f"the answer at {username}")
        took = time.monotonic() - began
        return f"mx.officer reports a sighting; US and CA have it after {took:.2f} s"

    # --- The logs, which nobody can rewrite ----------------------------------------------------
    def logs_are_cosigned(self) -> str:
        began = time.monotonic()
        took = dict[str, float]()
        wanted = {node.name: look.signed(node) for node in self.nodes}

        def all_are() -> bool:
            for node in self.nodes:
                held = look.cosigned(node)
                if len(held) == 2 and min(held.values()) >= max(1, wanted[node.name]):
                    took.setdefault(node.name, time.monotonic() - began)
            return len(took) == len(wanted)

        eventually(all_are, "each log's checkpoint, co-signed by both other nodes")
        told = ", ".join(f"{name.upper()} {seconds:.2f} s" for name, seconds in took.items())
        return f"each node's log is co-signed by both others ({told})"

    def quorum_is_proved(self) -> str:
        for node in self.nodes:
            said = node.manage("audit", "verify")
            quorum = found(
                r"(The first \d+ entries are co-signed by .*the quorum, of .*)", said, said
            )
        return f"`manage.py audit verify` proves it at each node; at {node.name.upper()}: {quorum}"

    # --- To MX alone --------------------------------------------------------------------------
    def secret_reaches_mx(self) -> None:
        """us.supervisor releases another alert to MX alone, and mx.officer opens it"""
        self.secret_pk = self._propose(self.secret, ["MX"])
        self.officers.approve("us.supervisor", self.secret_pk)
        self._reaches_inbox("mx.officer", self.secret)
        contains(self.officers["mx.officer"].get(f"/records/{self.secret_pk}/"), self.secret)
        self.secret_reference = look.reference(self.us, self.secret_pk)

    def secret_never_reaches_ca(self) -> str:
        held = traces.found(self.mx, self.secret)
        if not any("records_version" in place for place in held):
            raise Refuted(f"The search finds it at MX only in: {', '.join(held) or 'nothing'}.")
        if places := traces.found(self.ca, *self._marks()):
            raise Refuted(f"The alert for MX alone left traces at CA: {'; '.join(places)}.")
        if sent := look.sent(self.us, self.secret_pk, "CA"):
            raise Refuted(f"US put {sent} items about the alert for MX alone in its channel to CA.")
        page = self.officers["ca.officer"].get(f"/records/{self.secret_pk}/")
        if page.status != 404:
            raise Refuted(f"{page.url} answered ca.officer {page.status}; wanted 404.")
        return (
            "no table, Valkey key, log or other file of CA's node knows its title, id or reference,"
            f" and no envelope to CA held it (the same search finds it in {len(held)} places at MX)"
        )

    def is_recalled(self) -> None:
        """us.officer proposes to recall it, us.supervisor approves; it is gone at mx.officer"""
        self.officers.propose_recall("us.officer", self.secret_pk, "The stencils were explained.")
        self.officers.approve("us.supervisor", self.secret_pk)
        officer = self.officers["mx.officer"]
        page = f"/records/{self.secret_pk}/"
        eventually(lambda: officer.get(page).status == 404, "the recall at MX")
        eventually(lambda: self.secret_reference in officer.get("/inbox/").shown, "its gravestone")
        lacks(officer.get("/inbox/"), self.secret)

    def is_purged(self) -> None:
        """no table of MX's node has anything left of its title"""
        if tables := traces.in_tables(self.mx, self.secret):
            raise Refuted(f"After the recall MX still holds it: {'; '.join(tables)}.")

    def purge_is_reported(self) -> str:
        officer, history = self.officers["us.officer"], f"/records/{self.secret_pk}/history/"
        told, began = "<div>purged ", time.monotonic()
        eventually(
            lambda: told in officer.get(history).text,
            "MX's word of the purge on US's page",
            patience=REPORTED,
        )
        took = time.monotonic() - began
        page = officer.get(history)
        contains(page, "receipt’s signature verified")
        words = re.sub("<[^>]+>", "", found(f"{told}(.+?)</div>", page.shown, "The purge"))
        return (
            f"us.officer's page says what MX purged, and that its receipt verifies ({took:.2f} s):"
            f" {words}"
        )

    # --- While MX is down ---------------------------------------------------------------------
    def is_released_while_mx_is_down(self) -> str:
        self.mx.stop()
        for number in range(1, MANY + 1):
            pk = self._propose(f"{self.many} {number:02d}", ["MX", "CA"])
            self.officers.approve("us.supervisor", pk)
            self.released.append(pk)
        eventually(lambda: look.received(self.ca, "US")[-MANY:] == self.released, "all at CA")
        return f"MX's node is stopped; {MANY} alerts are released, and CA has them all"

    def all_arrive_in_order(self) -> str:
        began = time.monotonic()
        self.mx.resume()
        up = time.monotonic()
        eventually(
            lambda: look.received(self.mx, "US")[-MANY:] == self.released,
            "all of them at MX, in order",
            patience=CATCH_UP,
        )
        took = time.monotonic() - up
        numbers = look.numbers(self.mx, "US")
        if numbers != list(range(1, len(numbers) + 1)):
            raise Refuted(f"The numbers of US's channel at MX have a gap: {numbers}.")
        self._reaches_inbox("mx.officer", f"{self.many} {MANY:02d}")
        return (
            f"MX's node is started again ({up - began:.1f} s): all {MANY} arrive in order, without"
            f" a gap, {took:.1f} s after it was up"
        )

    # --- What the steps share -----------------------------------------------------------------
    def _propose(self, title: str, audience: list[str]) -> str:
        pk = self.officers.draft("us.officer", title, audience)
        self.officers.submit("us.officer", pk)
        return pk

    def _reaches_inbox(self, username: str, title: str) -> None:
        officer = self.officers[username]
        eventually(lambda: title in officer.get("/inbox/").shown, f"{title!r} at {username}")

    def _has_answer(self, username: str) -> bool:
        return self.answer in self.officers[username].get(f"/records/{self.pk}/answers/").shown

    def _marks(self) -> tuple[str, ...]:
        """What would give the alert for MX alone away, wherever it stood."""
        pk = self.secret_pk
        return (self.secret, pk, pk.replace("-", ""), self.secret_reference)
