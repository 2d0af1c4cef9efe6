"""Reading and writing what an officer asked a list for, as it stands in the address."""

from __future__ import annotations

from collections.abc import Container, Mapping
from urllib.parse import urlencode


def one(query: Mapping[str, str], name: str, allowed: Container[str]) -> str:
    """The value of `name` if it is one that is known here, else nothing."""
    value = str(query.get(name, ""))
    return value if value in allowed else ""


def written(parts: Mapping[str, str]) -> str:
    """The address's question; without what is empty."""
    return urlencode({name: value for name, value in parts.items() if value})
