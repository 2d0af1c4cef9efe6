"""Every change to a record. Keyword-only, `by=` an identity; each is one transaction that holds the
change, its audit entry and its outbox rows. They raise Refused (the policy), NotNow (the state),
Invalid (the input) and Stale (somebody saved in between).
"""

from .amendment import amend, discard_amendment, renew
from .answers import answer
from .begun import begin_answer
from .closing import rule
from .drafts import delete_draft, draft, save_draft
from .endings import expire, lock, purge
from .recall import propose_recall
from .release import approve, send_back, submit, withdraw

__all__ = [
    "amend",
    "answer",
    "approve",
    "begin_answer",
    "delete_draft",
    "discard_amendment",
    "draft",
    "expire",
    "lock",
    "propose_recall",
    "purge",
    "renew",
    "rule",
    "save_draft",
    "send_back",
    "submit",
    "withdraw",
]
