"""The words of the policy table: small conditions, each with two faces.

`holds(identity, thing)` answers for one object, `rows(identity)` is the same condition as a
database filter. A property test over a grid of Parties, roles, handling and states holds them
together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .identity import ADMINISTRATOR, ANALYST, AUDITOR, OFFICER, SUPERVISOR, Identity
from .words import ROLES

NONE = Q(pk__in=[])
#: States in which recipients see a record. A recalled or locked one is gone for them.
IN_FORCE = ("released", "amended", "expired")


@dataclass(frozen=True)
class Condition:
    """`name` for the documentation, `reason` for who is refused."""

    name: str
    reason: Any
    holds: Callable[[Identity, Any], bool]
    rows: Callable[[Identity], Q]


def _of_identity(name: str, reason: Any, test: Callable[[Identity], bool]) -> Condition:
    return Condition(name, reason, lambda i, thing: test(i), lambda i: Q() if test(i) else NONE)


def role(*wanted: str) -> Condition:
    """The identity has one of these roles (the node acts without a role)."""

    def reason() -> str:
        roles = ", ".join(str(ROLES[one]) for one in wanted)
        return gettext("This needs one of the roles: %(roles)s.") % {"roles": roles}

    return _of_identity(
        f"is {' or '.join(wanted)}", lazy(reason, str)(), lambda i: bool(i.roles & set(wanted))
    )


def scope(name: str) -> Condition:
    """A token must name this scope; an officer at the page has all that the roles allow."""

    def reason() -> str:
        return gettext("This token does not have the scope “%(scope)s”.") % {"scope": name}

    return _of_identity(
        f"token has scope {name}",
        lazy(reason, str)(),
        lambda i: i.scopes is None or name in i.scopes,
    )


reader = role(OFFICER, SUPERVISOR, ANALYST)
officer = role(OFFICER, SUPERVISOR)
supervisor = role(SUPERVISOR)
analyst = role(ANALYST)
auditor = role(AUDITOR)
administrator = role(ADMINISTRATOR)
anyone = _of_identity("has an account", _("Sign in first."), lambda i: True)
node = _of_identity("is the node itself", _("Only the node does this."), lambda i: i.node)
person = _of_identity(
    "is a person",
    _("A system account cannot do this: it takes an officer's own decision."),
    lambda i: not i.is_system and not i.node,
)


def _named(identity: Identity, thing: Any) -> bool:
    return thing.tlp != "RED" or identity.account in thing.named


def _named_rows(identity: Identity) -> Q:
    return ~Q(tlp="RED") | Q(named__contains=[identity.account])


named = Condition(
    "is named, where the record is TLP:RED",
    _("This record is for named officers only."),
    _named,
    _named_rows,
)
# A supervisor releases and recalls his Party's TLP:RED records, so he reads them; an answer to another
# Party's TLP:RED record would tell him of what he is not named for.
named_or_supervisor = Condition(
    "is named, or supervisor of a record that is no answer, where it is TLP:RED",
    _("This record is for named officers only."),
    lambda i, r: (SUPERVISOR in i.roles and r.about_id is None) or _named(i, r),
    lambda i: Q(about=None) | _named_rows(i) if SUPERVISOR in i.roles else _named_rows(i),
)
ours = Condition(
    "own Party made it",
    _("Only the Party that made this record may do this."),
    lambda i, r: r.originator_id == i.party,
    lambda i: Q(originator_id=i.party),
)
not_ours = Condition(
    "another Party made it",
    _("This answers another Party's record."),
    lambda i, r: r.originator_id != i.party,
    lambda i: ~Q(originator_id=i.party),
)
released_to_us = Condition(
    "in force and released to own Party",
    _("This record is not released to your Party."),
    lambda i, r: r.state in IN_FORCE and i.party in r.audience,
    lambda i: Q(state__in=IN_FORCE, audience__contains=[i.party]),
)


def _below(prefix: str, q: Q) -> Q:
    """The same filter on a related object."""
    children: list[Any] = list(q.children)
    return Q(
        *[
            _below(prefix, child) if isinstance(child, Q) else (f"{prefix}__{child[0]}", child[1])
            for child in children
        ],
        _connector=q.connector,
        _negated=q.negated,
    )


def _answered_is_seen(identity: Identity, thing: Any) -> bool:
    about = thing.about
    if about is None:
        return True
    return _seen(identity, about)


def _seen(identity: Identity, record: Any) -> bool:
    own = ours.holds(identity, record) and named_or_supervisor.holds(identity, record)
    return own or (released_to_us.holds(identity, record) and named.holds(identity, record))


def _answered_is_seen_rows(identity: Identity) -> Q:
    seen = (ours.rows(identity) & named_or_supervisor.rows(identity)) | (
        released_to_us.rows(identity) & named.rows(identity)
    )
    return Q(about=None) | _below("about", seen)


answered_is_seen = Condition(
    "what it answers is seen too",
    _("You do not see what this answers."),
    _answered_is_seen,
    _answered_is_seen_rows,
)
not_shut = Condition(
    "neither locked nor deleted",
    _("This record is locked."),
    lambda i, r: r.state not in ("locked", "deleted"),
    lambda i: ~Q(state__in=("locked", "deleted")),
)
shut = Condition(
    "locked",
    _("This record is not locked."),
    lambda i, r: r.state == "locked",
    lambda i: Q(state="locked"),
)
own_party = Condition(
    "belongs to own Party",
    _("This belongs to another Party."),
    lambda i, thing: thing.party_id == i.party,
    lambda i: Q(party_id=i.party),
)
