"""Decisions on a record: what one officer proposes and another one decides."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from cordillera.parties.models import Party

from .record import Record
from .version import Version


class Decision(models.Model):
    """A release, amendment or recall: proposed by one officer, decided by another."""

    RELEASE, AMEND, RECALL = "release", "amend", "recall"
    VERBS = [(v, v) for v in (RELEASE, AMEND, RECALL)]
    APPROVED, RETURNED, WITHDRAWN = "approved", "returned", "withdrawn"
    OUTCOMES = [(o, o) for o in (APPROVED, RETURNED, WITHDRAWN)]

    record = models.ForeignKey(Record, models.PROTECT, related_name="decisions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="decisions")
    originator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    verb = models.CharField(max_length=10, choices=VERBS)
    proposed_by = models.UUIDField()
    proposed_by_name = models.CharField(max_length=150)
    proposed_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(outcome=""), name="decision_one_open"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                # Only the node withdraws without an officer: when the record's time is over.
                | (Q(outcome="withdrawn") & Q(decided_at__isnull=False))
                | (~Q(outcome="") & Q(decided_by__isnull=False) & Q(decided_at__isnull=False)),
                name="decision_whole",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="approved") | ~Q(decided_by=F("proposed_by")),
                name="decision_four_eyes",
            ),
        ]
        indexes = [
            models.Index(fields=["originator", "outcome", "proposed_at"], name="decision_open")
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.record_id}"

    @property
    def involved(self) -> list[uuid.UUID]:
        """Who may not decide it: who proposed it, and who wrote what is to be released."""
        wrote = [] if self.verb == self.RECALL else self.version.authors
        return [self.proposed_by, *wrote]
