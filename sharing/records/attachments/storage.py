"""Where sealed chunks lie: objects of Django's default storage, one each, named by their digest.

A chunk that is written again lies under another name, so nothing is overwritten, and a row that was
rolled back leaves bytes that nobody can open and that go when the file goes.
"""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

logger = logging.getLogger(__name__)


def name(file: UUID, number: int, digest: str) -> str:
    return f"{folder(file)}/{number:04d}-{digest}"


def folder(file: UUID) -> str:
    text = str(file)
    return f"attachments/{text[:2]}/{text}"


def put(file: UUID, number: int, digest: str, chunk: bytes) -> None:
    wanted = name(file, number, digest)
    if not default_storage.exists(wanted):
        default_storage.save(wanted, ContentFile(chunk))


def get(file: UUID, number: int, digest: str) -> bytes:
    """Raises FileNotFoundError."""
    with default_storage.open(name(file, number, digest), "rb") as found:
        content: bytes = found.read()
    return content


def last_put(file: UUID) -> datetime | None:
    """When the newest of the file's objects was written, as the storage has it."""
    place = folder(file)
    try:
        _, names = default_storage.listdir(place)
        return max(
            (default_storage.get_modified_time(f"{place}/{one}") for one in names), default=None
        )
    except FileNotFoundError:
        return None


def drop(file: UUID, number: int, digest: str) -> None:
    default_storage.delete(name(file, number, digest))


def erase(file: UUID) -> None:
    """Delete every object of the file, also those that no row names."""
    place = folder(file)
    try:
        _, names = default_storage.listdir(place)
    except FileNotFoundError:
        return
    for one in names:
        default_storage.delete(f"{place}/{one}")
    try:
        default_storage.delete(place)  # a folder, where the storage has such things
    except OSError as error:
        logger.warning("attachments: the folder of %s stays: %s", file, error)
