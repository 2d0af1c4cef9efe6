"""Thin live events: that something changed, for whom; never what."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class TransactionId(models.Func):
    """The present transaction's 64-bit id."""

    template = "pg_current_xact_id()"
    output_field = models.BigIntegerField()


class Xid8Field(models.BigIntegerField):
    def db_type(self, connection: object) -> str:
        return "xid8"


class Event(models.Model):
    """One change that `party`'s officers may hear of; `named` narrows it to some of them.

    Readers go forward by (xid, id) among rows whose transaction ended before every running one:
    serial ids alone become visible out of order, and a reader would skip some.
    """

    party = models.CharField(max_length=2)
    topic = models.CharField(max_length=30)
    thing = models.CharField(max_length=40, blank=True)
    named = ArrayField(models.UUIDField(), null=True)
    at = models.DateTimeField(db_default=Now())
    xid = Xid8Field(db_default=TransactionId())

    class Meta:
        indexes = [models.Index(fields=["party", "xid", "id"], name="event_party_cursor")]

    def __str__(self) -> str:
        return f"{self.party} {self.topic} {self.thing}"
