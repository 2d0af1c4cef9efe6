"""What a file is, by its content, and whether such files are taken.

What is not listed is refused: programs above all, also inside archives. A name that says something
else than the content is refused too, for it deceives who opens the file.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import Any

import puremagic
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import names

#: Media type -> endings that fit it; the first one is its usual one.
ALLOWED: dict[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/tiff": ("tif", "tiff"),
    "image/heif": ("heic", "heif"),
    "video/mp4": ("mp4", "m4v"),
    "video/quicktime": ("mov",),
    "audio/mpeg": ("mp3",),
    "audio/wave": ("wav",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
    "application/zip": ("zip",),
    "text/plain": ("txt", "log"),
    "text/csv": ("csv",),
    "application/json": ("json",),
    "application/xml": ("xml",),
}
ENDINGS = {ending: media for media, endings in ALLOWED.items() for ending in endings}
TEXTS = ("text/plain", "text/csv", "application/json", "application/xml")
#: puremagic's words for the same.
ALSO = {"audio/x-wav": "audio/wave", "image/heic": "image/heif", "audio/mp3": "audio/mpeg"}
#: Endings of what runs when it is opened, and of archives, which hide what they hold.
PROGRAMS = frozenset(
    "exe dll com scr pif msi msp msix appx cpl sys drv ocx bat cmd ps1 psm1 vbs vbe js jse mjs wsf "
    "wsh hta lnk url reg inf jar class apk app dmg pkg deb rpm sh bash zsh ksh run elf so dylib py "
    "pyc pl rb php asp aspx jsp svg html htm xhtml mht mhtml chm iso img vhd vhdx docm xlsm pptm "
    "dotm xltm potm xlam ppam xll".split()
)
ARCHIVES = frozenset("zip 7z rar gz tgz bz2 xz tar cab arj lzh zst z ace".split())
_PROGRAM_HEADS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"dex\n")
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
MOST_ENTRIES = 10_000
#: What zipfile raises for damaged or unusual archives; a way of packing that it does not know is a
#: kind of RuntimeError.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)


class NotAllowed(Exception):
    """`code` is a word; `message` a sentence for the officer."""

    def __init__(self, code: str, message: Any) -> None:
        super().__init__(code)
        self.code, self.message = code, message


def expected(name: str) -> str:
    """The media type that the name promises. Raises NotAllowed."""
    ending = names.ending(name)
    if ending in PROGRAMS:
        raise NotAllowed("program", _("Programs and files that can run are not taken."))
    if ending not in ENDINGS:
        text = _("Files of this type are not taken. Taken are: {endings}.")
        raise NotAllowed("type", format_lazy(text, endings=", ".join(ENDINGS)))
    return ENDINGS[ending]


def look_at_start(name: str, head: bytes) -> str:
    """The media type, as far as a file's first bytes tell. Raises NotAllowed."""
    wanted = expected(name)
    if head.startswith(_PROGRAM_HEADS) and not (wanted in TEXTS and _is_text(head, strict=True)):
        raise NotAllowed("program", _("Programs and files that can run are not taken."))
    found = _by_content(head, wanted)
    if found != wanted:
        text = _("The name says .{ending}, but what is in the file is something else{what}.")
        what = f" ({found})" if found else ""
        raise NotAllowed("differs", format_lazy(text, ending=names.ending(name), what=what))
    return wanted


def look_inside(media_type: str, file: Any) -> None:
    """The rest of the look: what an archive holds. `file` can be read and sought in. Raises
    NotAllowed."""
    if media_type != "application/zip" and "document" not in media_type:
        return
    try:
        with zipfile.ZipFile(file) as archive:
            _look_at_entries(media_type, archive)
    except _DAMAGED as error:
        raise NotAllowed("broken", _("The file is damaged: it cannot be opened.")) from error


def _look_at_entries(media_type: str, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise NotAllowed("archive", _("The archive holds too many files to be looked through."))
    inside = [entry.filename for entry in entries]
    if any(names.ending(one) in PROGRAMS or "vbaProject" in one for one in inside):
        text = _("The file holds programs or macros; such files are not taken.")
        raise NotAllowed("program", text)
    if media_type == "application/zip":
        if any(names.ending(one) in ARCHIVES for one in inside):
            text = _("The archive holds other archives, which cannot be looked into.")
            raise NotAllowed("archive", text)
        for entry in entries:
            _look_at_entry(archive, entry)
        return
    if _office(archive, inside) != media_type:
        raise NotAllowed("differs", _("What is in the file is not what its name says."))


def _look_at_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1:
        raise NotAllowed("archive", _("The archive is locked with a password."))
    if entry.is_dir():
        return
    with archive.open(entry) as found:
        if found.read(8).startswith(_PROGRAM_HEADS):
            text = _("The file holds programs or macros; such files are not taken.")
            raise NotAllowed("program", text)


def _office(archive: zipfile.ZipFile, inside: list[str]) -> str:
    if "mimetype" in inside:
        with archive.open("mimetype") as found:
            return found.read(100).decode("ascii", "replace").strip()
    if "[Content_Types].xml" in inside:
        for start, media in _OFFICE.items():
            if any(one.startswith(start) for one in inside):
                return media
    return ""


def _by_content(head: bytes, wanted: str) -> str:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        is_zip = wanted == "application/zip" or "document" in wanted
        return wanted if is_zip else "application/zip"
    if not head.startswith(b"%PDF") and _is_text(head):
        return wanted if wanted in TEXTS else "text/plain"
    try:
        matches = puremagic.magic_string(head[: 64 * 1024])
    except (puremagic.PureError, ValueError):
        return ""
    found = [ALSO.get(one.mime_type, one.mime_type) for one in matches if one.mime_type]
    return wanted if wanted in found else (found[0] if found else "")


def _is_text(head: bytes, strict: bool = False) -> bool:
    """UTF-8 without control characters; `strict`: and not a script's first line."""
    if strict and head.startswith(b"#!"):
        return False
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character may be cut where the chunk ends.
        if error.start < len(head) - 3:
            return False
        text = head[: error.start].decode("utf-8")
    return not any(ord(one) < 32 and one not in "\t\r\n\f" for one in text)
