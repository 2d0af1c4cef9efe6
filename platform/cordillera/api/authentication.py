"""Who calls: the holder of a bearer token. A browser's session is nobody here, so that no page
elsewhere can make a browser act (and no endpoint needs a CSRF token)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from audit import log
from cordillera.access import session
from cordillera.access.decide import require
from cordillera.access.identity import Identity
from cordillera.parties import tokens

SCHEME = "bearer"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer cord_…`; the transaction then runs as the token's account."""

    def authenticate(self, request: Request) -> tuple[Any, Identity] | None:
        django_request: Any = request._request
        _assume(django_request, None)
        header = request.headers.get("Authorization", "")
        scheme, _space, raw = header.partition(" ")
        if not header or scheme.lower() != SCHEME:
            return None
        identity = tokens.identify(raw.strip())
        if identity is None:
            log.write("token:refuse", actor=None, detail={"path": request.path[:200]})
            raise AuthenticationFailed
        _assume(django_request, identity)
        return AnonymousUser(), identity

    def authenticate_header(self, request: Request) -> str:
        return SCHEME.title()


class TokenOrSession(TokenAuthentication):
    """Also whoever is signed in at the pages. Only for documentation, which changes nothing."""

    def authenticate(self, request: Request) -> tuple[Any, Identity] | None:
        django_request: Any = request._request
        signed_in: Identity | None = django_request.identity
        if signed_in is None or "Authorization" in request.headers:
            return super().authenticate(request)
        return django_request.user, signed_in


def _assume(request: Any, identity: Identity | None) -> None:
    if request.identity is not None or identity is not None:
        session.assume(identity)
    request.identity = identity


class HasIdentity(BasePermission):
    """The policy table permits what the operation declares; an unknown method is refused later."""

    def has_permission(self, request: Request, view: Any) -> bool:
        permission = view.permission_for(request.method)
        if permission == "open":
            return True
        identity = request._request.identity  # type: ignore[attr-defined]
        if identity is None:
            raise NotAuthenticated
        if permission is not None:
            require(identity, permission)
        return True
