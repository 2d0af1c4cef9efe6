"""Searches drawn for review by the Party's auditors.

A line is written for every search, so that one that is drawn costs its officer no more time than one
that is not; the others are counted and removed by the next sweep. The officer sees none of them.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from cordillera import clock


class SearchReview(models.Model):
    """What an officer searched for, and what an auditor of his Party says of it."""

    SAMPLE, PERSON = "sample", "person"
    REASONS = [
        (SAMPLE, pgettext_lazy("drawn because", "drawn by lot")),
        (PERSON, pgettext_lazy("drawn because", "person without a record")),
    ]
    IN_ORDER, EXPLAIN, NOT_IN_ORDER = "in_order", "explain", "not_in_order"
    VERDICTS = [
        (IN_ORDER, pgettext_lazy("verdict", "In order")),
        (EXPLAIN, pgettext_lazy("verdict", "Needs explanation")),
        (NOT_IN_ORDER, pgettext_lazy("verdict", "Not in order")),
    ]
    #: Whoever gave one of these has ended the review.
    FINAL = (IN_ORDER, NOT_IN_ORDER)
    VIAS = [
        ("page", pgettext_lazy("searched", "search page")),
        ("jump", pgettext_lazy("searched", "quick jump")),
        ("export", pgettext_lazy("searched", "spreadsheet")),
        ("api", pgettext_lazy("searched", "program")),
        ("saved", pgettext_lazy("searched", "saved search")),
    ]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.CharField(max_length=2)
    drawn = models.CharField(max_length=10, choices=REASONS, blank=True)
    key = models.CharField(max_length=64, help_text="The same question of the same day is one.")
    officer = models.UUIDField()
    officer_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    via = models.CharField(max_length=10, choices=VIAS)
    text = models.CharField(max_length=200, blank=True)
    filters = models.JSONField(default=dict)
    purpose = models.CharField(max_length=40, blank=True)
    record = models.CharField(max_length=40, blank=True, help_text="The open record behind it.")
    found = models.PositiveIntegerField()
    persons = models.PositiveIntegerField(default=0)
    entry = models.CharField(max_length=36, help_text="The search's entry in the log.")
    verdict = models.CharField(max_length=15, choices=VERDICTS, blank=True)
    note = models.TextField(blank=True)
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "key"], name="search_review_once"),
            models.CheckConstraint(
                condition=Q(verdict="", decided_by=None, decided_at=None)
                | (~Q(verdict="") & Q(decided_by__isnull=False) & Q(decided_at__isnull=False)),
                name="search_review_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("officer")),
                name="search_review_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "-at", "id"], name="search_review_newest"),
            models.Index(
                fields=["party", "at"],
                name="search_review_open",
                condition=Q(verdict__in=("", "explain")) & ~Q(drawn=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.drawn} {self.at:%Y-%m-%d}"

    @property
    def party_id(self) -> str:
        """As the policy asks for it."""
        return self.party

    @property
    def is_open(self) -> bool:
        return self.verdict not in self.FINAL

    @property
    def due_at(self) -> datetime:
        return self.at + timedelta(days=settings.SEARCH_REVIEW_DAYS)

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at < clock.now()


class SearchCount(models.Model):
    """How many searches a Party made in a month: of these the drawn ones are a part."""

    party = models.CharField(max_length=2)
    month = models.DateField()
    searches = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "month"], name="search_count_once")]

    def __str__(self) -> str:
        return f"{self.party} {self.month:%Y-%m}: {self.searches}"
