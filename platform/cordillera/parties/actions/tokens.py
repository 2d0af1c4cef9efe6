"""Access tokens: made once, shown once, revoked at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity

from ..acting import acting
from ..models import AccessToken, Officer
from ..scopes import allowed_scopes
from ..text import line
from ..tokens import PREFIX, digest

MOST_DAYS = 365


@transaction.atomic
def make_token(
    *,
    account: Officer,
    label: str,
    scopes: Iterable[str],
    days: int,
    by: Identity | None = None,
) -> tuple[AccessToken, str]:
    """The token's row and its text, which is never seen again."""
    _may(by, account)
    wanted = _check(account, label, scopes, days)
    raw = PREFIX + secrets.token_urlsafe(32)
    now = clock.now()
    token = AccessToken.objects.create(
        account=account,
        label=line("label", label),
        digest=digest(raw),
        scopes=wanted,
        created_at=now,
        created_by=by.account if by and by.account else account.pk,
        expires_at=now + timedelta(days=days),
    )
    detail = {"label": token.label, "scopes": wanted, "days": days, "account": str(account.pk)}
    log.write("token:make", actor=acting(by, account.party_id), about=token.pk, detail=detail)
    return token, raw


@transaction.atomic
def revoke_token(*, token: AccessToken, by: Identity | None = None) -> None:
    _may(by, token.account)
    token.revoked_at = token.revoked_at or clock.now()
    token.save(update_fields=["revoked_at"])
    detail = {"label": token.label, "account": str(token.account_id)}
    log.write(
        "token:revoke", actor=acting(by, token.account.party_id), about=token.pk, detail=detail
    )


def _may(by: Identity | None, account: Officer) -> None:
    """One's own by token.own; those of one's Party's system accounts by token.manage."""
    if by is None:
        return
    if by.account == account.pk:
        require(by, "token.own", account)
    else:
        require(by, "token.manage", account)


def _check(account: Officer, label: str, scopes: Iterable[str], days: int) -> list[str]:
    wanted = sorted(set(scopes))
    allowed = allowed_scopes(account)
    if not label.strip():
        raise ValidationError({"label": _("Say what this token is for.")})
    if not wanted:
        raise ValidationError({"scopes": _("Choose at least one scope.")})
    if beyond := [scope for scope in wanted if scope not in allowed]:
        message = _("The roles of this account do not allow the scope “%(scope)s”.")
        raise ValidationError({"scopes": message % {"scope": beyond[0]}})
    if not 1 <= days <= MOST_DAYS:
        message = _("Choose a number from %(least)s to %(most)s.")
        raise ValidationError({"days": message % {"least": 1, "most": MOST_DAYS}})
    if not account.is_active:
        raise ValidationError(_("This account is not active."))
    return wanted
