"""A record, with the projection of its version in force."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.functional import cached_property

from cordillera.access.decide import VisibleQuerySet
from cordillera.parties.models import Party, Unit

from .. import lifecycle
from .handling import Handling


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
        from ..disputes import disputed_among

        return self.pk in disputed_among([self.pk])

    @property
    def display_title(self) -> str:
        """The title in the reader's language, else in the original one, else any."""
        language = (translation.get_language() or "en")[:2]
        for wanted in (language, self.original_language, "en", "es", "fr"):
            if text := self.title.get(wanted):
                return str(text)
        return ""


def projected(record: Record) -> Any:
    """The version that the record's row projects: in force, else the open draft."""
    return record.current or record.pending
