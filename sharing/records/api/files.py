"""The JSON Schemas of files, and a file as the API gives it."""

from __future__ import annotations

from typing import Any

from cordillera.api.conformance import or_null
from cordillera.api.schema import component, listed, obj, text

from ..attachments import content, sealed
from ..attachments.models import Attachment
from . import shapes

STATES = [state for state, _label in Attachment.STATES if state != Attachment.PURGED]
UNFINISHED = (Attachment.UPLOADING, Attachment.ARRIVING)
DIGEST = text("SHA-256 of the content, base64url without padding.", pattern="^[A-Za-z0-9_-]{43}$")
BYTES = {"type": "string", "contentMediaType": "application/octet-stream"}
PART = {**BYTES, "description": "The bytes from `offset` on."}

NEW = obj(
    {
        "name": text("Its name with its ending, as `invoice.pdf`.", minLength=1, maxLength=300),
        "size": {
            "type": "integer",
            "description": "How many bytes it has.",
            "minimum": 1,
            "maximum": sealed.LARGEST_FILE,
        },
    }
)
NEW_EXAMPLE = {
    "invoice": {
        "summary": "An invoice of two megabytes",
        "value": {"name": "invoice.pdf", "size": 2_130_432},
    }
}
WHOLE = obj(
    {"sha256": {**DIGEST, "description": "Its SHA-256, which is held against what came."}},
    optional=("sha256",),
)


def _file() -> dict[str, Any]:
    return obj(
        {
            "id": {**shapes.ID, "description": "The file's id, the same on every node."},
            "name": text("Its name.", examples=["invoice.pdf"]),
            "size": {"type": "integer", "description": "How many bytes it has."},
            "media_type": or_null(
                text("What it is by its content; null until it is whole.", examples=["image/jpeg"])
            ),
            "sha256": or_null(DIGEST),
            "state": text(
                "`uploading`: you are sending it; `arriving`: it is fetched from its originator's"
                " node; `quarantined`: it waits to be scanned; `ready`: it can be downloaded;"
                " `refused`: its content was destroyed, see `reason`.",
                enum=STATES,
            ),
            "reason": text(
                "Why it was refused or waits: `infected`, `type`, `differs`, `scanner-away`,"
                " `no-address`, `no-key`, `away`; mostly empty."
            ),
            "offset": {
                "type": "integer",
                "description": "So many bytes from its beginning are here; go on from there.",
            },
            "since": {"type": "integer", "description": "The first version that has it."},
            "until": or_null(
                {"type": "integer", "description": "The first version that has it no more."}
            ),
        },
        description="A file of a record.",
    )


FILE = component("Attachment", _file)
LISTED = component(
    "Attachments",
    lambda: obj({"items": listed(FILE, "The oldest first.")}, description="A record's files."),
)
REMOVED = component(
    "AttachmentRemoved",
    lambda: obj({"id": shapes.ID}, description="The file that was removed."),
)
EXAMPLES = {
    "photo": {
        "summary": "A photo that is still being sent",
        "value": {
            "items": [
                {
                    "id": "5c9a2c0e-5a0e-4f0e-9a55-0f1f3a6d9b11",
                    "name": "seal.jpg",
                    "size": 3_402_118,
                    "media_type": None,
                    "sha256": None,
                    "state": "uploading",
                    "reason": "",
                    "offset": 2_097_152,
                    "since": 1,
                    "until": None,
                }
            ]
        },
    }
}


def represent(file: Attachment) -> dict[str, Any]:
    return {
        "id": str(file.pk),
        "name": file.name,
        "size": file.size,
        "media_type": file.media_type or None,
        "sha256": file.sha256 or None,
        "state": file.state,
        "reason": file.reason,
        "offset": _offset(file),
        "since": file.since,
        "until": file.until,
    }


def _offset(file: Attachment) -> int:
    """How many bytes from the beginning are here without a gap."""
    if file.state == Attachment.REFUSED:
        return 0
    if file.state not in UNFINISHED:
        return file.size
    here = set(content.here(file))
    first = next((n for n in range(file.chunk_count) if n not in here), file.chunk_count)
    return min(file.size, first * sealed.CHUNK)
