"""What reaches an officer: the Party's inbox, its outcomes, and each officer's notifications.

None of these tables copies what a record says beyond what a list is filtered by; titles are read
from the record itself, with the reader's own permissions. So a recall leaves nothing behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from cordillera import clock
from cordillera.access.identity import SUPERVISOR, Identity
from cordillera.parties.models import Officer, Party, Unit
from sharing.records import lifecycle
from sharing.records.models import Record

ACKNOWLEDGED, SIGHTED, NO_ACTION = "acknowledged", "sighted", "no_action"
REFERRED, SNOOZED = "referred", "snoozed"
OUTCOMES = [
    (ACKNOWLEDGED, pgettext_lazy("outcome", "Acknowledged")),
    (SIGHTED, pgettext_lazy("outcome", "Sighting reported")),
    (NO_ACTION, pgettext_lazy("outcome", "No action")),
    (REFERRED, pgettext_lazy("outcome", "Referred")),
    (SNOOZED, pgettext_lazy("outcome", "Snoozed")),
]


def open_record(record: Record | None) -> Record | None:
    """`record`, unless its time is over: the originator's officers still reach the row of a locked
    one, but what it says is shown to them no more than to anybody else."""
    return None if record is None or record.state in lifecycle.SHUT else record


class InboxQuerySet(models.QuerySet["InboxItem"]):
    def visible_to(self, identity: Identity) -> Any:
        """The Party's items; those of TLP:RED records only for the officers they name."""
        mine = self.filter(party_id=identity.party)
        if identity.node:
            return mine
        if not identity.reads:
            return mine.none()
        named = Q(named=None) | Q(named__contains=[identity.account])
        if SUPERVISOR in identity.roles:
            named |= Q(originator=identity.party)
        return mine.filter(named)

    def in_bulk_by_record(self, party: str, records: Iterable[uuid.UUID]) -> dict[Any, InboxItem]:
        found = self.filter(party_id=party, record__in=list(records))
        return {item.record_id: item for item in found}

    def open(self, moment: datetime | None = None) -> Any:
        """Without an outcome, or with a snooze that is over."""
        now = moment or clock.now()
        return self.filter(Q(outcome="") | Q(outcome=SNOOZED, snoozed_until__lte=now))


class Decided(models.Model):
    """What an officer decided about an item, who and when."""

    outcome = models.CharField(max_length=15, choices=OUTCOMES, blank=True)
    outcome_by = models.UUIDField(null=True, blank=True)
    outcome_by_name = models.CharField(max_length=150, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    outcome_note = models.TextField(blank=True)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+")
    assignee = models.ForeignKey(Officer, models.SET_NULL, null=True, blank=True, related_name="+")
    snoozed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class InboxItem(Decided):
    """One record in one Party's inbox, or the gravestone of a recalled one."""

    RELEASED, AMENDED, RECALLED, ANSWERED = "released", "amended", "recalled", "answered"
    CORRECTED = "corrected"
    VERBS = [
        (RELEASED, pgettext_lazy("news", "New")),
        (AMENDED, pgettext_lazy("news", "Amended")),
        (CORRECTED, pgettext_lazy("news", "Corrected")),
        (RECALLED, pgettext_lazy("news", "Recalled")),
        (ANSWERED, pgettext_lazy("news", "Answered")),
    ]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", db_index=False)
    # Nullable only so that joins are outer ones: a recalled record's row is not visible any more.
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=10, choices=VERBS)
    originator = models.CharField(max_length=2)
    kind = models.CharField(max_length=30)
    reference = models.CharField(max_length=30)
    named = ArrayField(models.UUIDField(), null=True, help_text="Only these officers (TLP:RED).")
    priority = models.CharField(max_length=10, blank=True)
    typology = ArrayField(models.CharField(max_length=40), default=list)
    places = ArrayField(models.CharField(max_length=10), default=list, help_text="UN/LOCODE.")
    arrived_at = models.DateTimeField()
    news_at = models.DateTimeField(help_text="When something last happened to it.")
    reopened_at = models.DateTimeField(help_text="Outcomes before this are history.")
    acknowledged_at = models.DateTimeField(null=True, blank=True, help_text="By this Party.")
    answers = models.PositiveIntegerField(default=0)
    answer_kind = models.CharField(max_length=30, blank=True, help_text="The latest answer's.")
    answer_party = models.CharField(max_length=2, blank=True)

    objects = InboxQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "record"], name="inbox_once"),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_by=None, outcome_at=None)
                | (~Q(outcome="") & Q(outcome_by__isnull=False) & Q(outcome_at__isnull=False)),
                name="inbox_outcome_whole",
            ),
            models.CheckConstraint(
                condition=~Q(verb="recalled")
                | Q(priority="", typology__len=0, places__len=0, answers=0),
                name="inbox_gravestone_is_bare",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "-news_at", "-id"], name="inbox_news"),
            models.Index(fields=["party", "outcome", "-news_at"], name="inbox_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.verb} {self.reference}"

    @property
    def record_pk(self) -> uuid.UUID:
        """The record's id, also where its row is not visible any more."""
        if self.record_id is None:
            raise LookupError("an item is about a record")
        return self.record_id

    @property
    def is_gravestone(self) -> bool:
        return self.verb == self.RECALLED or open_record(self.record) is None

    @property
    def is_open(self) -> bool:
        due = self.outcome == SNOOZED and self.snoozed_until and self.snoozed_until <= clock.now()
        return not self.outcome or bool(due)

    @property
    def is_own(self) -> bool:
        """Of the Party's own record: it is here because somebody answered it."""
        return self.originator == self.party_id


class Outcome(Decided):
    """The history of an item's outcomes; one that was undone says by whom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    item = models.ForeignKey(InboxItem, models.CASCADE, related_name="outcomes")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-outcome_at"]
        indexes = [models.Index(fields=["item", "-outcome_at"], name="outcome_history")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.item_id}"


class Notification(models.Model):
    """That something waits for one officer. What it is about is read when it is shown."""

    TOPICS = [
        ("released", pgettext_lazy("notification", "New record")),
        ("amended", pgettext_lazy("notification", "Amended")),
        ("corrected", pgettext_lazy("notification", "Corrected")),
        ("disputed", pgettext_lazy("notification", "Disputed")),
        ("ruled", pgettext_lazy("notification", "Dispute decided")),
        ("undisputed", pgettext_lazy("notification", "Dispute withdrawn")),
        ("dispute_due", pgettext_lazy("notification", "Dispute to decide")),
        ("recalled", pgettext_lazy("notification", "Recalled")),
        ("answered", pgettext_lazy("notification", "Answered")),
        ("referred", pgettext_lazy("notification", "Referred to you")),
        ("matched", pgettext_lazy("notification", "Fits your saved search")),
        ("approval", pgettext_lazy("notification", "Waits for approval")),
        ("approved", pgettext_lazy("notification", "Approved")),
        ("returned", pgettext_lazy("notification", "Returned to you")),
        ("review_due", pgettext_lazy("notification", "Review due")),
        ("expiry_due", pgettext_lazy("notification", "Expires soon")),
        ("expired", pgettext_lazy("notification", "Expired")),
        ("locked", pgettext_lazy("notification", "Locked")),
        ("comment_until", pgettext_lazy("notification", "Comments end soon")),
        ("effective", pgettext_lazy("notification", "Takes effect soon")),
        ("infected", pgettext_lazy("notification", "Harmful file destroyed")),
        ("watch", pgettext_lazy("notification", "Unusual use")),
        ("deletion_due", pgettext_lazy("notification", "Deleted soon")),
        ("hold_due", pgettext_lazy("notification", "Held back: look again")),
        ("log_finding", pgettext_lazy("notification", "Something is amiss with a log")),
        ("search_review", pgettext_lazy("notification", "Searches to review, overdue")),
        ("search_late", pgettext_lazy("notification", "Auditors are behind with searches")),
    ]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(Officer, models.CASCADE, related_name="+", db_index=False)
    topic = models.CharField(max_length=15, choices=TOPICS)
    record = models.ForeignKey(Record, models.PROTECT, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=30, blank=True)
    sender = models.CharField(max_length=2, blank=True, help_text="The Party it comes from.")
    detail = models.CharField(max_length=150, blank=True, help_text="The officer's own words.")
    due_on = models.DateField(null=True, blank=True)
    key = models.CharField(max_length=120, help_text="What makes it the same notification again.")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["officer", "key"], name="notified_once")]
        indexes = [
            models.Index(fields=["officer", "-created_at"], name="notification_officer"),
            models.Index(fields=["officer"], name="notification_unread", condition=Q(read_at=None)),
            models.Index(
                fields=["party", "created_at"],
                name="notification_to_mail",
                condition=Q(mailed_at=None, read_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.reference} for {self.officer_id}"


class Reach(models.Model):
    """Of which arrivals an officer wants to be notified. Everything stays in the inbox anyway."""

    ALL, PORT, URGENT, NONE = "all", "port", "urgent", "none"
    CHOICES = [
        (ALL, pgettext_lazy("reach", "All records that arrive")),
        (PORT, pgettext_lazy("reach", "Those that concern my port, and every urgent one")),
        (URGENT, pgettext_lazy("reach", "Only high and urgent ones")),
        (NONE, pgettext_lazy("reach", "None, except where I am named")),
    ]

    officer = models.OneToOneField(Officer, models.CASCADE, primary_key=True, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    reach = models.CharField(max_length=10, choices=CHOICES, default=PORT)

    def __str__(self) -> str:
        return f"{self.officer_id}: {self.reach}"
