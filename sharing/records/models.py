"""Records, their versions, the decisions on them, and the outbox.

A record's row carries the projection of its version in force (or of the draft, as long as none is):
what lists sort by and what row-level security reads. The signed bytes in `Version.jws` are the
truth. The database itself holds four eyes and immutability; see migrations/0002. A column that another
index begins with has none of its own: each one is paid for with every version that comes.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now
from django.utils import translation
from django.utils.functional import cached_property

from cordillera.access.decide import VisibleQuerySet
from cordillera.events.models import TransactionId, Xid8Field
from cordillera.parties.models import Party, PartyKey, Unit

from . import lifecycle


class Handling(models.Model):
    """The handling columns that are enforced: who may see it."""

    audience = ArrayField(models.CharField(max_length=2), default=list)
    tlp = models.CharField(max_length=12, default="AMBER")
    named = ArrayField(models.UUIDField(), default=list)

    class Meta:
        abstract = True


class Record(Handling):
    """One shared thing, of a kind. Its id is its originator's: `crypto.ids.new(party)`.

    `behind` is empty here. A Party hosted here that was not brought what others here were has a row
    of its own instead, which it alone sees: brought.py.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    reference = models.CharField(max_length=30, null=True, blank=True, unique=True)
    kind = models.CharField(max_length=30)
    originator = models.ForeignKey(Party, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+")
    unit_name = models.CharField(
        max_length=200, blank=True, help_text="The unit as it was called; remote ones have no row."
    )
    about = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="answers", db_index=False
    )
    state = models.CharField(max_length=12, choices=lifecycle.STATES, default="draft")
    current = models.ForeignKey(
        "Version", models.PROTECT, null=True, blank=True, related_name="+", help_text="In force."
    )
    pending = models.ForeignKey(
        "Version", models.PROTECT, null=True, blank=True, related_name="+", help_text="Open draft."
    )
    title = models.JSONField(default=dict, help_text="By language: en, es, fr.")
    summary = models.TextField(blank=True)
    original_language = models.CharField(max_length=2, default="en")
    priority = models.CharField(max_length=10, blank=True)
    typology = ArrayField(models.CharField(max_length=40), default=list)
    contains = ArrayField(models.CharField(max_length=40), default=list)
    featured = models.JSONField(default=dict, help_text="What lists show, by field path.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    comment_until = models.DateField(null=True, blank=True)
    recalled_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    behind = models.CharField(
        max_length=2, blank=True, default="", db_default="", help_text="Whose own row it is."
    )

    withheld = ArrayField(
        models.CharField(max_length=2),
        default=list,
        db_default=[],
        help_text="Of its version's audience, the Parties hosted here who do not see this row; the"
        " database keeps it.",
    )

    objects = VisibleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(F("released_at").desc(nulls_last=True), "id", name="record_released"),
            models.Index(fields=["kind", "-released_at"], name="record_kind_released"),
            models.Index(fields=["originator", "state", "-updated_at"], name="record_own_state"),
            models.Index(fields=["about", "released_at"], name="record_about"),
            models.Index(
                fields=["effective_on"],
                name="record_effective",
                condition=Q(effective_on__isnull=False),
            ),
            models.Index(fields=["review_on"], name="record_review"),
            models.Index(fields=["expires_on"], name="record_expires"),
            GinIndex(fields=["audience"], name="record_audience"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=lifecycle.BEFORE_RELEASE)
                | Q(state="deleted")
                | (
                    Q(reference__isnull=False)
                    & Q(current__isnull=False)
                    & Q(released_at__isnull=False)
                ),
                name="record_released_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or f"{self.kind} {self.pk}"

    @property
    def released_to(self) -> list[str]:
        """The Parties that its version names: what a reader is told. Which of them were brought it, if
        they are hosted here, is their own business."""
        return sorted([*self.audience, *self.withheld])

    @cached_property
    def is_disputed(self) -> bool:
        """Whether a dispute of it is open, as far as the session sees; `disputes.mark` sets it for
        whole lists."""
        from .disputes import disputed_among

        return self.pk in disputed_among([self.pk])

    @property
    def display_title(self) -> str:
        """The title in the reader's language, else in the original one, else any."""
        language = (translation.get_language() or "en")[:2]
        for wanted in (language, self.original_language, "en", "es", "fr"):
            if text := self.title.get(wanted):
                return str(text)
        return ""


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


class Decision(models.Model):
    """A release, amendment or recall: proposed by one officer, decided by another."""

    RELEASE, AMEND, RECALL = "release", "amend", "recall"
    VERBS = [(v, v) for v in (RELEASE, AMEND, RECALL)]
    APPROVED, RETURNED, WITHDRAWN = "approved", "returned", "withdrawn"
    OUTCOMES = [(o, o) for o in (APPROVED, RETURNED, WITHDRAWN)]

    record = models.ForeignKey(Record, models.PROTECT, related_name="decisions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="decisions")
    originator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    verb = models.CharField(max_length=10, choices=VERBS)
    proposed_by = models.UUIDField()
    proposed_by_name = models.CharField(max_length=150)
    proposed_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(outcome=""), name="decision_one_open"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                # Only the node withdraws without an officer: when the record's time is over.
                | (Q(outcome="withdrawn") & Q(decided_at__isnull=False))
                | (~Q(outcome="") & Q(decided_by__isnull=False) & Q(decided_at__isnull=False)),
                name="decision_whole",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="approved") | ~Q(decided_by=F("proposed_by")),
                name="decision_four_eyes",
            ),
        ]
        indexes = [
            models.Index(fields=["originator", "outcome", "proposed_at"], name="decision_open")
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.record_id}"

    @property
    def involved(self) -> list[uuid.UUID]:
        """Who may not decide it: who proposed it, and who wrote what is to be released."""
        wrote = [] if self.verb == self.RECALL else self.version.authors
        return [self.proposed_by, *wrote]


class Term(models.Model):
    """A searchable value drawn from the version that the record's row projects."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="terms", db_index=False)
    type = models.CharField(max_length=30)
    value = models.CharField(max_length=200, help_text="Normalised for comparison.")
    shown = models.CharField(max_length=200)
    behind = models.CharField(max_length=2, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "type", "value", "behind"], name="term_once")
        ]
        indexes = [
            models.Index(fields=["type", "value"], name="term_type_value"),
            models.Index(
                fields=["value"], name="term_value_prefix", opclasses=["varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.shown}"


class Link(models.Model):
    """From a record to another one that it names by reference, as the projected version says."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="links", db_index=False)
    relation = models.CharField(max_length=40, default="related")
    reference = models.CharField(max_length=40, db_index=True)
    behind = models.CharField(max_length=2, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "relation", "reference", "behind"], name="link_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.relation} {self.reference}"


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


class OutboxRow(models.Model):
    """One decision's consequence for one recipient Party, written in the decision's transaction."""

    RELEASED, AMENDED, EXPIRED, RECALLED = "released", "amended", "expired", "recalled"
    VERBS = [(v, v) for v in (RELEASED, AMENDED, EXPIRED, RECALLED)]

    record_id = models.UUIDField()
    version_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=30)
    about_id = models.UUIDField(null=True)
    verb = models.CharField(max_length=10, choices=VERBS)
    sender = models.CharField(max_length=2)
    recipient = models.CharField(max_length=2)
    named = ArrayField(models.UUIDField(), null=True, help_text="Only these officers (TLP:RED).")
    created_at = models.DateTimeField(db_default=Now())
    arrived_at = models.DateTimeField(null=True, blank=True)
    seq = models.BigIntegerField(
        null=True, blank=True, help_text="Its number in the channel to a remote recipient."
    )
    xid = Xid8Field(db_default=TransactionId())

    class Meta:
        indexes = [
            models.Index(
                fields=["recipient", "id"], name="outbox_waiting", condition=Q(arrived_at=None)
            ),
            models.Index(
                fields=["sender", "recipient", "seq", "id"],
                name="outbox_channel",
                condition=Q(arrived_at=None),
            ),
            models.Index(fields=["recipient", "xid", "id"], name="outbox_cursor"),
            models.Index(fields=["record_id"], name="outbox_record"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.record_id} to {self.recipient}"


class Reading(models.Model):
    """How often one officer opened a record of another Party; his own Party's business, unless it
    chooses to name him to that Party."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    party = models.CharField(max_length=2)
    officer = models.UUIDField()
    number = models.PositiveIntegerField(help_text="The newest version that he opened.")
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    tallied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "officer"], name="reading_once")]
        indexes = [
            models.Index(fields=["party", "id"], name="reading_new", condition=Q(tallied_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.times}"


class Readership(models.Model):
    """How often and by how many officers of a Party a record was opened.

    `readers` are those whom that Party chose to name to the originator, the latest first: objects of
    `name`, `unit` and `at`, the last opening.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="readership")
    party = models.CharField(max_length=2)
    number = models.PositiveIntegerField()
    times = models.PositiveIntegerField()
    officers = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    readers = models.JSONField(default=list, db_default=Value([], models.JSONField()))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "party"], name="readership_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.party}: {self.times}"

    @property
    def named(self) -> list[dict[str, Any]]:
        """The readers, each `at` as a moment."""
        return [{**one, "at": datetime.fromisoformat(one["at"])} for one in self.readers]


def projected(record: Record) -> Any:
    """The version that the record's row projects: in force, else the open draft."""
    return record.current or record.pending


from .attachments.models import Attachment, Chunk  # noqa: E402, F401 - the app's models are found here
