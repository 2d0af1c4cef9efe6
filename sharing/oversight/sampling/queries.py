"""Reads of the drawn searches: one Party's, for its auditors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.http import Http404

from cordillera import clock
from cordillera.access.decide import require
from cordillera.access.identity import Identity

from ..models import SearchCount, SearchReview

OPEN = Q(verdict__in=("", SearchReview.EXPLAIN))


def reviews(identity: Identity) -> QuerySet[SearchReview]:
    """What was drawn, those that wait longest first."""
    require(identity, "review.read")
    return SearchReview.objects.filter(party=identity.party).exclude(drawn="")


def shown(identity: Identity, show: str) -> QuerySet[SearchReview]:
    """`open`: the oldest first; `overdue`; `decided` and all: the newest first."""
    found = reviews(identity)
    if show == "decided":
        return found.exclude(OPEN).order_by("-decided_at", "id")
    if show == "all":
        return found.order_by("-at", "id")
    found = found.filter(OPEN).order_by("at", "id")
    return found.filter(at__lt=due_before()) if show == "overdue" else found


def one(identity: Identity, pk: UUID) -> SearchReview:
    found = reviews(identity).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def after(identity: Identity, review: SearchReview) -> SearchReview | None:
    """The next one that waits."""
    return shown(identity, "open").exclude(pk=review.pk).first()


def due_before() -> Any:
    return clock.now() - timedelta(days=settings.SEARCH_REVIEW_DAYS)


def waiting(identity: Identity) -> int:
    return shown(identity, "open").count()


def counts(identity: Identity) -> dict[str, int]:
    """(open, overdue) for the first page, in one query."""
    return (
        reviews(identity)
        .filter(OPEN)
        .aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(at__lt=due_before())))
    )


@dataclass(frozen=True, slots=True)
class Month:
    """One month of reviews. `share`: which part of the month's searches was drawn, in per cent."""

    month: date
    searches: int
    drawn: int
    reviewed: int
    overdue: int
    explain: int
    not_in_order: int

    @property
    def share(self) -> float:
        return 100 * self.drawn / self.searches if self.searches else 0.0


def months(identity: Identity, most: int = 12) -> list[Month]:
    """The last months, the present one first."""
    drawn = (
        reviews(identity)
        .order_by()
        .annotate(month=TruncMonth("at", tzinfo=UTC))
        .values("month")
        .annotate(
            drawn=Count("pk"),
            reviewed=Count("pk", filter=~OPEN),
            overdue=Count("pk", filter=OPEN & Q(at__lt=due_before())),
            explain=Count("pk", filter=Q(verdict=SearchReview.EXPLAIN)),
            bad=Count("pk", filter=Q(verdict=SearchReview.NOT_IN_ORDER)),
        )
    )
    by_month: dict[date, Any] = {row["month"].date(): row for row in drawn}
    counted = dict(
        SearchCount.objects.filter(party=identity.party).values_list("month", "searches")
    )
    found = sorted({*by_month, *counted}, reverse=True)[:most]
    return [_month(month, by_month.get(month, {}), counted.get(month, 0)) for month in found]


def _month(month: date, row: dict[str, Any], searches: int) -> Month:
    drawn = row.get("drawn", 0)
    return Month(
        month,
        searches + drawn,
        drawn,
        row.get("reviewed", 0),
        row.get("overdue", 0),
        row.get("explain", 0),
        row.get("bad", 0),
    )
