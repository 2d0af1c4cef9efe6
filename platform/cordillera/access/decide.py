"""Ask the table: may this identity do this, to this thing, and which rows may it see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from .conditions import NONE, Condition
from .identity import Identity
from .policy import TABLE

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer with its reason: `reason` names the condition that failed, empty when allowed."""

    allowed: bool
    permission: str
    reason: str = ""
    message: Any = ""

    def __bool__(self) -> bool:
        return self.allowed


class Refused(PermissionDenied):
    """The table said no. `hidden` when even the thing's existence must not show (a 404)."""

    def __init__(self, decision: Decision, about: str = "", hidden: bool = False) -> None:
        super().__init__(str(decision.message))
        self.decision = decision
        self.about = about
        self.hidden = hidden


def permits(identity: Identity | None, permission: str, thing: Any = None) -> Decision:
    """Whether `identity` may do `permission` to `thing`.

    Without a thing only what concerns the identity itself is asked, for menus and buttons: the
    answer then means "perhaps, for some thing".
    """
    alternatives = TABLE.get(permission)
    if alternatives is None:
        raise LookupError(f"{permission!r} is not in the policy table.")
    if identity is None:
        return Decision(False, permission, "has an account")
    failed = None
    for alternative in alternatives:
        missing = next((c for c in alternative if not _holds(c, identity, thing)), None)
        if missing is None:
            return Decision(True, permission)
        failed = missing
    assert failed is not None  # noqa: S101 - a permission without alternatives is a broken table
    return Decision(False, permission, failed.name, failed.reason)


def _holds(condition: Condition, identity: Identity, thing: Any) -> bool:
    if thing is None:
        return condition.rows(identity) != NONE
    return condition.holds(identity, thing)


def require(identity: Identity | None, permission: str, thing: Any = None) -> None:
    """Raise Refused unless the table permits it; hidden where the thing may not even be read."""
    decision = permits(identity, permission, thing)
    if decision:
        return
    hidden = (
        thing is not None
        and permission.startswith("record.")
        and not permits(identity, "record.read", thing)
    )
    raise Refused(decision, about=str(getattr(thing, "pk", "") or ""), hidden=hidden)


def rows(identity: Identity | None, permission: str) -> Q:
    """The database filter of the things on which `identity` may do `permission`."""
    found = NONE
    if identity is None:
        return found
    for alternative in TABLE[permission]:
        q = Q()
        for condition in alternative:
            part = condition.rows(identity)
            if part == NONE:
                break
            q &= part
        else:
            found = q if found == NONE else found | q
    return found


class VisibleQuerySet(QuerySet[Any]):
    """A queryset that knows which of its rows an identity may see."""

    read_permission = "record.read"

    def visible_to(self, identity: Identity | None) -> Any:
        return self.filter(rows(identity, self.read_permission))


def needs(permission: str) -> Callable[[View], View]:
    """A view that only runs for who has `permission` (asked without a thing)."""
    if permission not in TABLE:
        raise LookupError(f"{permission!r} is not in the policy table.")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            require(request.identity, permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def open_page(view: View) -> View:
    """A page that needs no sign-in: says so on its own line."""
    view.permission = "open"  # type: ignore[attr-defined]
    return view


def one(queryset: Any, identity: Identity, permission: str, **lookup: Any) -> Any:
    """The object that `identity` may see, checked for `permission`; 404 if it may not see it."""
    found = queryset.visible_to(identity).filter(**lookup).first()
    if found is None:
        raise Http404
    require(identity, permission, found)
    return found
