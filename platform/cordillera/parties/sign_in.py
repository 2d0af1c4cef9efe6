"""allauth's adapters: no public sign-up; every sign-in leaves an audit entry."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: Any) -> bool:
        return False


class MFAAdapter(DefaultMFAAdapter):
    pass
