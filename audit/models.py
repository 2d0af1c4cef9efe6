"""The append-only log: text without foreign keys, so that it outlives what it speaks of."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class Entry(models.Model):
    """One line of the log. `party` is the Party in whose name it was done, and whose log it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_default=Now())
    tag = models.CharField(max_length=60, help_text="subject:verb, as record:release")
    party = models.CharField(max_length=2, blank=True)
    actor = models.CharField(max_length=36, blank=True, help_text="Account id; empty for the node.")
    actor_name = models.CharField(max_length=150, blank=True)
    about = models.CharField(max_length=100, blank=True, help_text="Id or reference.")
    purpose = models.CharField(max_length=300, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["party", "-at"], name="entry_party_at"),
            models.Index(fields=["about", "-at"], name="entry_about_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.tag} {self.about}"
