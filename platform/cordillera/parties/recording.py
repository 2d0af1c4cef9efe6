"""What signing in, out and failing to leaves in the log."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.db import transaction
from django.dispatch import receiver

from audit import log
from cordillera.access.identity import Identity

from . import proof, sessions
from .models import Officer

#: In the log of a Party, for an attempt of which nobody knows who made it.
NOBODY = "not signed in"


def where(request: Any) -> dict[str, str]:
    """Where an attempt came from. The log is read by auditors of the same Party only."""
    if request is None:
        return {}
    agent = request.META.get("HTTP_USER_AGENT", "")[:200]
    return {"address": _address(request), "browser": agent}


def _address(request: Any) -> str:
    if "REMOTE_ADDR" not in request.META:
        return ""
    return str(get_adapter().get_client_ip(request))


def refused(request: Any, username: str) -> None:
    """A wrong name or password. A name that does not exist is not kept: it may be a password."""
    _attempt("session:refuse", request, username)


def locked_out(request: Any, username: str) -> None:
    _attempt("session:lock-out", request, username)


def _attempt(tag: str, request: Any, username: str) -> None:
    officer = Officer.objects.filter(username=username.strip().lower()).first()
    actor = Identity(party=officer.party_id, account=None, name=NOBODY) if officer else None
    detail = {**where(request), "username": officer.username if officer else ""}
    log.write(tag, actor=actor, about=officer.pk if officer else "", detail=detail)


def _write(tag: str, user: Any, request: Any, **detail: Any) -> None:
    detail = {**where(request), **detail}
    # allauth sends some signals after its commit, hence a transaction of the entry's own.
    with transaction.atomic():
        log.write(tag, actor=Identity.of(user), about=user.pk, detail=detail)


@receiver(auth.user_logged_in)
def opened(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    proof.given(request)
    if "REMOTE_ADDR" in request.META:
        _write("session:open", user, request)


@receiver(auth.user_logged_out)
def closed(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    if user is None:
        return
    if request.session.session_key:
        sessions.announce_end([request.session.session_key])
    if "REMOTE_ADDR" in request.META:
        _write("session:close", user, request)


@receiver(account.authentication_step_completed)
def step(sender: Any, request: Any, user: Any, method: str, **kwargs: Any) -> None:
    """One factor given. Of who is signed in already it is a new proof; else the sign-in follows."""
    if request.user.is_authenticated and request.user.pk == user.pk:
        proof.given(request)
        _write("proof:give", user, request, method=kwargs.get("type", method))


@receiver(account.password_changed)
@receiver(account.password_set)
def password_changed(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    ended = sessions.end_all(user, but=request.session.session_key or "")
    _write("password:change", user, request, sessions_ended=ended)


@receiver(account.password_reset)
def password_reset(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    _write("password:reset", user, request, sessions_ended=sessions.end_all(user))


@receiver(mfa.authenticator_added)
def factor_added(sender: Any, request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _write("factor:add", user, request, type=authenticator.type)


@receiver(mfa.authenticator_removed)
def factor_removed(sender: Any, request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _write("factor:remove", user, request, type=authenticator.type)


@receiver(mfa.authenticator_reset)
def factor_reset(sender: Any, request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    _write("factor:reset", user, request, type=authenticator.type)


@receiver(mfa.authentication_failed)
def factor_failed(sender: Any, request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
    actor = Identity(party=user.party_id, account=None, name=NOBODY)
    detail = {**where(request), "type": authenticator.type}
    log.write("factor:fail", actor=actor, about=user.pk, detail=detail)
