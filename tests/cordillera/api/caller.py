"""A machine that calls the API with one officer's token."""

from __future__ import annotations

import json
from copy import copy
from typing import Any

from django.test import Client

from audit.models import Entry
from cordillera.access.identity import Identity
from cordillera.access.session import acting_as
from cordillera.parties.actions import make_token
from cordillera.parties.scopes import allowed_scopes

SCOPES = ("read", "search", "draft", "answer", "release")


class Caller:
    def __init__(self, officer: Any, *scopes: str, language: str = "en") -> None:
        wanted = scopes or tuple(s for s in SCOPES if s in allowed_scopes(officer))
        self.token, self.raw = make_token(account=officer, label="test", scopes=wanted, days=1)
        self.language = language
        self.client = self.connected()

    def connected(self) -> Client:
        return Client(headers={"Authorization": f"Bearer {self.raw}"})

    def again(self) -> Caller:
        """The same token in a client of its own, for another thread."""
        other = copy(self)
        other.client = self.connected()
        return other

    def __call__(
        self,
        method: str,
        path: str,
        content: Any = None,
        content_type: str = "application/json",
        **headers: str,
    ) -> Any:
        """Call `path` below /api/v1/; header names are written with underscores."""
        given = {"Accept-Language": self.language}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = (
            content
            if isinstance(content, bytes)
            else b""
            if content is None
            else json.dumps(content)
        )
        return self.client.generic(
            method, f"/api/v1/{path}", data=data, content_type=content_type, headers=given
        )

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, content: Any = None, **headers: str) -> Any:
        return self("POST", path, content, **headers)


def sort_of(response: Any) -> str:
    """Which problem a response is."""
    assert response["Content-Type"] == "application/problem+json", response.content
    return str(response.json()["type"].rpartition(":")[2])


def entries(party: str, tag: str, **detail: Any) -> int:
    """How many such entries the log of `party` has; it is read as its auditors read it."""
    node = Identity.of_node(party)
    with acting_as(node):
        return Entry.objects.filter(tag=tag, party=party, **detail).count()
