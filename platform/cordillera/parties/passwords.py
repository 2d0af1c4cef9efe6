"""Rules for passwords beside Django's own: nothing of the officer's names, and some variety."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class WithoutNames:
    """Refuses a password that holds a part of the user name, the name or the address."""

    least_letters = 4

    def validate(self, password: str, user: Any = None) -> None:
        texts = [getattr(user, name, "") or "" for name in ("username", "name", "email")]
        parts = {part for text in texts for part in re.split(r"\W+|_", text.lower())}
        found = [p for p in parts if len(p) >= self.least_letters and p in password.lower()]
        if found:
            raise ValidationError(
                _("The password holds “%(part)s”, which everyone knows about you.")
                % {"part": sorted(found)[0]},
                code="password_with_name",
            )

    def get_help_text(self) -> str:
        return _("Nothing of your name, user name or address.")


class Varied:
    """Refuses a password of a few characters repeated."""

    least_different = 6

    def validate(self, password: str, user: Any = None) -> None:
        if len(set(password.lower())) < self.least_different:
            raise ValidationError(
                _("The password repeats the same few characters."), code="password_repeats"
            )

    def get_help_text(self) -> str:
        return _("At least six different characters.")
