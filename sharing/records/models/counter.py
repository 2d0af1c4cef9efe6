"""The numbers in references."""

from __future__ import annotations

from django.db import models

from cordillera.parties.models import Party


class Counter(models.Model):
    """The last number given per Party, kind and year; locked while one is taken, so no gaps."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "kind", "year"], name="counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.kind} {self.year}: {self.last}"
