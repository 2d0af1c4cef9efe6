"""The policy table's names in plain words, for the page that shows it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .identity import ADMINISTRATOR, ANALYST, AUDITOR, OFFICER, SUPERVISOR

ROLES = {
    OFFICER: _("officer"),
    SUPERVISOR: _("supervisor"),
    ANALYST: _("analyst"),
    AUDITOR: _("auditor"),
    ADMINISTRATOR: _("administrator"),
}
ROLE_TASKS = {
    OFFICER: _("reads, drafts and answers"),
    SUPERVISOR: _("approves, releases and recalls; may draft as well"),
    ANALYST: _("searches across records and decides on matches"),
    AUDITOR: _("reads the log, not the content"),
    ADMINISTRATOR: _("keeps accounts, units, keys and settings; reads no records"),
}
GROUPS = {
    "record": _("Records"),
    "dispute": _("Disputes"),
    "desk": _("The desk"),
    "oversight": _("Oversight"),
    "administration": _("Accounts and administration"),
}
PERMISSIONS = {
    "record.read": _("Open a record"),
    "record.list": _("See lists of records"),
    "record.search": _("Search across records"),
    "record.export": _("Export records"),
    "record.history": _("See the history of a record"),
    "record.draft": _("Begin a record"),
    "record.edit": _("Edit a draft"),
    "record.submit": _("Send a draft to review"),
    "record.withdraw": _("Take a draft back from review"),
    "record.amend": _("Begin an amendment"),
    "record.discard": _("Discard an amendment"),
    "record.recall": _("Propose a recall"),
    "record.approve": _("Approve and release what another officer wrote"),
    "record.return": _("Return a draft with a reason"),
    "record.answer": _("Acknowledge, comment or report a sighting"),
    "record.dispute": _("Dispute another Party's record"),
    "dispute.decide": _("Propose the decision on a dispute of an own record"),
    "dispute.withdraw": _("Withdraw a dispute of the own Party"),
    "desk.read": _("Open the watch desk"),
    "inbox.read": _("Read the inbox"),
    "inbox.decide": _("Decide on an inbox item"),
    "approvals.read": _("See the approval queue"),
    "notices.read": _("Read the notice board"),
    "notifications.read": _("Read own notifications"),
    "codes.read": _("Read the code lists"),
    "live.read": _("Receive live events"),
    "audit.read": _("Read the log of the own Party"),
    "retention.read": _("See what falls due for review, lock and deletion"),
    "retention.keep": _("Hold a locked record back from deletion"),
    "watch.read": _("See notices of unusual use"),
    "watch.set": _("Set from what on use is unusual"),
    "watch.close": _("Close a notice of unusual use"),
    "ledger.read": _("Read the disclosure ledger of the own Party"),
    "ledger.export": _("Export the disclosure ledger"),
    "log.verify": _("Verify the log of the node"),
    "review.read": _("See the searches that were drawn for review"),
    "review.decide": _("Give a verdict on a search"),
    "account.own": _("Keep the own account"),
    "token.own": _("Make own access tokens"),
    "help.read": _("Read the help"),
    "administration.read": _("Open the administration pages"),
    "officer.invite": _("Invite officers"),
    "officer.manage": _("Change, close and open accounts"),
    "unit.manage": _("Keep units and the Party's settings"),
    "key.manage": _("Rotate and revoke the Party's keys"),
    "peer.manage": _("Enrol other Parties' nodes"),
    "channel.read": _("See how the channels to other nodes do"),
    "channel.manage": _("Pause channels, and try again what was refused"),
    "agreement.manage": _("Suspend sharing with a Party and cap what it gets"),
    "token.manage": _("Keep the tokens of system accounts"),
}
#: What must hold besides the role, by the condition's name. Scopes of tokens are told apart.
CONDITIONS = {
    "is named, where the record is TLP:RED": _("named, where the record is TLP:RED"),
    "is named, or supervisor of a record that is no answer, where it is TLP:RED": _(
        "named or supervisor, where the record is TLP:RED"
    ),
    "own Party made it": _("own Party made it"),
    "another Party made it": _("another Party made it"),
    "in force and released to own Party": _("in force and released to own Party"),
    "neither locked nor deleted": _("neither locked nor deleted"),
    "locked": _("only when locked"),
    "what it answers is seen too": _("what it answers may be opened too"),
    "belongs to own Party": _("of the own Party"),
    "is a person": _("in person, never a system account"),
}


def group(permission: str) -> str:
    subject = permission.partition(".")[0]
    if subject == "record":
        return "record"
    if subject in ("desk", "inbox", "approvals", "notices", "notifications", "codes", "live"):
        return "desk"
    if subject in ("audit", "log", "ledger", "review", "watch", "retention"):
        return "oversight"
    return "administration"
