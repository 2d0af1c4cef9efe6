"""Start-up check: the key-encryption key must be one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

from . import sealing


@register(Tags.security)
def key_encryption_key(**kwargs: Any) -> list[Error]:
    try:
        sealing.read_key(settings.KEY_ENCRYPTION_KEY)
    except sealing.SealingError as error:
        return [Error(str(error), id="parties.E001")]
    return []
