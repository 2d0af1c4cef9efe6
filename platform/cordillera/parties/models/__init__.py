"""Who takes part, and whose keys are trusted."""

from .people import ROLES, AccessToken, Invitation, Officer, Party, Unit
from .trust import Agreement, KeySet, KeySetReceipt, PartyKey, Peer

__all__ = [
    "ROLES",
    "AccessToken",
    "Agreement",
    "Invitation",
    "KeySet",
    "KeySetReceipt",
    "Officer",
    "Party",
    "PartyKey",
    "Peer",
    "Unit",
]
