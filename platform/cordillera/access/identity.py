"""Who is asking: what every decision about access starts from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from cordillera.parties.models import Officer

OFFICER, SUPERVISOR, ANALYST = "officer", "supervisor", "analyst"
AUDITOR, ADMINISTRATOR = "auditor", "administrator"
#: Roles that read records. Auditors read the log, administrators keep accounts and keys.
READING_ROLES = frozenset({OFFICER, SUPERVISOR, ANALYST})
#: Roles that stand alone: who watches or equips the others does not take part.
LONE_ROLES = frozenset({AUDITOR, ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Identity:
    """An officer, a system account, or the node acting for a Party that it hosts.

    `scopes` is None for an officer at the page (all that his roles allow); a token's identity may
    only do what its scopes name. `account` is None only for the node itself. `sender` is the remote
    Party whose envelope the node is applying: then it may write that Party's records, and no others.
    """

    party: str
    account: UUID | None
    name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    scopes: frozenset[str] | None = None
    is_system: bool = False
    node: bool = False
    sender: str = ""

    @classmethod
    def of(cls, officer: Officer, scopes: frozenset[str] | None = None) -> Identity:
        return cls(
            party=officer.party_id,
            account=officer.pk,
            name=officer.get_full_name() or officer.username,
            roles=frozenset(officer.roles),
            scopes=scopes,
            is_system=officer.is_system,
        )

    @classmethod
    def of_node(cls, party: str, sender: str = "") -> Identity:
        """The node's own work for `party`: arrivals, deadlines, notifications; and, with `sender`,
        taking in what that remote Party sent it."""
        return cls(party=party, account=None, name="node", node=True, sender=sender)

    @property
    def own(self) -> UUID:
        """The account's id, where only accounts come: the node never gets there."""
        if self.account is None:
            raise LookupError("the node has no account")
        return self.account

    @property
    def reads(self) -> bool:
        return self.node or bool(self.roles & READING_ROLES)
