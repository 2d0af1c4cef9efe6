"""The disclosure ledger: to whom a record went, when, for what, and who read it.

Its lines are text without foreign keys, so that they outlive the record; they never hold a title or
anything that the record says. Nobody changes a line, and the database deletes none that is younger
than the years for which it is kept (migrations).
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: All but those that make up most of a ledger.
RARE = "refused printed downloaded expired recalled narrowed locked withdrawn purged".split()


class Disclosure(models.Model):
    """One thing that happened to a record between two Parties, as one of them keeps it.

    Of a TLP:RED record a line tells that, when and with whom; purpose, legal basis and officers'
    names stay empty.
    """

    GIVEN, RECEIVED = "given", "received"
    DIRECTIONS = [
        (GIVEN, pgettext_lazy("direction", "Given")),
        (RECEIVED, pgettext_lazy("direction", "Received")),
    ]
    RELEASED, AMENDED, EXPIRED = "released", "amended", "expired"
    RECALLED, NARROWED, LOCKED = "recalled", "narrowed", "locked"
    DELIVERED, REFUSED = "delivered", "refused"
    WITHDRAWN, PURGED = "withdrawn", "purged"
    READ, PRINTED, DOWNLOADED = "read", "printed", "downloaded"
    EVENTS = [
        (RELEASED, pgettext_lazy("disclosure", "Released")),
        (AMENDED, pgettext_lazy("disclosure", "Amended")),
        (DELIVERED, pgettext_lazy("disclosure", "Delivered")),
        (REFUSED, pgettext_lazy("disclosure", "Refused there")),
        (READ, pgettext_lazy("disclosure", "Read")),
        (PRINTED, pgettext_lazy("disclosure", "Printed")),
        (DOWNLOADED, pgettext_lazy("disclosure", "Downloaded")),
        (EXPIRED, pgettext_lazy("disclosure", "Expired")),
        (RECALLED, pgettext_lazy("disclosure", "Recalled")),
        (NARROWED, pgettext_lazy("disclosure", "Taken out of the audience")),
        (LOCKED, pgettext_lazy("disclosure", "Locked")),
        (WITHDRAWN, pgettext_lazy("disclosure", "Withdrawn there")),
        (PURGED, pgettext_lazy("disclosure", "Purged there")),
    ]
    #: With these a Party gets something that it did not have.
    DISCLOSING = (RELEASED, AMENDED)

    party = models.CharField(max_length=2, help_text="Whose ledger it is.")
    direction = models.CharField(max_length=10, choices=DIRECTIONS)
    event = models.CharField(max_length=12, choices=EVENTS)
    other = models.CharField(max_length=2, help_text="To whom it went, or from whom it came.")
    at = models.DateTimeField()
    written_at = models.DateTimeField(db_default=Now())
    record_id = models.UUIDField()
    reference = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=30, blank=True)
    red = models.BooleanField(default=False)
    number = models.PositiveIntegerField(null=True)
    purpose = models.CharField(max_length=40, blank=True)
    basis = ArrayField(models.CharField(max_length=40), default=list)
    proposed_by = models.CharField(max_length=150, blank=True)
    approved_by = models.CharField(max_length=150, blank=True)
    reader = models.CharField(max_length=150, blank=True, help_text="Of the own Party.")
    times = models.PositiveIntegerField(null=True, help_text="Read there so often, in all.")
    officers = models.PositiveIntegerField(null=True, help_text="By so many officers.")
    reason = models.CharField(max_length=40, blank=True, help_text="A code of the protocol.")
    xid = models.BigIntegerField(
        db_default=0, editable=False, help_text="Of the transaction; the database sets it."
    )

    class Meta:
        indexes = [
            models.Index(fields=["party", "xid"], name="ledger_transaction"),
            models.Index(
                fields=["party", "event", "-at", "-id"],
                name="ledger_rare_event",
                condition=models.Q(event__in=RARE),
            ),
            models.Index(fields=["party", "-at", "-id"], name="ledger_newest"),
            models.Index(fields=["party", "reference", "-at"], name="ledger_reference"),
            models.Index(fields=["party", "record_id", "-id"], name="ledger_record"),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.direction} {self.event} {self.reference}"


class LedgerExport(models.Model):
    """An export that is made in the background: what was asked, how far it is, and the file."""

    CSV, PDF = "csv", "pdf"
    FORMATS = [(CSV, "CSV"), (PDF, "PDF")]
    WAITING, DONE, FAILED = "waiting", "done", "failed"
    STATES = [(WAITING, _("being made")), (DONE, _("ready")), (FAILED, _("failed"))]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.CharField(max_length=2)
    account = models.UUIDField(help_text="The auditor who asked for it, and who gets it.")
    name = models.CharField(max_length=150)
    language = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=60)
    format = models.CharField(max_length=3, choices=FORMATS)
    question = models.JSONField(default=dict)
    upto = models.BigIntegerField(help_text="Lines written later are not in it.")
    snapshot = models.TextField(blank=True, help_text="Lines that it does not show are not in it.")
    restored = models.BigIntegerField(
        default=0, help_text="Up to here lines came with a dump of the database; they are in it."
    )
    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    content = models.BinaryField(null=True)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.party} {self.format} {self.state}"

    @property
    def percent(self) -> int:
        return 100 if not self.total else min(100, self.done * 100 // self.total)


class LedgerTotal(models.Model):
    """What passed with each Party, in sums: of all lines, or of those that a supervisor sees."""

    party = models.CharField(max_length=2)
    whole = models.BooleanField(help_text="With what came for named officers alone.")
    cluster = models.BigIntegerField(
        default=0, help_text="PostgreSQL's system identifier, whose transactions are meant."
    )
    base = models.BigIntegerField(help_text="Lines up to this id are in the sums;")
    upto = models.BigIntegerField(help_text="and those of transactions before this one.")
    sums = models.JSONField(help_text="By Party: given, received, opened there, opened here.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "whole"], name="ledger_total_once")]

    def __str__(self) -> str:
        return f"{self.party} up to {self.upto}"
