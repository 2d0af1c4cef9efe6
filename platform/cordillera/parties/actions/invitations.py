"""Invitations: the one way an officer gets an account at the page."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from audit import log
from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity

from .. import preferences
from ..models import Invitation, Officer, Party, Unit
from ..text import line
from .accounts import check_roles, create_officer
from .opening import set_password


@transaction.atomic
def invite(
    *,
    party: Party,
    email: str,
    name: str,
    roles: Iterable[str],
    language: str,
    unit: Unit | None = None,
    by: Identity,
) -> tuple[Invitation, str]:
    """Invite one officer by e-mail. Also gives the link, to be shown to the administrator once."""
    require(by, "officer.invite")
    require(by, "officer.manage", Officer(party=party))
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    if unit and unit.party_id != party.pk:
        raise ValidationError({"unit": _("This unit belongs to another Party.")})
    assert by.account is not None  # noqa: S101 - the table asks for a person
    secret, now = secrets.token_urlsafe(32), clock.now()
    invitation = Invitation.objects.create(
        party=party,
        unit=unit,
        email=email,
        name=line("name", name),
        roles=check_roles(roles),
        language=language,
        digest=digest(secret),
        invited_by=by.account,
        created_at=now,
        expires_at=now + timedelta(days=preferences.of(party).invitation_days),
    )
    link = settings.PUBLIC_URL + reverse("invitation", args=[secret])
    detail = {"email": email, "roles": invitation.roles}
    log.write("invitation:make", actor=by, about=invitation.pk, detail=detail)
    # Robust: the invitation stands, and the page shows its link, when the mail server is away.
    transaction.on_commit(lambda: _mail(invitation, link), robust=True)
    return invitation, link


def _mail(invitation: Invitation, link: str) -> None:
    """In the invited officer's language: that an account waits, and where. Nothing else."""
    with translation.override(invitation.language):
        body = render_to_string(
            "parties/mail/invitation.txt", {"link": link, "until": invitation.expires_at}
        )
        subject = _("An account waits for you")
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [invitation.email])


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Identity) -> None:
    require(by, "officer.manage", invitation)
    invitation.revoked_at = invitation.revoked_at or clock.now()
    invitation.save(update_fields=["revoked_at"])
    log.write("invitation:revoke", actor=by, about=invitation.pk)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def find(secret: str) -> Invitation | None:
    """The open invitation with this secret: neither accepted, revoked nor expired."""
    return (
        Invitation.objects.select_related("party", "unit")
        .filter(
            digest=digest(secret),
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=clock.now(),
        )
        .first()
    )


@transaction.atomic
def accept(
    *, secret: str, username: str, name: str, password: str, language: str, time_zone: str
) -> Officer:
    """Turn an open invitation into an account, once."""
    found = find(secret)
    # Locked, so that the link pressed twice makes one account.
    invitation = found and (
        Invitation.objects.select_for_update().filter(pk=found.pk, accepted_at=None).first()
    )
    if invitation is None:
        raise ValidationError(_("This invitation is no longer valid."))
    officer = create_officer(
        party=invitation.party,
        username=username,
        name=name,
        email=invitation.email,
        roles=invitation.roles,
        unit=invitation.unit,
        language=language,
        time_zone=time_zone,
    )
    set_password(officer=officer, password=password, by=Identity.of(officer))
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    log.write("invitation:accept", actor=Identity.of(officer), about=invitation.pk)
    return officer
