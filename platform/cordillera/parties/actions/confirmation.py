"""The officer lets happen what his administrator asked for (see asking.py)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit import log
from cordillera.access.identity import Identity

from .. import notices
from ..acting import acting
from ..models import Officer
from .accounts import locked
from .asking import ADDRESS, Asked, check_address, find
from .opening import remove_second_factors


@transaction.atomic
def carry_out(*, token: str, by: Identity) -> Asked:
    """Do what the link is for, once. `by` is the officer himself: he gave his password."""
    asked = find(token)
    if asked is None or by.account != asked.officer.pk:
        raise ValidationError(_("This link is no longer valid."))
    # Held, so that the link pressed twice does it once.
    locked(asked.officer)
    if find(token) is None:
        raise ValidationError(_("This link is no longer valid."))
    if asked.what == ADDRESS:
        set_email(officer=asked.officer, address=asked.address, by=by)
    else:
        remove_second_factors(officer=asked.officer, by=by)
    return asked


@transaction.atomic
def set_email(*, officer: Officer, address: str, by: Identity | None = None) -> Officer:
    """Give the account another address: for the officer himself, and for the operator."""
    if by is not None and by.account != officer.pk:
        raise ValueError("Another officer's address is changed by his own confirmation.")
    check_address(address)
    officer = locked(officer)
    before, officer.email = officer.email, address.strip()
    officer.save(update_fields=["email"])
    notices.account_changed(officer, before, ADDRESS)
    log.write(
        "officer:change",
        actor=acting(by, officer.party_id),
        about=officer.pk,
        detail={"email": officer.email},
    )
    return officer
