"""Parties, their units, officers and access tokens."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cordillera import clock
from cordillera.access.identity import ADMINISTRATOR, ANALYST, AUDITOR, OFFICER, SUPERVISOR
from cordillera.crypto import ids

ROLES = [
    (OFFICER, _("officer")),
    (SUPERVISOR, _("supervisor")),
    (ANALYST, _("analyst")),
    (AUDITOR, _("auditor")),
    (ADMINISTRATOR, _("administrator")),
]
_LONE = Q(roles__len__lte=1) | ~Q(roles__overlap=[AUDITOR, ADMINISTRATOR])


class Party(models.Model):
    """A country's customs administration taking part."""

    code = models.CharField(max_length=2, primary_key=True)
    country_names = models.JSONField(help_text="Country name by language: en, es, fr.")
    administration = models.CharField(max_length=200)
    short_name = models.CharField(max_length=20, help_text="As CBP, ANAM, CBSA.")
    time_zone = models.CharField(max_length=64, default="UTC")
    address = models.CharField(
        max_length=200, blank=True, help_text="Where its node is reached; empty: not from outside."
    )
    settings = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """The country in the reader's language."""
        language = (translation.get_language() or "en")[:2]
        return str(self.country_names.get(language) or self.country_names.get("en", self.code))

    @property
    def is_hosted(self) -> bool:
        return self.code in settings.HOSTED_PARTIES


class Unit(models.Model):
    """An office or centre within a Party."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="units")
    name = models.CharField(max_length=200)
    port = models.CharField(max_length=5, blank=True, help_text="UN/LOCODE, where it has one.")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["party", "name"], name="unit_once")]

    def __str__(self) -> str:
        return self.name


class Officer(AbstractBaseUser):
    """A person's account, or a system account; belongs to one Party, whose id it bears; has roles."""

    id = models.UUIDField(primary_key=True, editable=False)
    username = models.CharField(
        _("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="officers")
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="officers")
    roles = ArrayField(models.CharField(max_length=20, choices=ROLES), default=list)
    language = models.CharField(_("language"), max_length=2, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    single_key_shortcuts = models.BooleanField(default=True)
    mail_notices = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False)
    listed = models.BooleanField(
        default=False, help_text="A contact that other Parties may name in a TLP:RED record."
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(condition=_LONE, name="officer_duties_apart"),
        ]

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Other Parties name officers by their ids, so an id says whose officer it is.
        self.id = self.id or ids.new(self.party_id)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.username

    def has_role(self, role: str) -> bool:
        return role in self.roles


class AccessToken(models.Model):
    """A bearer token for the API: only its SHA-256 is kept, it is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Officer, models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.UUIDField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.label

    @property
    def party_id(self) -> Any:
        return self.account.party_id

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= clock.now()


class Invitation(models.Model):
    """An administrator's invitation of an officer; only the digest of its secret is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="invitations")
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True)
    email = models.EmailField()
    name = models.CharField(max_length=150)
    roles = ArrayField(models.CharField(max_length=20, choices=ROLES), default=list)
    language = models.CharField(max_length=2, default="en")
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.UUIDField()
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=_LONE, name="invitation_duties_apart"),
        ]

    def __str__(self) -> str:
        return self.email
