"""What a node is answered: a signed receipt, or a problem in the sense of RFC 9457.

A problem carries the signed refusal too, as `refusal`, where it is known who asked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

JOSE = "application/jose"
PROBLEM = "application/problem+json"
TYPE = "urn:cordillera:problem:"
#: Seconds after which a busy node may be asked again.
RETRY_AFTER = 2

#: Code of the protocol -> status.
STATUSES = {
    "malformed": 400,
    "cannot-open": 400,
    "mismatch": 400,
    "unknown-suite": 400,
    "bad-signature": 403,
    "revoked-key": 403,
    "unknown-key": 403,
    "suspended": 403,
    "log-taken": 403,
    "unknown-recipient": 404,
    "unknown-sender": 404,
    "gap": 409,
    "sequence-reused": 409,
    "too-large": 413,
    "busy": 503,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """`by` is the Party that asked, where its signature proves it and the request was granted."""

    status: int
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)
    by: str = ""


def receipt(text: str, status: int = 200) -> Answer:
    """A signed receipt: 200 for what was taken, 409 for what does not fit the channel."""
    return Answer(status, text.encode(), JOSE)


def problem(code: str, detail: str = "", refusal: str = "", status: int | None = None) -> Answer:
    """`code` is the end of the problem's type; `refusal` the signed one."""
    status = status or STATUSES.get(code, 400)
    said = {"type": f"{TYPE}{code}", "title": code, "status": status}
    if detail:
        said["detail"] = detail
    if refusal:
        said["refusal"] = refusal
    return Answer(status, json.dumps(said).encode(), PROBLEM)


def busy(seconds: int = RETRY_AFTER) -> Answer:
    """Nothing was done; the same bytes may come again."""
    made = problem("busy", "This node cannot take anything in at the moment.")
    return Answer(made.status, made.body, made.content_type, {"Retry-After": str(seconds)})
