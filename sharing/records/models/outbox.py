"""What a decision means for each recipient Party."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from cordillera.events.models import TransactionId, Xid8Field


class OutboxRow(models.Model):
    """One decision's consequence for one recipient Party, written in the decision's transaction."""

    RELEASED, AMENDED, EXPIRED, RECALLED = "released", "amended", "expired", "recalled"
    VERBS = [(v, v) for v in (RELEASED, AMENDED, EXPIRED, RECALLED)]

    record_id = models.UUIDField()
    version_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=30)
    about_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=10, choices=VERBS)
    sender = models.CharField(max_length=2)
    recipient = models.CharField(max_length=2)
    named = ArrayField(models.UUIDField(), null=True, help_text="Only these officers (TLP:RED).")
    created_at = models.DateTimeField(db_default=Now())
    arrived_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when it is not to arrive: what it answers was refused for the recipient or"
        " taken from it. Should that come after all, this does too.",
    )
    seq = models.BigIntegerField(
        null=True, blank=True, help_text="Its number in the channel to a remote recipient."
    )
    xid = Xid8Field(db_default=TransactionId())

    class Meta:
        indexes = [
            models.Index(
                fields=["recipient", "id"],
                name="outbox_waits",
                condition=Q(arrived_at=None, ended_at=None),
            ),
            models.Index(
                fields=["recipient", "about_id"],
                name="outbox_ended",
                condition=Q(ended_at__isnull=False),
            ),
            models.Index(
                fields=["sender", "recipient", "seq", "id"],
                name="outbox_channel",
                condition=Q(arrived_at=None),
            ),
            models.Index(fields=["recipient", "xid", "id"], name="outbox_cursor"),
            models.Index(fields=["record_id"], name="outbox_record"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.record_id} to {self.recipient}"
