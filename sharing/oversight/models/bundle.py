"""A signed bundle of the log that an auditor asked for and that is made in the background."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Bundle(models.Model):
    """Whose entries, of which places of the tree; how far it is; and how large the file became.

    The file lies in Django's default storage. It is its asker's alone, and goes when its days are
    over.
    """

    WAITING, MAKING, DONE = "waiting", "making", "done"
    CANCELLED, FAILED, FULL = "cancelled", "failed", "full"
    STATES = [
        (WAITING, _("waits for its turn")),
        (MAKING, _("being made")),
        (DONE, _("ready")),
        (CANCELLED, _("cancelled")),
        (FAILED, _("failed")),
        (FULL, _("too large")),
    ]
    OPEN = (WAITING, MAKING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.CharField(max_length=2)
    account = models.UUIDField(help_text="The auditor who asked for it, and who gets it.")
    name = models.CharField(max_length=150)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    first = models.BigIntegerField()
    end = models.BigIntegerField()
    own = models.BigIntegerField(help_text="Entries of the Party in it.")
    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    stored_as = models.CharField(max_length=200, blank=True)
    bytes = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state__in=("waiting", "making")),
                name="bundle_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="done") ^ Q(stored_as=""), name="bundle_stored_when_done"
            ),
        ]
        indexes = [models.Index(fields=["party", "state"], name="bundle_open")]

    def __str__(self) -> str:
        return f"{self.party} {self.first}-{self.end} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def places(self) -> int:
        return self.end - self.first
