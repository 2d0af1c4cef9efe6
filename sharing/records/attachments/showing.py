"""A version's files as a page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Version
from . import reading
from .models import Attachment

_ICONS = {"image": "image", "video": "film", "audio": "audio-lines", "text": "file-text"}
_STATES: dict[str, tuple[Any, str]] = {
    Attachment.UPLOADING: (gettext_lazy("not sent whole yet"), "amber"),
    Attachment.QUARANTINED: (gettext_lazy("being scanned"), "amber"),
    Attachment.REFUSED: (gettext_lazy("refused"), "red"),
    Attachment.READY: ("", ""),
}
_REASONS = {
    "infected": gettext_lazy("The scanner found harmful code in it; it was destroyed."),
    "type": gettext_lazy("What is in it is not what its name says, or may not be exchanged."),
    "differs": gettext_lazy("It is not the file that was signed."),
    "scanner-away": gettext_lazy("The scanner does not answer; it is tried again by itself."),
    "no-address": gettext_lazy("The originator's node takes no connections, so it cannot come."),
    "no-key": gettext_lazy("Its key has not come yet."),
    "away": gettext_lazy("The originator's node does not answer; it is tried again by itself."),
}


@dataclass(frozen=True, slots=True)
class Row:
    file: Attachment
    icon: str
    size: str
    state: str
    tone: str
    why: str

    @property
    def is_ready(self) -> bool:
        return self.file.state == Attachment.READY


def rows(version: Version) -> list[Row]:
    """The files that appear in `version`."""
    return listed(reading.of_version(version))


def listed(files: Iterable[Attachment]) -> list[Row]:
    return [_row(file) for file in files]


def _row(file: Attachment) -> Row:
    label, tone = _STATES.get(file.state, ("", ""))
    if file.state == Attachment.ARRIVING:
        share = 100 * file.chunks.count() // file.chunk_count
        label, tone = _("arriving, %(share)s %%") % {"share": share}, "blue"
    why = str(_REASONS.get(file.reason, ""))
    if file.reason == "infected" and file.detail:
        why = f"{why} ({file.detail})"
    return Row(file, _icon(file.media_type), filesizeformat(file.size), str(label), tone, why)


def _icon(media_type: str) -> str:
    if media_type.endswith(("sheet", "csv")):
        return "file-spreadsheet"
    if media_type == "application/zip":
        return "file-archive"
    return _ICONS.get(media_type.partition("/")[0], "file-text" if media_type else "file")
