"""What falls due, what is held back from deletion, and what was deleted."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from cordillera.access.decide import VisibleQuerySet
from cordillera.parties.models import Party


class RetentionQuerySet(VisibleQuerySet):
    read_permission = "retention.read"


class Falling(models.Model):
    """A record as auditors see it in force: a view of the database without a word of what it says.

    The Party's own released records, deleted ones included, and those of other Parties that it
    holds; for the Party's auditors and its node.
    """

    id = models.UUIDField(primary_key=True)
    reference = models.CharField(max_length=30)
    kind = models.CharField(max_length=30)
    originator = models.CharField(max_length=2)
    state = models.CharField(max_length=12)
    tlp = models.CharField(max_length=12)
    is_answer = models.BooleanField()
    released_at = models.DateTimeField()
    review_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    recalled_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    own_answers = models.IntegerField(help_text="The own Party's answers to it.")

    class Meta:
        managed = False
        db_table = "oversight_falling"

    def __str__(self) -> str:
        return self.reference


class Hold(models.Model):
    """A locked record that is not deleted, by an auditor's word, until he lets it go."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    record_id = models.UUIDField()
    reference = models.CharField(max_length=30)
    kind = models.CharField(max_length=30)
    reason = models.TextField()
    review_on = models.DateField(help_text="When an auditor looks at it again.")
    held_at = models.DateTimeField()
    held_by = models.UUIDField()
    held_by_name = models.CharField(max_length=150)
    let_go_at = models.DateTimeField(null=True, blank=True)
    let_go_by = models.UUIDField(null=True, blank=True)
    let_go_by_name = models.CharField(max_length=150, blank=True)
    let_go_because = models.TextField(blank=True)

    objects = RetentionQuerySet.as_manager()

    class Meta:
        ordering = ["review_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["record_id"], condition=Q(let_go_at=None), name="hold_one_open"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_reason"),
            models.CheckConstraint(
                condition=Q(let_go_at=None, let_go_by=None, let_go_because="")
                | (Q(let_go_at__isnull=False, let_go_by__isnull=False) & ~Q(let_go_because="")),
                name="hold_let_go_whole",
            ),
        ]
        indexes = [models.Index(fields=["party", "let_go_at", "review_on"], name="hold_open")]

    def __str__(self) -> str:
        return f"hold of {self.reference}"


class Deletion(models.Model):
    """That a record was deleted: by which rule, what went, and which entry of the log proves it."""

    UNREVIEWED, EXPIRED, RECALLED = "unreviewed", "expired", "recalled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    record_id = models.UUIDField(unique=True)
    reference = models.CharField(max_length=30)
    kind = models.CharField(max_length=30)
    rule = models.CharField(max_length=12)
    released_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField()
    days_locked = models.PositiveIntegerField(help_text="For how long the rule locks it first.")
    removed = models.JSONField(default=dict, help_text="How many of what.")
    entry = models.UUIDField(help_text="Of the log.")

    objects = RetentionQuerySet.as_manager()

    class Meta:
        ordering = ["-deleted_at"]
        indexes = [models.Index(fields=["party", "-deleted_at"], name="deletion_latest")]

    def __str__(self) -> str:
        return f"deletion of {self.reference}"
