"""allauth's adapters: how officers sign in here, and what each attempt leaves in the log."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from allauth.core.context import request_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode.image.svg import SvgPathFillImage

from . import attempts, proof, recording, sealing
from .models import Officer
from .queries import SECOND_FACTORS

logger = logging.getLogger(__name__)


class Backend(AuthenticationBackend):
    """Passwords of people whose Party is hosted here. A system account has only tokens, and another
    node's contact nothing, whatever their password fields say."""

    def user_can_authenticate(self, user: Any) -> bool:
        ours = user.party_id in settings.HOSTED_PARTIES and not user.is_system
        return super().user_can_authenticate(user) and ours


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        # Of wrong second factors; wrong passwords say how many minutes are left.
        "too_many_login_attempts": gettext_lazy(
            "Too many failed attempts. Wait ten minutes and try again."
        ),
    }

    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in counts as proof as much as a later one; allauth would ask again at once."""
        return not proof.recent(context.request)

    def pre_authenticate(self, request: Any, **credentials: Any) -> None:
        """Count the try; where it is one too many, write that down and say how long to wait."""
        username = credentials.get("username", "")
        try:
            self._count(request, username, **credentials)
        except ValidationError:
            recording.locked_out(request, username)
            raise

    def _count(self, request: Any, name: str, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = attempts.key(request, name)
            raise attempts.wait(request, attempts.BY_PLACE, key) from None
        # Taken back with the rest when the password is right.
        self._login_failed_rl_usage.usage += attempts.of_name(request, name).usage

    def _get_login_attempts_cache_key(self, request: Any, **credentials: Any) -> str:
        return attempts.key(request, credentials.get("username", ""))

    def authentication_failed(self, request: Any, **credentials: Any) -> None:
        recording.refused(request, credentials.get("username", ""))

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """To the address the administrator keeps; officers do not manage addresses themselves."""
        if user.email:
            super().send_notification_mail(template_prefix, user, context, email or user.email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Notices are sent after the commit, when allauth has let go of the request. A mail server
        that is away neither undoes what was done nor tells who has an account."""
        with request_context(self.request):
            try:
                super().send_mail(template_prefix, email, context)
            except OSError:  # SMTPException is one
                logger.exception("mail %s was not sent", template_prefix)

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        if not user.is_system:
            super().send_password_reset_mail(user, email, context)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This code is not right, or its time is over. The app shows a new one every thirty "
            "seconds: wait for the next. If that fails as well, let your phone set its clock by "
            "itself."
        ),
        "cannot_delete_authenticator": gettext_lazy(
            "This is your last second factor, and one is required here. Add another one first."
        ),
    }

    def encrypt(self, text: str) -> str:
        """TOTP secrets and recovery codes lie encrypted, like the Parties' private keys."""
        key = sealing.read_key(settings.KEY_ENCRYPTION_KEY)
        return sealing.seal(text.encode(), key=key, name="second factor").hex()

    def decrypt(self, encrypted_text: str) -> str:
        key = sealing.read_key(settings.KEY_ENCRYPTION_KEY)
        return sealing.unseal(bytes.fromhex(encrypted_text), key=key, name="second factor").decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not settings.MFA_REQUIRED or authenticator.type not in SECOND_FACTORS:
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=SECOND_FACTORS)
        return others.exclude(pk=authenticator.pk).exists()

    def build_totp_svg(self, url: str) -> str:
        """On white, so that a camera reads it in the dark theme too."""
        out = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(out)
        return out.getvalue().decode()

    def get_totp_label(self, user: Officer) -> str:
        return user.username

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}
