"""Every change to Parties and accounts: one function each, keyword-only, with its audit entry.

`by` is the identity that acts; None is the operator at the shell (and the demo loader), whom the
policy table does not know and the log names as such. A bad value raises ValidationError with the
field's name.
"""

from .accounts import change_officer, create_officer, save_preferences
from .asking import ask
from .confirmation import carry_out, set_email
from .invitations import accept, invite, revoke_invitation
from .opening import activate, deactivate, remove_second_factors, set_password
from .parties import change_unit, create_party, create_unit, save_party_settings, set_address
from .tokens import make_token, revoke_token

__all__ = [
    "accept",
    "activate",
    "ask",
    "carry_out",
    "change_officer",
    "change_unit",
    "create_officer",
    "create_party",
    "create_unit",
    "deactivate",
    "invite",
    "make_token",
    "remove_second_factors",
    "revoke_invitation",
    "revoke_token",
    "save_party_settings",
    "save_preferences",
    "set_address",
    "set_email",
    "set_password",
]
