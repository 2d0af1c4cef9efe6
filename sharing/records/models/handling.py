"""What of the handling is enforced: a record carries it, and each of its versions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Handling(models.Model):
    """The handling columns that are enforced: who may see it."""

    audience = ArrayField(models.CharField(max_length=2), default=list)
    tlp = models.CharField(max_length=12, default="AMBER")
    named = ArrayField(models.UUIDField(), default=list)

    class Meta:
        abstract = True
