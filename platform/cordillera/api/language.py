"""Which language an answer is in: what the caller asks for, else what his account says."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from cordillera.parties.models import Officer


def asked_for(header: str) -> str | None:
    """The first of our languages that an Accept-Language header wants, by its weights."""
    for wanted, _weight in parse_accept_lang_header(header.lower()):
        if wanted == "*":
            return None
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return None


def of_account(account: UUID | None) -> str:
    if account is None:
        return settings.LANGUAGE_CODE
    found = Officer.objects.filter(pk=account).values_list("language", flat=True).first()
    return found or settings.LANGUAGE_CODE
