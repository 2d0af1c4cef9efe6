"""A record's files: what is known of them, and which chunks are here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from . import sealed


class Attachment(models.Model):
    """A file of a record. It appears in the versions from `since` up to before `until`. Its id is
    the originator's, as the record's is."""

    UPLOADING, ARRIVING, QUARANTINED = "uploading", "arriving", "quarantined"
    READY, REFUSED, PURGED = "ready", "refused", "purged"
    STATES = [(s, s) for s in (UPLOADING, ARRIVING, QUARANTINED, READY, REFUSED, PURGED)]

    id = models.UUIDField(primary_key=True, editable=False)
    record = models.ForeignKey("records.Record", models.PROTECT, related_name="attachments")
    since = models.PositiveIntegerField(help_text="The first version that has it.")
    until = models.PositiveIntegerField(null=True, help_text="The first that has it no more.")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=43, blank=True, help_text="Of the content, base64url.")
    state = models.CharField(max_length=12, choices=STATES, default=UPLOADING)
    reason = models.CharField(max_length=40, blank=True, help_text="Why it was refused or waits.")
    detail = models.CharField(max_length=200, blank=True)
    sealed_key = models.BinaryField(null=True, help_text="Under the key-encryption key.")
    added_by = models.UUIDField(null=True, help_text="Our own officer; never told to others.")
    added_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0, help_text="Failed ones to fetch or scan it.")
    next_try_at = models.DateTimeField(null=True)
    admitted_at = models.DateTimeField(
        null=True, help_text="Since when it has room, while it arrives."
    )
    told_waiting = models.JSONField(
        default=dict,
        help_text="While it waits for room: Party hosted here -> the version that it told of it.",
    )
    erased_at = models.DateTimeField(null=True, help_text="When its bytes were gone.")

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=sealed.LARGEST_FILE), name="attachment_size"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("refused", "purged")) | Q(sealed_key=None),
                name="attachment_gone_without_key",
            ),
        ]
        indexes = [
            models.Index(fields=["record"], name="attachment_record"),
            models.Index(
                fields=["state", "next_try_at"],
                name="attachment_work",
                condition=Q(state__in=("arriving", "quarantined"))
                | Q(state__in=("refused", "purged"), erased_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.name}"

    @property
    def chunk_count(self) -> int:
        return sealed.count(self.size)


class Chunk(models.Model):
    """A sealed chunk that lies in the storage."""

    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the sealed bytes, in hex.")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["attachment", "number"], name="chunk_once")]

    def __str__(self) -> str:
        return f"{self.attachment_id} {self.number}"
