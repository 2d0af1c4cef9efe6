"""Keep a record's row, terms and links equal to the version that it projects.

Recipients see the version in force; until there is one, the originator's lists show the draft.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.dispatch import Signal

from cordillera import bulk, clock

from . import kinds
from .models import Link, Record, Term, Version
from .schema import Leaf
from .terms import Term as DrawnTerm
from .terms import draw

#: Sent with `pairs` of a record and the version that it projects (None: nothing any more), and the
#: `terms` and the `leaves` of these by record, in the same transaction: search keeps its documents
#: by it. Those of records that are `arriving` it draws once the desk has taken them in.
projected = Signal()


def project(record: Record, version: Version) -> None:
    """Copy what lists need from `version` to `record` (unsaved) and rewrite its terms and links."""
    copy(record, version)
    write([(record, version)])


def copy(record: Record, version: Version) -> None:
    """Set the columns of `record` that its version decides."""
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


def write(
    pairs: Sequence[tuple[Record, Version]],
    *,
    new: Collection[UUID] = (),
    arriving: Collection[UUID] = (),
    behind: str = "",
) -> None:
    """Rewrite the terms, links and search documents of these records, which exist already. Those that
    are `new` have none yet; those of them that are `arriving` get their documents once the desk has
    taken them in. All are their own rows, or those of the one Party that is `behind`."""
    records = [record for record, _ in pairs]
    whose = {"behind": behind} if behind else {}
    _remove([record for record in records if record.pk not in new], behind)
    leaves = {record.pk: kinds.get(record.kind).schema.leaves(v.body) for record, v in pairs}
    terms = {pk: draw(found) for pk, found in leaves.items()}
    rows = [row | whose for record in records for row in _terms(record, terms[record.pk])]
    bulk.insert_rows(Term._meta.db_table, ["record_id", "type", "value", "shown", *whose], rows)
    rows = [row | whose for record in records for row in _links(record, leaves[record.pk])]
    bulk.insert_rows(Link._meta.db_table, ["record_id", "relation", "reference", *whose], rows)
    projected.send(sender=Record, pairs=pairs, terms=terms, leaves=leaves, arriving=arriving)


def forget(records: Sequence[Record], *, behind: str = "") -> None:
    """Remove what these records' rows, terms, links and documents said (rows unsaved). All are their
    own rows, or those of the one Party that is `behind`."""
    for record in records:
        record.title, record.summary, record.featured, record.typology = {}, "", {}, []
    _remove(records, behind)
    projected.send(sender=Record, pairs=[(record, None) for record in records], terms={}, leaves={})


def _remove(records: Sequence[Record], behind: str) -> None:
    if records:
        Term.objects.filter(record__in=records, behind=behind).delete()
        Link.objects.filter(record__in=records, behind=behind).delete()


def _day(value: Any) -> date | None:
    return date.fromisoformat(value[:10]) if value else None


def _terms(record: Record, terms: Sequence[DrawnTerm]) -> list[dict[str, Any]]:
    pk = str(record.pk)
    rows = {(t.type, t.value[:200]): t.shown[:200] for t in terms}
    return [
        {"record_id": pk, "type": kind, "value": value, "shown": shown}
        for (kind, value), shown in rows.items()
    ]


def links(kind: kinds.Kind, body: dict[str, Any]) -> list[tuple[str, str]]:
    """(relation, reference) for every link field of the body; a relation's type where it has one."""
    return _pairs(kind.schema.leaves(body))


def _pairs(leaves: Iterable[Leaf]) -> list[tuple[str, str]]:
    found = []
    for leaf in leaves:
        if leaf.field.is_link:
            relation = leaf.block.get("type") if leaf.path.startswith("relations.") else None
            found.append((relation or "related", leaf.value))
    return found


def _links(record: Record, leaves: Iterable[Leaf]) -> list[dict[str, Any]]:
    pairs = set(_pairs(leaves))
    return [
        {"record_id": str(record.pk), "relation": relation, "reference": reference}
        for relation, reference in sorted(pairs)
    ]
