"""Reads about Parties, officers and accounts. Nothing here writes."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from cordillera.access.decide import rows
from cordillera.access.identity import Identity

from .models import AccessToken, Invitation, Officer, Party, PartyKey, Unit

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def hosted() -> QuerySet[Party]:
    """The Parties whose officers and keys this node has."""
    return Party.objects.filter(code__in=settings.HOSTED_PARTIES)


def party_of(identity: Identity) -> Party:
    return Party.objects.get(code=identity.party)


def contacts() -> QuerySet[Officer]:
    """Officers whom other Parties may name in a TLP:RED record."""
    return Officer.objects.filter(listed=True, is_active=True, is_system=False)


def officers(identity: Identity) -> QuerySet[Officer]:
    """The people whose accounts this administrator keeps."""
    mine = Officer.objects.filter(rows(identity, "officer.manage"), is_system=False)
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return mine.select_related("unit").annotate(has_second_factor=Exists(factor))


def system_accounts(identity: Identity) -> QuerySet[Officer]:
    mine = Officer.objects.filter(rows(identity, "officer.manage"), is_system=True)
    return mine.prefetch_related("tokens")


def accounts(identity: Identity) -> QuerySet[Officer]:
    """People and systems."""
    return Officer.objects.filter(rows(identity, "officer.manage"))


def units(identity: Identity) -> QuerySet[Unit]:
    return Unit.objects.filter(rows(identity, "unit.manage"))


def invitations(identity: Identity) -> QuerySet[Invitation]:
    return Invitation.objects.filter(rows(identity, "officer.manage")).select_related("unit")


def keys(identity: Identity) -> QuerySet[PartyKey]:
    return PartyKey.objects.filter(rows(identity, "key.manage"))


def own_tokens(identity: Identity) -> QuerySet[AccessToken]:
    return AccessToken.objects.filter(account_id=identity.account)


def has_second_factor(officer: Officer) -> bool:
    return Authenticator.objects.filter(user=officer, type__in=SECOND_FACTORS).exists()
