"""A file's name as people typed it, made harmless: one line, no path, nothing that hides."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 150
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_UNFIT = re.compile(r'[<>:"|?*]')


def clean(name: str) -> str:
    """The last part of a path, without what no file system or page shows; "file" if none is left."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = " ".join(_UNFIT.sub("_", _HIDDEN.sub("", last)).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST] or "file"
    ending = ending[:20]
    return f"{stem.strip()[: LONGEST - len(ending) - 1] or 'file'}.{ending}"


def ending(name: str) -> str:
    """What stands behind the last dot, in small letters; empty without one."""
    return name.rpartition(".")[2].lower() if "." in name else ""
