"""Who opened a record: each officer here, and how many of another Party."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q, Value

from .record import Record


class Reading(models.Model):
    """How often one officer opened a record of another Party; his own Party's business, unless it
    chooses to name him to that Party."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    party = models.CharField(max_length=2)
    officer = models.UUIDField()
    number = models.PositiveIntegerField(help_text="The newest version that he opened.")
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    named_at = models.DateTimeField(
        null=True, help_text="When he last opened it while nothing of it was TLP:RED."
    )
    tallied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "officer"], name="reading_once")]
        indexes = [
            models.Index(fields=["party", "id"], name="reading_new", condition=Q(tallied_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.times}"


class Readership(models.Model):
    """How often and by how many officers of a Party a record was opened.

    `readers` are those whom that Party chose to name to the originator, the latest first: objects of
    `name`, `unit` and `at`, the last opening.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="readership")
    party = models.CharField(max_length=2)
    number = models.PositiveIntegerField()
    times = models.PositiveIntegerField()
    officers = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    readers = models.JSONField(default=list, db_default=Value([], models.JSONField()))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "party"], name="readership_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.party}: {self.times}"

    @property
    def named(self) -> list[dict[str, Any]]:
        """The readers, each `at` as a moment."""
        return [{**one, "at": datetime.fromisoformat(one["at"])} for one in self.readers]
