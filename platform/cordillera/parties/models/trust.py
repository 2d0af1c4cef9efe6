"""Keys and the sets that list them, the enrolled peers, and what may be released to each.

A Party's root key signs its numbered key sets; a key counts only from the key set that lists it on.
What a key signed must verify for ever, so no row of a key ever goes; private halves do.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .people import Party

TLP = ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"]


class PartyKey(models.Model):
    """One key of a Party; the private half, where it lies here, sealed under a key that does not."""

    ROOT, SIGNING, SEALING, SIGNING_PQ = "root", "signing", "sealing", "signing-pq"
    USES = [
        (ROOT, _("root")),
        (SIGNING, _("signing")),
        (SEALING, _("sealing")),
        (SIGNING_PQ, _("second signature")),
    ]

    kid = models.CharField(max_length=64, primary_key=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="keys")
    use = models.CharField(max_length=12, choices=USES, default=SIGNING)
    alg = models.CharField(max_length=40, default="Ed25519")
    public = models.BinaryField(help_text="The raw bytes of the public half.")
    sealed_private = models.BinaryField(
        null=True, help_text="Nonce and AES-256-GCM ciphertext; null where it is not here."
    )
    created_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    destroyed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the private half was destroyed."
    )
    listed_in = models.PositiveIntegerField(
        null=True, blank=True, help_text="The first key set that lists it; before, it does nothing."
    )
    retired_in = models.PositiveIntegerField(
        null=True, blank=True, help_text="The first key set that lists it as retired or revoked."
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "use"],
                condition=Q(retired_at=None, sealed_private__isnull=False),
                name="key_one_in_use",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(retired_at__isnull=False),
                name="key_revoked_is_retired",
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at=None) | Q(sealed_private=None),
                name="key_destroyed_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return self.kid

    @property
    def state(self) -> str:
        """in-use; waiting for the key set that lists it; leaving with the next one; retired;
        revoked."""
        if self.revoked_at:
            return "revoked"
        if self.retired_at:
            return "retired" if self.retired_in or self.use == self.ROOT else "leaving"
        return "in-use" if self.listed_in or self.use == self.ROOT else "waiting"


class KeySet(models.Model):
    """A signed, numbered list of a Party's keys and contacts: the exact bytes."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="key_sets")
    root = models.ForeignKey(PartyKey, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    jws = models.TextField(help_text="Compact JWS: the exact signed bytes.")
    digest = models.CharField(max_length=43, help_text="SHA-256 of the JWS, base64url.")
    issued_at = models.DateTimeField()
    imported_at = models.DateTimeField(
        null=True, blank=True, help_text="When it came here; null for one issued here."
    )
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the root's words were compared by telephone."
    )
    confirmed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["root", "number"], name="keyset_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="keyset_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} key set {self.number}"


class Peer(models.Model):
    """A remote Party that is enrolled here: where its node is, and how the two speak.

    Removing a peer removes this row; what it ever sent stays readable under its keys.
    """

    PUSH, PULL = "push", "pull"
    MODES = [
        (PUSH, _("we send to its address")),
        (PULL, _("it fetches from here")),
    ]

    party = models.OneToOneField(Party, models.PROTECT, primary_key=True, related_name="peer")
    address = models.CharField(max_length=200, blank=True)
    address_kept = models.BooleanField(
        default=False, help_text="Set here by hand: a new key set does not change it."
    )
    mode = models.CharField(max_length=4, choices=MODES, default=PUSH)
    enrolled_at = models.DateTimeField()
    enrolled_by = models.CharField(max_length=150, blank=True)
    client_certificate = models.CharField(
        max_length=300, blank=True, help_text="A PEM file on this machine, shown to the peer."
    )
    client_key = models.CharField(max_length=300, blank=True, help_text="Its key's PEM file.")
    authority = models.CharField(
        max_length=300, blank=True, help_text="A PEM file of the authorities trusted for this peer."
    )
    pins = ArrayField(
        models.CharField(max_length=44),
        default=list,
        blank=True,
        help_text="SHA-256 of accepted certificates' public keys (SPKI), base64; empty: any.",
    )

    class Meta:
        ordering = ["party"]

    def __str__(self) -> str:
        return self.party_id


class KeySetReceipt(models.Model):
    """The highest key set of a hosted Party that a peer has receipted."""

    peer = models.ForeignKey(Peer, models.CASCADE, related_name="key_set_receipts")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["peer", "party"], name="keyset_receipt_once")
        ]

    def __str__(self) -> str:
        return f"{self.peer_id} has {self.party_id}'s {self.number}"


class Agreement(models.Model):
    """What a hosted Party may release to another one, and whether it names its readers to it.
    Without a row: everything, and nobody is named."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="agreements")
    other = models.ForeignKey(Party, models.PROTECT, related_name="+")
    highest_tlp = models.CharField(max_length=12, choices=[(t, t) for t in TLP], default="RED")
    kinds = ArrayField(
        models.CharField(max_length=30), null=True, blank=True, help_text="Null: every kind."
    )
    personal_data = models.BooleanField(default=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    names_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when its officers who open the other Party's records are named to it; "
        "null: they are counted only.",
    )

    class Meta:
        ordering = ["party", "other"]
        constraints = [
            models.UniqueConstraint(fields=["party", "other"], name="agreement_once"),
            models.CheckConstraint(
                condition=Q(suspended_at=None, suspended_by="", reason="")
                | (Q(suspended_at__isnull=False) & ~Q(reason="")),
                name="agreement_suspended_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} to {self.other_id}"
