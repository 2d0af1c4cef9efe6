"""What a dispute says a field should say, where that field is a choice from a code list: its code is
kept, and shown in the reader's words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from .. import codes
from ..codes import CodeList, fold
from ..kinds import Kind
from ..schema import Code, Codes
from ..schema.coded import SHORT
from ..schema.problems import Run, came

LANGUAGES = ("en", "es", "fr")


def said(code_list: str, code: str, text: str) -> str:
    """`code` in words: labels of long lists can read alike, so the code stands before them."""
    known = codes.get(code_list)
    if len(known) <= SHORT or code == text:
        return text
    written = known.brief(code, "")
    return f"{code if written == known.label(code, '') else written} {text}"


def taken(kind: Kind, path: str, text: Any, at: str, run: Run) -> Any:
    """`text` as it is kept: codes, where the field at `path` is a choice. It may be said by the code,
    by its label in any of the languages, or by both, as the form shows them."""
    field = _field(kind, path)
    if field is None or not isinstance(text, str) or not text.strip():
        return text
    found = [_code(field.list, one) for one in _parts(field, text)]
    if all(found):
        return ", ".join(found)
    message = _("{came} is not in the list “{name}”.")
    run.add(at, "unknown_code", message, came=came(text), name=field.list.title)
    return text


def words(kind: Kind, path: str, text: str, language: str) -> str:
    """The same in words; what came from elsewhere and is no code stays as it is."""
    field = _field(kind, path)
    parts = _parts(field, text) if field else []
    if field is None or not all(part in field.list for part in parts):
        return text
    return ", ".join(said(field.codes, one, field.list.label(one, language)) for one in parts)


def _field(kind: Kind, path: str) -> Code | None:
    try:
        found = kind.schema.field_at(path)
    except KeyError:
        return None
    return found if isinstance(found, Code) else None


def _parts(field: Code, text: str) -> list[str]:
    """The whole; of a field that takes several codes, each of them."""
    whole = text.strip()
    if not isinstance(field, Codes) or _code(field.list, whole):
        return [whole]
    between = ";" if ";" in whole else ","
    return [part for one in whole.split(between) if (part := one.strip())]


def _code(known: CodeList, text: str) -> str:
    """The one code that `text` names, or ""."""
    if (code := known.normalise(text)) in known:
        return code
    first, _space, rest = text.partition(" ")
    if (code := known.normalise(first)) in known and _is_label(known, code, rest):
        return code
    return _by_label(known, text)


def _is_label(known: CodeList, code: str, text: str) -> bool:
    return any(fold(known.label(code, language)) == fold(text.strip()) for language in LANGUAGES)


def _by_label(known: CodeList, text: str) -> str:
    wanted = fold(text)
    for language in LANGUAGES:
        found = [one.code for one in known.search(text, language) if fold(one.label) == wanted]
        if len(found) == 1:
            return found[0]
    return ""
