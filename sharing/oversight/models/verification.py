"""One verification of the node's log, asked for by an auditor: how far it is, and what came of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from cordillera.parties.models import Party


class Verification(models.Model):
    """One runs at a time on a node. `outcome` holds codes and numbers, no sentences: it is read in
    every language."""

    RUNNING, DONE, CANCELLED, FAILED = "running", "done", "cancelled", "failed"
    STATES = (RUNNING, DONE, CANCELLED, FAILED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    asked_by = models.UUIDField(help_text="Account of the auditor.")
    asked_name = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, default=RUNNING, choices=[(s, s) for s in STATES])
    note = models.TextField(blank=True, help_text="The checkpoint that it works under.")
    frontier = models.JSONField(default=dict, help_text="Of the tree, as far as it was read.")
    checked = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    steps = models.IntegerField(default=0)
    touched_at = models.DateTimeField(help_text="When the last step ended.")
    ended_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="verification_one_running"
            ),
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None)
                | (~Q(state="running") & Q(ended_at__isnull=False)),
                name="verification_ended",
            ),
        ]
        indexes = [models.Index(fields=["party", "-asked_at"], name="verification_latest")]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def is_running(self) -> bool:
        return self.state == self.RUNNING

    @property
    def faults(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.outcome.get("faults", [])
        return found

    @property
    def fault_count(self) -> int:
        return int(self.outcome.get("fault_count", 0))

    @property
    def is_good(self) -> bool:
        return self.state == self.DONE and not self.fault_count
