"""The append-only log: text without foreign keys, so that it outlives what it speaks of.

An entry is written in its action's transaction and waits in `Pending`; the sequencer gives it an
index (`Leaf`), grows the tree (`Tile`) and signs it (`SignedCheckpoint`). One tree per node: its
order is the node's, whichever hosted Party an entry belongs to. The tree's own tables hold hashes
and ids only, so that another Party learns nothing from them.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now


class Entry(models.Model):
    """One line of the log. `party` is the Party in whose name it was done, and whose log it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_default=Now())
    tag = models.CharField(max_length=60, help_text="subject:verb, as record:release")
    party = models.CharField(max_length=2, blank=True)
    actor = models.CharField(max_length=36, blank=True, help_text="Account id; empty for the node.")
    actor_name = models.CharField(max_length=150, blank=True)
    about = models.CharField(max_length=100, blank=True, help_text="Id or reference.")
    purpose = models.CharField(max_length=300, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    salt = models.BinaryField(null=True, help_text="Random; hides the text behind its hash.")
    body_hash = models.BinaryField(null=True, help_text="In place of an erased text.")
    erased_at = models.DateTimeField(null=True)
    erased_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["party", "-at"], name="entry_party_at"),
            models.Index(fields=["about", "-at"], name="entry_about_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.tag} {self.about}"


class Pending(models.Model):
    """An entry that has no index yet. Lines are taken in order; none can be missed, since each
    stays until it is sequenced, however late its transaction ends."""

    line = models.BigAutoField(primary_key=True)
    entry_id = models.UUIDField()

    def __str__(self) -> str:
        return str(self.entry_id)


class Leaf(models.Model):
    """Which entry stands at an index of the tree, and what the tree commits to."""

    index = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    commitment = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.index} {self.entry_id}"


class Block(models.Model):
    """What one Party's entries among 256 of the tree can be found by; see blocks.py. It says nothing
    that they do not say, can be made anew from them, and proves nothing."""

    number = models.BigIntegerField(help_text="The first one's index, divided by 256.")
    party = models.CharField(max_length=2)
    since = models.DateTimeField(help_text="The earliest one's moment.")
    until = models.DateTimeField(help_text="The latest one's moment.")
    tags = models.JSONField(help_text="How many of each there are.")
    marks = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "party"], name="block_once")]
        indexes = [
            models.Index(fields=["party", "since"], name="block_party_since"),
            GinIndex(fields=["marks"], name="block_marks"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.party}"


class Tile(models.Model):
    """Up to 256 hashes of every eighth level of the tree; see tiles.py."""

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class SignedCheckpoint(models.Model):
    """A checkpoint of this node's log: the exact note that was signed."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "audit_checkpoint"
        ordering = ["-size"]

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"


class Cosignature(models.Model):
    """A witness's signature line on one of our checkpoints, verified before it was stored."""

    size = models.BigIntegerField()
    witness = models.CharField(max_length=255)
    key = models.CharField(max_length=8, help_text="Key id in hex.")
    line = models.TextField()
    moment = models.DateTimeField(help_text="When the witness says it co-signed.")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["size", "witness", "key"], name="cosignature_once")
        ]
        indexes = [models.Index(fields=["witness", "-size"], name="cosignature_latest")]

    def __str__(self) -> str:
        return f"{self.witness} at {self.size}"


class Asking(models.Model):
    """How asking a witness to co-sign went the last time, and when it is asked again."""

    witness = models.CharField(max_length=255, primary_key=True)
    state = models.CharField(max_length=20, help_text="How the last asking went.")
    message = models.TextField(blank=True)
    failures = models.IntegerField(default=0, help_text="Since it last co-signed.")
    asked_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, help_text="Null: at the next checkpoint.")

    def __str__(self) -> str:
        return f"{self.witness}: {self.state}"


class OwnKey(models.Model):
    """This node's keys for its log and as a witness; `kind` is the note signature type."""

    name = models.CharField(max_length=255)
    kind = models.SmallIntegerField()
    public = models.BinaryField()
    sealed_private = models.BinaryField()
    made_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(retired_at=None), name="own_key_in_use"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.kind}"


class TrustedKey(models.Model):
    """Another node's key, as a Party announced it: of its log or as a witness. The Parties of one
    node announce the same keys, each in a row of its own."""

    vkey = models.TextField()
    name = models.CharField(max_length=255, db_index=True)
    kind = models.SmallIntegerField()
    party = models.CharField(max_length=2)
    public = models.BinaryField(default=bytes)
    node = models.CharField(
        max_length=100,
        default="",
        help_text="Whose keys and names no other node's Party may announce.",
    )
    together = models.CharField(
        max_length=300,
        default="",
        help_text="The Parties that ever had the name on one node with it, joined by +.",
    )
    trusted_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True)
    distrusted_at = models.DateTimeField(
        null=True, help_text="By hand: no announcement makes it believed again."
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["vkey", "party"], name="trusted_key_once"),
            models.CheckConstraint(
                condition=models.Q(distrusted_at=None) | models.Q(retired_at__isnull=False),
                name="trusted_key_distrusted_is_retired",
            ),
        ]

    def __str__(self) -> str:
        return self.vkey


class OthersCheckpoint(models.Model):
    """A checkpoint of another log, as a signed note."""

    origin = models.CharField(max_length=255)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.origin} at {self.size}"


class Witnessed(OthersCheckpoint):
    """The largest checkpoint of another log that this node has co-signed."""

    origin = models.CharField(max_length=255, primary_key=True)
    note = models.TextField(help_text="The checkpoint with our co-signatures.")

    class Meta:
        verbose_name_plural = "witnessed"


class CosignedBefore(OthersCheckpoint):
    """What this node co-signed of another log of late, so that a checkpoint which comes the long way
    round need not be proved again."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "size"], name="cosigned_before_once")
        ]
        indexes = [models.Index(fields=["at"], name="cosigned_before_at")]


class Seen(OthersCheckpoint):
    """A checkpoint of another log, signed by it, that came in a receipt or from another witness.
    `at` is when it came, or was asked for last."""

    asked_at = models.DateTimeField(
        null=True, help_text="When its log was first asked for a proof, and gave none."
    )
    proved_from = models.BigIntegerField(
        null=True,
        help_text="The smaller size, held then, that it was proved to continue; ours may part from it still.",
    )

    class Meta:
        verbose_name_plural = "seen"
        constraints = [models.UniqueConstraint(fields=["origin", "size", "root"], name="seen_once")]


class Finding(models.Model):
    """Something that an honest log does not do, with the notes that prove it."""

    at = models.DateTimeField(db_default=Now())
    origin = models.CharField(max_length=255)
    kind = models.CharField(max_length=30)
    message = models.TextField()
    evidence = models.JSONField(default=list, help_text="Signed notes, as they came.")
    since = models.DateTimeField(null=True, help_text="When it was first asked, or first said so.")
    party = models.CharField(
        max_length=2, blank=True, default="", help_text="Whose name it was; empty: this node's own."
    )
    earlier = models.IntegerField(default=0, help_text="So often it was settled before.")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "party", "kind", "message", "earlier"], name="finding_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.origin}: {self.kind}"

    @property
    def said(self) -> str:
        """The message, with the Party whose name it was then."""
        return f"{self.party}: {self.message}" if self.party else self.message


class Resolution(models.Model):
    """That what was found is no longer so: a log proved later what it was asked for, a witness
    co-signed after all. The finding itself stays."""

    finding = models.OneToOneField(Finding, models.PROTECT, primary_key=True)
    at = models.DateTimeField(db_default=Now())
    because = models.TextField()

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.because}"
