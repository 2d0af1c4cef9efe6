"""What is searched: one document per record, kept with the record's projection."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now

from cordillera.parties.models import Officer, Party
from sharing.records.models import Record


class SearchDocument(models.Model):
    """The words and terms of the version that a record projects.

    Lexemes `type:value` are its terms (container:zxqu1004828, hs:721049); bare ones are its words,
    without accents and in the stems of its language. Read only through the function
    `search_records`, which applies the same rule as row-level security: text operators are not
    leakproof, so under a policy PostgreSQL would not use the index (measured: 300 times slower).
    """

    pk = models.CompositePrimaryKey("record_id", "whose")
    record = models.ForeignKey(
        Record, models.CASCADE, db_index=False, db_constraint=False, related_name="+"
    )
    whose = models.CharField(
        max_length=2, blank=True, default="", db_default="", help_text="As the record's `behind`."
    )
    vector = SearchVectorField()

    class Meta:
        indexes = [
            # A backlog's documents enter together; the list of those that wait (KiB) stays short.
            GinIndex(
                fields=["vector"],
                name="search_vector",
                fastupdate=True,
                gin_pending_list_limit=4096,
            )
        ]

    def __str__(self) -> str:
        return str(self.record_id)


class SavedSearch(models.Model):
    """An officer's search that tells him of new matches, at once or in a daily digest."""

    NEVER, AT_ONCE, DAILY = "never", "at_once", "daily"
    NOTIFY = [(n, n) for n in (NEVER, AT_ONCE, DAILY)]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    officer = models.ForeignKey(Officer, models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    text = models.CharField(max_length=200, blank=True)
    filters = models.JSONField(default=dict, blank=True)
    purpose = models.CharField(max_length=40, blank=True)
    notify = models.CharField(max_length=10, choices=NOTIFY, default=AT_ONCE)
    created_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now(), help_text="Digests start after this.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["officer", "name"], name="saved_search_once")
        ]

    def __str__(self) -> str:
        return self.name


class Match(models.Model):
    """A record that fitted a saved search when it arrived; one line per search and record."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="matches")
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "record"], name="match_once")]
        indexes = [
            models.Index(
                fields=["party", "at"], name="match_waiting", condition=models.Q(told_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.search_id} {self.record_id}"


class Unmatched(models.Model):
    """A record that arrived and was not yet held against the Party's saved searches, nor has its
    document where it came from afar: written with the arrival, so that a lost ring loses nothing."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="+", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "record"], name="unmatched_once")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.record_id}"
