"""A record as the API gives it: the one place that decides what of it goes out.

Only what the reader's version carries. Other Parties never learn of an open amendment, of authors,
or of a draft's dates.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from cordillera.access.identity import Identity

from .. import kinds, lifecycle
from ..models import Decision, Record, Version


def moment(value: datetime | None) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value else None


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def is_ours(identity: Identity, record: Record | Version) -> bool:
    return bool(record.originator_id == identity.party)


def state(identity: Identity, record: Record) -> str:
    return lifecycle.told(record.state, is_ours(identity, record))


def brief(identity: Identity, record: Record) -> dict[str, Any]:
    """What lists show; in the active language."""
    language = (translation.get_language() or "en")[:2]
    ours = is_ours(identity, record)
    shown = kinds.get(record.kind).show_featured(record.featured, language)
    return {
        "id": str(record.pk),
        "reference": record.reference,
        "kind": record.kind,
        "originator": record.originator_id,
        "about": str(record.about_id) if record.about_id else None,
        "state": state(identity, record),
        "title": record.display_title,
        "titles": record.title,
        "summary": record.summary,
        "original_language": record.original_language,
        "priority": record.priority,
        "typology": record.typology,
        "tlp": record.tlp,
        "audience": record.released_to,
        "contains": record.contains,
        "featured": [{"label": label, "text": text} for label, text in shown],
        "released_at": moment(record.released_at),
        "recalled_at": moment(record.recalled_at),
        "updated_at": moment(record.updated_at) if ours else None,
        "review_on": day(record.review_on),
        "expires_on": day(record.expires_on),
        "effective_on": day(record.effective_on),
        "comment_until": day(record.comment_until),
        "disputed": record.is_disputed,
        "url": f"{settings.PUBLIC_URL}/records/{record.pk}/",
    }


def represent(identity: Identity, record: Record, version: Version) -> dict[str, Any]:
    """The whole record; `version` is the one that this reader sees."""
    return {
        **brief(identity, record),
        "version": version.number,
        "etag": version.etag,
        "body": version.body,
        "handling": version.handling,
        "draft": open_draft(identity, record),
    }


def open_draft(identity: Identity, record: Record) -> dict[str, Any] | None:
    pending = record.pending if is_ours(identity, record) else None
    if pending is None:
        return None
    return {"version": pending.number, "state": pending.state, "etag": pending.etag}


def version_line(version: Version) -> dict[str, Any]:
    return {
        "record": str(version.record_id),
        "number": version.number,
        "state": version.standing,
        "etag": version.etag,
        "released_at": moment(version.released_at),
        "key": version.key_id,
    }


def whole_version(version: Version) -> dict[str, Any]:
    return {
        **version_line(version),
        "body": version.body,
        "handling": version.handling,
        "jws": version.jws or None,
    }


def decision(identity: Identity, proposed: Decision) -> dict[str, Any]:
    """A proposal of the reader's own Party."""
    return {
        "record": brief(identity, proposed.record),
        "verb": proposed.verb,
        "proposed_by": proposed.proposed_by_name,
        "proposed_at": moment(proposed.proposed_at),
        "reason": proposed.reason,
        "version": proposed.version.number,
        "etag": proposed.version.etag,
        "decidable": identity.account not in proposed.involved,
    }
