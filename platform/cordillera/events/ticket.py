"""The short-lived ticket with which a page opens its stream of live events.

The live process has no Django session, and a cookie would not cross to its address; so the page
fetches a ticket with its own session, and the stream admits it once. It names the session only by
its fingerprint.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing

from cordillera.access.identity import Identity
from cordillera.parties.sessions import fingerprint

SALT = "cordillera.live"


class BadTicket(Exception):
    """Not ours, changed, or too old."""


@dataclass(frozen=True, slots=True)
class Ticket:
    party: str
    account: UUID
    session: str
    nonce: str


def issue(identity: Identity, session_key: str) -> str:
    """A ticket for this officer in this session, valid for LIVE_TICKET_SECONDS."""
    content = [
        identity.party,
        str(identity.account),
        fingerprint(session_key),
        secrets.token_urlsafe(9),
    ]
    return signing.dumps(content, salt=SALT)


def read(text: str) -> Ticket:
    """What the ticket says; BadTicket whatever is wrong with it."""
    try:
        party, account, session, nonce = signing.loads(
            text, salt=SALT, max_age=settings.LIVE_TICKET_SECONDS
        )
        return Ticket(party, UUID(account), session, nonce)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadTicket from error
