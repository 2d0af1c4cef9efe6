"""What an administrator starts and only the officer can finish: another address, no second factors.

Who decides where a password reset goes, or that no second factor is asked for, could sign in as the
officer and read records. So the administrator only asks: a link that works once goes to the address
that the officer has now, and it takes his password as well. The administrator sees neither. Who has
lost all of it goes to the operator: `manage.py party address` and `rescue`, which the log keeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from audit import log
from cordillera.access.decide import require
from cordillera.access.identity import Identity

from ..models import Officer

ADDRESS, FACTORS = "address", "factors"
SALT = "cordillera.parties.confirmation"
VALID = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link is for; `address` is the new one."""

    officer: Officer
    what: str
    address: str = ""


@transaction.atomic
def ask(*, officer: Officer, what: str, by: Identity, address: str = "") -> None:
    """Send the officer the link by which he lets `what` happen."""
    require(by, "officer.manage", officer)
    if by.account == officer.pk:
        raise ValidationError(_("Your own second factors are removed in your account."))
    if not officer.email:
        message = _(
            "This account has no e-mail address to which a link could go. Only the operator of "
            "the node can set the first one."
        )
        raise ValidationError({"email": message} if what == ADDRESS else message)
    if what == ADDRESS:
        check_address(address)
    log.write(
        f"{what}:ask", actor=by, about=officer.pk, detail={"address": address} if address else {}
    )
    content = [str(officer.pk), what, address, state(officer)]
    token = signing.dumps(content, salt=SALT, compress=True)
    link = settings.PUBLIC_URL + reverse("account-confirm", args=[token])
    transaction.on_commit(lambda: _mail(officer, what, address, link), robust=True)


def find(token: str) -> Asked | None:
    """What this link is for, while it is young and nothing of the account changed since."""
    try:
        pk, what, address, was = signing.loads(token, salt=SALT, max_age=VALID)
        officer = Officer.objects.filter(pk=UUID(pk), is_active=True, is_system=False).first()
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if officer is None or not constant_time_compare(was, state(officer)):
        return None
    return Asked(officer, what, address)


def check_address(address: str) -> None:
    try:
        validate_email(address.strip())
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error


def state(officer: Officer) -> str:
    """Changes with the password, the address and the factors, so that a link works once."""
    factors = Authenticator.objects.filter(user=officer).order_by("pk")
    keys = ",".join(str(pk) for pk in factors.values_list("pk", flat=True))
    return salted_hmac(SALT, f"{officer.password}\n{officer.email}\n{keys}").hexdigest()


def _mail(officer: Officer, what: str, address: str, link: str) -> None:
    """To the address that the account has now, in the officer's language."""
    with translation.override(officer.language):
        context = {"what": what, "address": address, "link": link}
        body = render_to_string("parties/mail/confirm.txt", context)
        send_mail(
            _("Your confirmation is needed"), body, settings.DEFAULT_FROM_EMAIL, [officer.email]
        )
