"""The watch over unusual use: what it found, by which thresholds, and how far it has read."""

from __future__ import annotations

import uuid
from datetime import time
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from cordillera.access.decide import VisibleQuerySet
from cordillera.parties.models import Party, Unit

WORKDAYS = [0, 1, 2, 3, 4]


class WatchQuerySet(VisibleQuerySet):
    read_permission = "watch.read"

    def visible_to(self, identity: Any) -> Any:
        """Those of the own Party, without what is about oneself."""
        return super().visible_to(identity).exclude(officer=identity.account)


def workdays() -> list[int]:
    return list(WORKDAYS)


class Hours(models.Model):
    """When work is usual: from, to, and on which days (0 is Monday)."""

    opens_at = models.TimeField(default=time(6))
    closes_at = models.TimeField(default=time(20))
    days = ArrayField(models.PositiveSmallIntegerField(), default=workdays)

    class Meta:
        abstract = True


class Thresholds(Hours):
    """From what on the Party's auditors want to be told. A Party without a row has the defaults."""

    party = models.OneToOneField(Party, models.PROTECT, primary_key=True, related_name="+")
    per_hour = models.PositiveIntegerField(default=40)
    per_day = models.PositiveIntegerField(default=120)
    usual_factor = models.PositiveIntegerField(default=3)
    usual_least = models.PositiveIntegerField(default=20)
    out_of_hours = models.PositiveIntegerField(default=10)
    off_subject = models.PositiveIntegerField(default=15)
    refusals = models.PositiveIntegerField(default=5)
    refusal_minutes = models.PositiveIntegerField(default=10)
    system_per_hour = models.PositiveIntegerField(default=1000)
    system_per_day = models.PositiveIntegerField(default=5000)
    set_at = models.DateTimeField(null=True)
    set_by_name = models.CharField(max_length=150, blank=True)

    def __str__(self) -> str:
        return f"thresholds of {self.party_id}"


class UnitHours(Hours):
    """A unit whose hours are not the Party's: another time zone, shifts, or day and night."""

    unit = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    time_zone = models.CharField(max_length=64)
    always = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"hours of {self.unit_id}"


class Watched(models.Model):
    """From which index of the log on the Party's entries have not been looked at."""

    party = models.OneToOneField(Party, models.PROTECT, primary_key=True, related_name="+")
    index = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.party_id} from {self.index}"


class Notice(models.Model):
    """Unusual use by one officer, for the auditors of his own Party. Says nothing of records but
    which entries of the log speak of them."""

    HOUR, DAY, USUAL = "hour", "day", "usual"
    HOURS, SUBJECT, REFUSED = "hours", "subject", "refused"
    RULES = [
        (HOUR, pgettext_lazy("watch", "Many records in an hour")),
        (DAY, pgettext_lazy("watch", "Many records in a day")),
        (USUAL, pgettext_lazy("watch", "Many more than usual")),
        (HOURS, pgettext_lazy("watch", "Out of hours")),
        (SUBJECT, pgettext_lazy("watch", "Outside the unit’s subjects")),
        (REFUSED, pgettext_lazy("watch", "Refused in series")),
    ]
    EXPLAINED, TALKED, PASSED_ON = "explained", "talked", "passed_on"
    OUTCOMES = [
        (EXPLAINED, pgettext_lazy("watch", "Explained")),
        (TALKED, pgettext_lazy("watch", "Talked to")),
        (PASSED_ON, pgettext_lazy("watch", "Passed on")),
    ]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=10, choices=RULES)
    officer = models.UUIDField()
    officer_name = models.CharField(max_length=150)
    begins_at = models.DateTimeField(help_text="Of the first entry.")
    ends_at = models.DateTimeField(help_text="Of the last entry.")
    count = models.PositiveIntegerField(help_text="The most that was found at once.")
    limit = models.PositiveIntegerField(help_text="What it exceeded.")
    entries = ArrayField(models.UUIDField(), help_text="Of the log; the first few hundred.")
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.UUIDField(null=True, blank=True)
    closed_by_name = models.CharField(max_length=150, blank=True)
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    note = models.TextField(blank=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "rule"], condition=Q(outcome=""), name="notice_one_open"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None, closed_by=None, note="")
                | (
                    ~Q(outcome="")
                    & ~Q(note="")
                    & Q(closed_at__isnull=False, closed_by__isnull=False)
                ),
                name="notice_closed_whole",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | ~Q(closed_by=models.F("officer")),
                name="notice_not_closed_by_himself",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "outcome", "-ends_at"], name="notice_open"),
            models.Index(fields=["officer", "rule", "-closed_at"], name="notice_settled"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.officer}"
