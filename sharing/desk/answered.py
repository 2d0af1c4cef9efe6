"""Answers that arrived: news on the record that they are about, not items of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from cordillera import clock
from cordillera.access.identity import Identity
from sharing.records import disputes, lifecycle
from sharing.records.models import OutboxRow, Record

from . import concerned
from .items import REOPENED
from .models import InboxItem
from .notifying import Notice

#: Kind of answer -> the topic of the notification, where it is not simply an answer.
TOPICS = {
    disputes.DISPUTE: "disputed",
    disputes.RULING: "ruled",
    disputes.WITHDRAWAL: "undisputed",
}


@dataclass(frozen=True, slots=True)
class News:
    """The answered record's item, the answer's row, who works on that record here, and what to
    call it."""

    item: InboxItem
    row: OutboxRow
    working: tuple[UUID, ...]
    topic: str = "answered"


def put(node: Identity, rows: Iterable[OutboxRow]) -> list[News]:
    """Bring the answered records' items up to date. The originator's own record gets one with its
    first answer; an answer that is not seen any more, or was here before and only goes to more
    Parties now, brings nothing."""
    wanted = {row.record_id: row for row in rows if row.verb == OutboxRow.RELEASED}
    answers = list(
        Record.objects.visible_to(node)
        .filter(pk__in=wanted, state__in=lifecycle.IN_FORCE, about__isnull=False)
        .select_related("about", "about__current", "current")
        .order_by("released_at")
    )
    parents = {answer.about_id: answer for answer in answers}
    counts = _counts(node, parents)
    present = InboxItem.objects.in_bulk_by_record(node.party, parents)
    concern = _Concern(node, parents.values())
    news = []
    for parent_id, answer in parents.items():
        item = present.get(parent_id)
        if item is None and answer.about.originator_id == node.party:
            item = _first(node.party, answer.about)
        if item is not None:
            working = (*_working(item, answer.about), *concern.of(item, answer))
            _update(item, answer, answer.about, counts.get(parent_id, 0))
            topic = TOPICS.get(answer.kind, "answered")
            news.append(News(item, wanted[answer.pk], working, topic))
    _save(one.item for one in news)
    return news


def _counts(node: Identity, parents: Iterable[UUID]) -> dict[UUID, int]:
    found = (
        Record.objects.visible_to(node)
        .filter(about__in=list(parents), state__in=lifecycle.IN_FORCE)
        .exclude(originator_id=node.party)
    )
    return dict(found.values_list("about").annotate(Count("pk")))


def _first(party: str, record: Record) -> InboxItem:
    return InboxItem(
        party_id=party,
        record=record,
        verb=InboxItem.ANSWERED,
        originator=record.originator_id,
        kind=record.kind,
        reference=record.reference or "",
        arrived_at=clock.now(),
        priority=record.priority,
        typology=record.typology,
    )


def _update(item: InboxItem, answer: Record, about: Record, count: int) -> None:
    """The originator has to look at every answer; for the others it is news on what they have."""
    item.answers, item.news_at = count, clock.now()
    item.answer_kind, item.answer_party = answer.kind, answer.originator_id
    item.named = list(about.named) if about.tlp == "RED" else None
    if item.is_own or item.reopened_at is None:
        item.reopened_at = clock.now()
        item.outcome, item.outcome_by, item.outcome_by_name = "", None, ""
        item.outcome_at, item.outcome_note, item.snoozed_until = None, "", None
        item.unit, item.assignee = None, None


def _save(items: Iterable[InboxItem]) -> None:
    fields = ["named", "news_at", "answers", "answer_kind", "answer_party", *REOPENED]
    InboxItem.objects.bulk_create(
        list(items), update_conflicts=True, unique_fields=["party", "record"], update_fields=fields
    )


def _working(item: InboxItem, record: Record) -> tuple[UUID, ...]:
    """Who wrote, approved or dealt with the answered record in this Party."""
    found = [item.outcome_by, item.assignee_id]
    if item.is_own and record.current is not None:
        found += [*record.current.authors, record.current.approved_by]
    return tuple(pk for pk in found if pk)


class _Concern:
    """Whom disputes and their ends concern, read once for all answers that came."""

    def __init__(self, node: Identity, answers: Iterable[Record]) -> None:
        came = list(answers)
        disputed = any(one.kind == disputes.DISPUTE for one in came)
        self.supervisors = concerned.supervisors(node.party) if disputed else []
        self.ended = disputes.ended_by(one for one in came if one.kind in disputes.CLOSING)

    def of(self, item: InboxItem, answer: Record) -> list[UUID]:
        """A dispute is for the originator's supervisors too; how it ended, for who made it."""
        if answer.kind == disputes.DISPUTE and item.is_own:
            return self.supervisors
        dispute = self.ended.get(answer.pk)
        return list(dispute.current.authors) if dispute and dispute.current else []


def notices(news: Iterable[News], officers: list[concerned.Reader]) -> list[Notice]:
    """Who works on the record hears of the answer; nobody else does."""
    return [
        Notice(
            one.topic,
            f"arrival:{one.row.pk}",
            tuple(_told(one, officers)),
            one.item.record_id,
            one.item.reference,
            one.row.kind,
            one.row.sender,
        )
        for one in news
    ]


def _told(one: News, officers: list[concerned.Reader]) -> list[UUID]:
    working = concerned.among(one.working, officers)
    if one.item.named is not None:
        working = [pk for pk in working if pk in one.item.named]
    return working
