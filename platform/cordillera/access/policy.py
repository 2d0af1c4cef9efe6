"""Who may do what: the one table. What is not listed is refused.

Each permission names alternatives; one alternative whose conditions all hold is enough. The page
/help/permissions and PERMISSIONS.md are drawn from this table.
"""

from __future__ import annotations

from .conditions import (
    Condition,
    administrator,
    analyst,
    answered_is_seen,
    anyone,
    auditor,
    named,
    named_or_supervisor,
    node,
    not_ours,
    not_shut,
    officer,
    ours,
    own_party,
    person,
    reader,
    released_to_us,
    scope,
    shut,
    supervisor,
)

Alternatives = tuple[tuple[Condition, ...], ...]

TABLE: dict[str, Alternatives] = {
    # --- records: what one may see -------------------------------------------------------------
    "record.read": (
        (reader, scope("read"), ours, named_or_supervisor, not_shut),
        (reader, scope("read"), released_to_us, named, answered_is_seen),
        (node, ours),
        (node, released_to_us),
        (auditor, ours, shut),
    ),
    "record.list": ((reader, scope("read")), (node,)),
    "record.search": ((reader, scope("search")),),
    "record.export": ((reader, scope("read")),),
    "record.history": ((reader, scope("read")), (auditor,)),
    # --- records: what the originator does -----------------------------------------------------
    "record.draft": ((officer, scope("draft")),),
    "record.edit": ((officer, scope("draft"), ours, named_or_supervisor),),
    "record.submit": ((officer, scope("draft"), ours, named_or_supervisor),),
    "record.withdraw": ((officer, scope("draft"), ours, named_or_supervisor),),
    "record.amend": ((officer, scope("draft"), ours, named_or_supervisor),),
    "record.discard": ((officer, scope("draft"), ours, named_or_supervisor),),
    "record.recall": ((officer, scope("draft"), person, ours, named_or_supervisor),),
    "record.approve": ((supervisor, scope("release"), person, ours),),
    "record.return": ((supervisor, scope("release"), person, ours),),
    "record.end": ((node, ours),),
    # --- records: what the other Parties do ----------------------------------------------------
    "record.answer": (
        (officer, scope("answer"), not_ours, released_to_us, named),
        (officer, scope("answer"), ours, named_or_supervisor),
    ),
    "record.dispute": ((officer, scope("answer"), not_ours, released_to_us, named),),
    "dispute.decide": ((officer, scope("answer"), ours, named_or_supervisor),),
    "dispute.withdraw": ((officer, scope("answer"), ours, named),),
    # --- the desk --------------------------------------------------------------------------------
    "desk.read": ((reader,), (administrator,)),
    "inbox.read": ((reader, scope("read")),),
    "inbox.decide": ((officer, scope("answer")), (analyst, scope("answer"))),
    "approvals.read": ((supervisor, scope("release")), (officer, scope("draft"))),
    "notices.read": ((reader, scope("read")),),
    "notifications.read": ((anyone,),),
    "codes.read": ((anyone,),),
    "live.read": ((anyone,),),
    # --- oversight -------------------------------------------------------------------------------
    "audit.read": ((auditor,),),
    "retention.read": ((auditor, person), (supervisor, person)),
    "retention.keep": ((auditor, person),),
    "watch.read": ((auditor, person, own_party),),
    "watch.set": ((auditor, person),),
    "watch.close": ((auditor, person, own_party),),
    "ledger.read": ((auditor,), (supervisor, person)),
    "ledger.export": ((auditor, person),),
    "log.verify": ((auditor, person),),
    "review.read": ((auditor, person),),
    "review.decide": ((auditor, person, own_party),),
    # --- administration --------------------------------------------------------------------------
    "account.own": ((anyone,),),
    "token.own": ((reader, person),),
    "help.read": ((anyone,),),
    "administration.read": ((administrator, person),),
    "officer.invite": ((administrator, person),),
    "officer.manage": ((administrator, person, own_party),),
    "unit.manage": ((administrator, person, own_party),),
    "key.manage": ((administrator, person, own_party),),
    "peer.manage": ((administrator, person),),
    "channel.read": ((administrator, person),),
    "channel.manage": ((administrator, person),),
    "agreement.manage": ((administrator, person, own_party),),
    "token.manage": ((administrator, person, own_party),),
}

#: What each token scope is for, in the order shown to who makes a token.
SCOPES = ("read", "search", "draft", "answer", "release")
