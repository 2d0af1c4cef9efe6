"""Whether an account opens: closing it, opening it again, its password and second factors."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity

from .. import keysets, notices, sessions
from ..acting import acting
from ..models import AccessToken, Officer
from .accounts import locked


@transaction.atomic
def deactivate(*, officer: Officer, by: Identity | None = None) -> Officer:
    """Shut the account: its sessions and tokens end at once."""
    officer = locked(officer)
    if by is not None:
        require(by, "officer.manage", officer)
        if by.account == officer.pk:
            raise ValidationError(
                _("Nobody deactivates his own account; ask another administrator.")
            )
    officer.is_active = False
    officer.save(update_fields=["is_active"])
    ended = sessions.end_all(officer)
    revoked = AccessToken.objects.filter(account=officer, revoked_at=None).update(
        revoked_at=clock.now()
    )
    notices.account_changed(officer, officer.email, "closed")
    detail = {"sessions": ended, "tokens": revoked}
    log.write(
        "officer:deactivate", actor=acting(by, officer.party_id), about=officer.pk, detail=detail
    )
    if officer.listed:
        keysets.contacts_changed(officer.party_id, by)
    return officer


@transaction.atomic
def activate(*, officer: Officer, by: Identity | None = None) -> Officer:
    """Open the account again. Its tokens stay revoked."""
    officer = locked(officer)
    if by is not None:
        require(by, "officer.manage", officer)
    officer.is_active = True
    officer.save(update_fields=["is_active"])
    log.write("officer:activate", actor=acting(by, officer.party_id), about=officer.pk)
    if officer.listed:
        keysets.contacts_changed(officer.party_id, by)
    return officer


@transaction.atomic
def remove_second_factors(*, officer: Officer, by: Identity | None = None) -> int:
    """For who lost phone and passkey: all second factors and sessions end; how many factors.

    The officer lets it happen himself (see asking.py), or the operator does it.
    """
    if by is not None and by.account != officer.pk:
        raise ValueError("Another officer's second factors are removed by his own confirmation.")
    officer = locked(officer)
    factors = Authenticator.objects.filter(user=officer)
    kinds = sorted(factors.values_list("type", flat=True))
    factors.delete()
    ended = sessions.end_all(officer)
    detail = {"removed": kinds, "sessions": ended}
    notices.account_changed(officer, officer.email, "factors")
    log.write("factor:clear", actor=acting(by, officer.party_id), about=officer.pk, detail=detail)
    return len(kinds)


@transaction.atomic
def set_password(*, officer: Officer, password: str, by: Identity | None = None) -> None:
    """For the operator and for who accepts an invitation; officers change theirs at the page."""
    if by is not None and by.account != officer.pk:
        raise ValueError("Nobody sets another officer's password.")
    if officer.is_system:
        raise ValidationError(_("A system account has no password, only tokens."))
    try:
        validate_password(password, officer)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    officer.set_password(password)
    officer.save(update_fields=["password"])
    sessions.end_all(officer)
    log.write("password:set", actor=acting(by, officer.party_id), about=officer.pk)
