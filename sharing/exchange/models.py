"""What a node keeps of the exchange: channels, what was sent through them, what came, receipts.

A channel has one end here and one at a remote Party's node. `party` on every row is the end that is
hosted here: row-level security reads it. Nothing sealed is stored: an envelope is made when it is
sent, and what was applied stands in the records.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Channel(models.Model):
    """The ordered stream of envelopes from one Party to one recipient.

    `settled` is the number up to which everything is done: receipted by the recipient where the
    sender is hosted here, applied where the recipient is. `chain` is the hash of the last manifest
    up to there.
    """

    party = models.CharField(max_length=2)
    sender = models.CharField(max_length=2)
    recipient = models.CharField(max_length=2)
    epoch = models.PositiveIntegerField(default=1)
    sequenced = models.BigIntegerField(default=0, help_text="The last number given (sender).")
    settled = models.BigIntegerField(default=0)
    chain = models.CharField(max_length=64, blank=True)
    manifest = models.TextField(
        blank=True,
        help_text="The batch under way: sent, perhaps, and not receipted. It is sent again as it "
        "was, for another one of the same numbers would be a second history.",
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by_name = models.CharField(max_length=150, blank=True)
    attempts = models.PositiveIntegerField(default=0, help_text="Failed ones since the last good.")
    failing_since = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=40, blank=True, help_text="A code of the protocol.")
    last_detail = models.CharField(max_length=300, blank=True)
    later_epochs = models.PositiveIntegerField(
        default=0, help_text="How often it moved on, unasked, to another epoch, since then."
    )
    later_since = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    last_receipt_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True, help_text="Last sign of life.")
    alerted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["sender", "recipient"]
        constraints = [
            models.UniqueConstraint(fields=["sender", "recipient"], name="channel_once"),
            models.CheckConstraint(
                condition=~Q(sender=models.F("recipient"))
                & (Q(party=models.F("sender")) | Q(party=models.F("recipient"))),
                name="channel_has_an_end_here",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.recipient}"

    @property
    def is_outbound(self) -> bool:
        return self.party == self.sender

    @property
    def remote(self) -> str:
        return self.recipient if self.is_outbound else self.sender


class Item(models.Model):
    """One numbered item of a channel, seen from either end."""

    VERSION, WITHDRAWAL, EXPIRY, REPORT = "version", "withdrawal", "expiry", "report"
    KEY, CHECKPOINT, READERS = "attachment-key", "checkpoint", "readers"
    TYPES = [(t, t) for t in (VERSION, WITHDRAWAL, EXPIRY, REPORT, KEY, CHECKPOINT, READERS)]
    QUEUED, APPLIED, WAITING, REFUSED = "", "applied", "waiting", "refused"
    OUTCOMES = [(o, o) for o in (APPLIED, WAITING, REFUSED)]

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="items", db_index=False)
    party = models.CharField(max_length=2)
    epoch = models.PositiveIntegerField()
    seq = models.BigIntegerField()
    type = models.CharField(max_length=20, choices=TYPES)
    record_id = models.UUIDField(null=True, blank=True)
    version_id = models.UUIDField(null=True, blank=True, help_text="Ours, for a version we send.")
    number = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=30, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    text = models.TextField(
        blank=True,
        help_text="The JWS, where it stands nowhere else: a statement, or an item that waits or was refused.",
    )
    created_at = models.DateTimeField(help_text="When it was decided (sender) or came (recipient).")
    sent_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    receipt = models.ForeignKey(
        "Receipt", models.SET_NULL, null=True, blank=True, related_name="items", db_index=False
    )
    settled_at = models.DateTimeField(null=True, blank=True, help_text="Receipted, or applied.")
    read_at = models.DateTimeField(null=True, blank=True, help_text="First opened there.")
    purged_at = models.DateTimeField(null=True, blank=True)
    purged = models.JSONField(null=True, blank=True, help_text="How many of what were removed.")

    class Meta:
        ordering = ["channel", "epoch", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "epoch", "seq"], name="item_once")
        ]
        indexes = [
            models.Index(fields=["record_id", "channel"], name="item_record"),
            models.Index(
                fields=["channel", "epoch", "seq"], name="item_open", condition=Q(outcome="")
            ),
            models.Index(
                fields=["channel", "outcome"],
                name="item_unsettled",
                condition=Q(outcome__in=("waiting", "refused")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id}/{self.epoch}/{self.seq} {self.type}"


class Receipt(models.Model):
    """A recipient's signed answer to an envelope: one that we gave, or one that we got."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="receipts")
    party = models.CharField(max_length=2)
    epoch = models.PositiveIntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    manifest = models.CharField(max_length=64, help_text="Hash of the manifest that it answers.")
    jws = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # After a rewind the same numbers are receipted again: another batch, another manifest.
            models.UniqueConstraint(
                fields=["channel", "epoch", "first", "manifest"], name="receipt_once"
            )
        ]
        indexes = [models.Index(fields=["manifest"], name="receipt_manifest")]

    def __str__(self) -> str:
        return f"{self.channel_id}/{self.epoch}/{self.first}-{self.last}"


class Report(models.Model):
    """What the originator is to learn of its record here; waits until it gets its number. `named`
    goes in a statement of its own, and only as long as the Party chooses to name its readers."""

    APPLIED, REFUSED, READ, PURGED = "applied", "refused", "read", "purged"
    NAMED = "named"
    EVENTS = [(e, e) for e in (APPLIED, REFUSED, READ, PURGED, NAMED)]

    party = models.CharField(max_length=2, help_text="Who reports.")
    originator = models.CharField(max_length=2, help_text="To whom.")
    record_id = models.UUIDField()
    number = models.PositiveIntegerField()
    event = models.CharField(max_length=10, choices=EVENTS)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()
    item = models.ForeignKey(Item, models.SET_NULL, null=True, blank=True, related_name="reports")

    class Meta:
        indexes = [
            models.Index(
                fields=["party", "originator", "id"],
                name="report_waiting",
                condition=Q(item=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.event} {self.record_id}"
