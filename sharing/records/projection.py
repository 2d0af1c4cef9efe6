"""Keep a record's row, terms and links equal to the version that it projects.

Recipients see the version in force; until there is one, the originator's lists show the draft.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.dispatch import Signal

from cordillera import clock

from . import kinds
from .models import Link, Record, Term, Version
from .schema import Link as LinkField

#: Sent with `record` and `version` in the same transaction: search keeps its document by it.
projected = Signal()


def project(record: Record, version: Version) -> None:
    """Copy what lists need from `version` to `record` (unsaved) and rewrite its terms and links."""
    body, handling = version.body, version.handling
    kind = kinds.get(record.kind)
    record.audience, record.tlp, record.named = version.audience, version.tlp, version.named
    record.title = kind.titles(body)
    record.summary = body.get("summary") or ""
    record.original_language = body.get("original_language") or "en"
    record.priority = body.get("priority") or ""
    record.typology = body.get("typology") or []
    record.contains = handling.get("contains") or []
    record.review_on = _day(handling.get("review_on"))
    record.expires_on = _day(handling.get("expires_on"))
    days = {running.path.rpartition(".")[2]: day for running, day in kind.clock_dates(body)}
    record.effective_on = days.get("effective")
    record.comment_until = days.get("comment_until")
    record.featured = kind.featured_values(body)
    record.updated_at = clock.now()
    write_terms(record, kind.terms(body))
    write_links(record, links(kind, body))
    projected.send(sender=Record, record=record, version=version)


def _day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if value else None


def write_terms(record: Record, terms: Any) -> None:
    rows = {(t.type, t.value[:200]): t.shown[:200] for t in terms}
    record.terms.all().delete()
    Term.objects.bulk_create(
        Term(record=record, type=kind, value=value, shown=shown)
        for (kind, value), shown in rows.items()
    )


def links(kind: kinds.Kind, body: dict[str, Any]) -> list[tuple[str, str]]:
    """(relation, reference) for every link field of the body; a relation's type where it has one."""
    found = []
    for leaf in kind.schema.leaves(body):
        if isinstance(leaf.field, LinkField):
            relation = leaf.block.get("type") if leaf.path.startswith("relations.") else None
            found.append((relation or "related", leaf.value))
    return found


def write_links(record: Record, pairs: list[tuple[str, str]]) -> None:
    record.links.all().delete()
    Link.objects.bulk_create(
        Link(record=record, relation=relation, reference=reference)
        for relation, reference in sorted(set(pairs))
    )
