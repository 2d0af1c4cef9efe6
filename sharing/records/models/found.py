"""By what records are found: the values in them, and the references to others."""

from __future__ import annotations

from django.db import models

from .record import Record


class Term(models.Model):
    """A searchable value drawn from the version that the record's row projects."""

    record = models.ForeignKey(
        Record, models.CASCADE, related_name="terms", db_index=False, db_constraint=False
    )
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

    record = models.ForeignKey(
        Record, models.CASCADE, related_name="links", db_index=False, db_constraint=False
    )
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
