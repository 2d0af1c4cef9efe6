"""Bodies as they come in. The whole body is read first, so that its size is bounded and its digest
can be taken."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from .errors import Fault
from .parameters import shown

#: No body of ours is deeper; deeper ones only cost.
DEEPEST = 40


class Bytes(BaseParser):
    """A part of a file: the bytes as they are."""

    media_type = "application/octet-stream"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return self.made_of(body(parser_context))

    def made_of(self, raw: bytes) -> Any:
        return raw


class JSON(Bytes):
    media_type = "application/json"

    def made_of(self, raw: bytes) -> Any:
        return loads(raw)


class MergePatch(JSON):
    """RFC 7396: what is named is replaced, null removes, the rest stays."""

    media_type = "application/merge-patch+json"


class Lines(Bytes):
    """NDJSON: one JSON text a line. Each line is read by itself, so one bad line spoils no other."""

    media_type = "application/x-ndjson"

    def made_of(self, raw: bytes) -> Any:
        return [line for line in raw.splitlines() if line.strip()]


def body(context: Mapping[str, Any] | None) -> bytes:
    """The bytes of the request; RequestDataTooBig when there are too many."""
    assert context is not None  # noqa: S101 - REST framework always gives it
    found: bytes = context["request"]._request.body
    return found


def loads(raw: bytes) -> Any:
    """The JSON value in `raw`. Raises Fault and nothing else."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_unique)
    except _Twice as error:
        message = _("The name “%(name)s” stands twice in one object.")
        raise Fault("malformed", message % {"name": str(error)}) from None
    except (ValueError, RecursionError) as error:
        where = (
            f" ({error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        )
        raise Fault("malformed", _("The body is not JSON in UTF-8.") + where) from None
    if any(depth > DEEPEST for depth in _depths(value)):
        raise Fault("malformed", _("The body is nested too deeply."))
    return value


class _Twice(Exception):
    pass


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _value in pairs:
            if name in seen:
                raise _Twice(shown(name))
            seen.add(name)
    return found


def _depths(value: Any) -> Iterator[int]:
    waiting = [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        yield depth
        if depth <= DEEPEST and isinstance(one, dict | list):
            inner = one.values() if isinstance(one, dict) else one
            waiting += [(child, depth + 1) for child in inner]


def merged(target: Any, patch: Any) -> Any:
    """`target` with the merge patch `patch` applied; neither is changed (RFC 7396, section 2)."""
    if not isinstance(patch, dict):
        return patch
    found = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), value)
    return found
