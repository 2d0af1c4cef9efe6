"""The versions of a record: drafts, and what was signed and released."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cordillera.parties.models import Party, PartyKey

from .. import lifecycle
from .handling import Handling
from .record import Record


class Version(Handling):
    """One state of a record. Once released: immutable, exact bytes with the Party's signature."""

    DRAFT, IN_REVIEW, RELEASED = "draft", "in_review", "released"
    SUPERSEDED, DISCARDED = "superseded", "discarded"
    STATES = [(s, s) for s in (DRAFT, IN_REVIEW, RELEASED, SUPERSEDED, DISCARDED)]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="versions", db_index=False)
    kind = models.CharField(max_length=30)
    originator = models.ForeignKey(Party, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=STATES, default=DRAFT)
    body = models.JSONField(default=dict)
    handling = models.JSONField(default=dict)
    authors = ArrayField(
        models.UUIDField(), default=list, help_text="Every account that wrote in it."
    )
    revision = models.PositiveIntegerField(default=1, help_text="Counts saves; the ETag.")
    single_handed = models.BooleanField(default=False, help_text="An answer: one officer suffices.")
    approved_by = models.UUIDField(null=True, blank=True)
    jws = models.TextField(blank=True, help_text="Compact JWS: the exact signed bytes.")
    key = models.ForeignKey(
        PartyKey, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=150, blank=True, help_text="Who saved last, by name.")
    released_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(
        null=True, blank=True, help_text="When it came from another node; null for our own."
    )
    brought_to = ArrayField(
        models.CharField(max_length=2),
        default=list,
        db_default=[],
        help_text="The Parties hosted here whose own channel has brought it.",
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(state__in=("draft", "in_review")),
                name="version_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("released", "superseded"))
                | (Q(key__isnull=False) & Q(released_at__isnull=False) & ~Q(jws="")),
                name="version_released_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(single_handed=False) | Q(kind__in=lifecycle.SINGLE_HANDED_KINDS),
                name="version_single_handed_answers",
            ),
            # Who wrote and approved it stays at the originator's home.
            models.CheckConstraint(
                condition=Q(received_at=None) | Q(authors=[], approved_by=None),
                name="version_received_without_names",
            ),
            models.CheckConstraint(
                condition=Q(brought_to__contained_by=F("audience")),
                name="version_brought_to_readers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.number}"

    @property
    def etag(self) -> str:
        return f'"{self.number}.{self.revision}"'

    @property
    def standing(self) -> str:
        """Its state. A received one keeps its own, since some Party here may still stand on it, and
        whether it is superseded is told from the record as the reader sees it."""
        if self.received_at and self.record.current_id != self.pk:
            return self.SUPERSEDED
        return self.state
