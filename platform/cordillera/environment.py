"""Typed readers for settings from the environment.

Each setting NAME may also come from a file named by NAME_FILE (as container secrets do).
A value that cannot be read stops the start with a sentence that names what came and what was wanted.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The setting's text; without default it must be there."""
    if file := os.environ.get(f"{name}_FILE"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE names {file!r}, which cannot be read: {error.strerror}."
            ) from error
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(
            f"The setting {name} is missing: set {name} or {name}_FILE "
            "(deploy/environment.example explains it)."
        )
    return value


def boolean(name: str, default: bool) -> bool:
    value = text(name, "on" if default else "off").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; wanted on or off.")


def integer(name: str, default: int, least: int = 0) -> int:
    value = text(name, str(default)).strip()
    try:
        number = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}; wanted a whole number.") from error
    if number < least:
        raise ImproperlyConfigured(f"{name} is {number}; wanted at least {least}.")
    return number


def share(name: str, default: float, least: float = 0.0) -> float:
    """A part of one: 0.01 is one in a hundred."""
    value = text(name, str(default)).strip()
    try:
        number = float(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}; wanted a number like 0.05.") from error
    if not least <= number <= 1:
        raise ImproperlyConfigured(f"{name} is {number}; wanted {least} to 1.")
    return number


def items(name: str, default: str = "") -> list[str]:
    """A list separated by commas or spaces."""
    return text(name, default).replace(",", " ").split()


def database(name: str, default: str | None = None) -> dict[str, object]:
    """Django's connection settings from a PostgreSQL URL; `?host=/folder` names a socket folder."""
    value = text(name, default)
    url = urlsplit(value)
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"{name} begins with {url.scheme or value!r}; wanted postgresql://user:password@host:port/name. "
            "PostgreSQL is the one database."
        )
    options = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", "") or url.hostname or "",
        "PORT": str(url.port or options.pop("port", "") or ""),
        "OPTIONS": options,
    }
