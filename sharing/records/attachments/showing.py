"""A version's files as a page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cordillera.punctuation import labelled

from ..models import Record, Version
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
    "over-quota": gettext_lazy(
        "So much of this originator's files lies here already that it waits for room."
    ),
    "unkept": gettext_lazy("It could not be kept on this node; it is tried again by itself."),
    "away": gettext_lazy("The originator's node does not answer; it is tried again by itself."),
}
_LEAVE = gettext_lazy("It comes by itself; you may leave this page.")
#: What can be done about a state or reason, where the file was added, and where it is to come to.
_TO_DO: dict[str, tuple[Any, Any]] = {
    Attachment.UPLOADING: (gettext_lazy("Choose it again: what is here is not sent twice."), ""),
    Attachment.ARRIVING: ("", _LEAVE),
    Attachment.QUARANTINED: (
        gettext_lazy(
            "Nobody gets it before that. Go on with your work: it mostly takes less than a minute,"
            " and the record can be submitted afterwards."
        ),
        gettext_lazy("It can be opened afterwards; you may leave this page."),
    ),
    Attachment.REFUSED: (
        gettext_lazy("Remove it; without it the record can be submitted."),
        gettext_lazy("Ask the originator in a comment to send it again."),
    ),
    "infected": (
        gettext_lazy(
            "Remove it, and have the device that it came from checked before you send it again."
            " Your administrator has been told."
        ),
        gettext_lazy(
            "Tell the originator in a comment, and do not have it sent another way. Your"
            " administrator has been told."
        ),
    ),
    "scanner-away": (gettext_lazy("Your administrator can see to it."),) * 2,
    "over-quota": (
        "",
        gettext_lazy("Your administrator can see to it."),
    ),
    "unkept": ("", gettext_lazy("Your administrator can see to it.")),
    "no-address": ("", gettext_lazy("Ask the originator to describe what is in it.")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One file: what it is, in which state, why, and what to do about that. `share`: how much of it
    has come, in percent, while it does."""

    file: Attachment
    icon: str
    size: str
    state: str
    tone: str
    why: str
    to_do: str
    share: int | None = None

    @property
    def is_ready(self) -> bool:
        return self.file.state == Attachment.READY


def rows(version: Version) -> list[Row]:
    """The files that appear in `version`."""
    return listed(reading.of_version(version))


def of_records(records: Iterable[Record]) -> dict[UUID, list[Row]]:
    """The files of the versions in force of these records, by record."""
    in_force = {record.pk: record.current.number for record in records if record.current}
    found: dict[UUID, list[Row]] = {}
    for file in Attachment.objects.filter(record__in=in_force).exclude(state=Attachment.PURGED):
        number = in_force[file.record_id]
        if file.since <= number and (file.until is None or number < file.until):
            found.setdefault(file.record_id, []).append(_row(file))
    return found


def listed(files: Iterable[Attachment]) -> list[Row]:
    return [_row(file) for file in files]


def _row(file: Attachment) -> Row:
    label, tone = _STATES.get(file.state, ("", ""))
    share = None
    if file.state == Attachment.ARRIVING:
        share = 100 * file.chunks.count() // file.chunk_count
        label, tone = _("arriving, %(share)s %%") % {"share": share}, "blue"
    why = str(_REASONS.get(file.reason, ""))
    if file.reason == "infected" and file.detail:
        why = labelled(file.detail, why)
    size = filesizeformat(file.size)
    return Row(file, _icon(file.media_type), size, str(label), tone, why, _to_do(file), share)


def _to_do(file: Attachment) -> str:
    here, elsewhere = _TO_DO.get(file.reason) or _TO_DO.get(file.state) or ("", "")
    return str(here if file.added_by else elsewhere)


def _icon(media_type: str) -> str:
    if media_type.endswith(("sheet", "csv")):
        return "file-spreadsheet"
    if media_type == "application/zip":
        return "file-archive"
    return _ICONS.get(media_type.partition("/")[0], "file-text" if media_type else "file")
