"""Kits, shipments, quarantines and the ledger of what was done with each kit. Never an arm.

A kit's row is written by nobody directly: a line of the ledger moves it, in a trigger (KitMove).
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from randomization.supply.states import KitState, ShipmentState, Verb


class Shipment(models.Model):
    """Pairs of kits on their way to a site. The vault chooses them: as many of each arm, at random."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="shipments")
    pairs = models.PositiveSmallIntegerField("pairs of kits")
    state = models.CharField(max_length=8, choices=ShipmentState.choices, default=ShipmentState.ORDERED)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    prepared_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    received_at = models.DateTimeField(null=True, blank=True)
    lowest = models.DecimalField("lowest temperature, °C", max_digits=4, decimal_places=1, null=True)
    highest = models.DecimalField("highest temperature, °C", max_digits=4, decimal_places=1, null=True)

    class Meta:
        ordering = ("-ordered_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=ShipmentState.values), name="shipment_state_is_known"
            ),
            models.CheckConstraint(condition=Q(pairs__gte=1), name="shipment_has_pairs"),
        )

    def __str__(self) -> str:
        return f"{self.pairs} pairs for site {self.site_id}: {self.get_state_display()}"


class Quarantine(models.Model):
    """Kits that nobody may use until somebody has decided, and one decision for all of them.

    One for all: a decision that picked kits could follow what is in them.
    """

    class Cause(models.TextChoices):
        """Why kits are set aside."""

        TEMPERATURE = "TEMPERATURE", "Temperature outside the limits"
        DAMAGE = "DAMAGE", "Damaged"
        OTHER = "OTHER", "Other"

    class Decision(models.TextChoices):
        """What becomes of them."""

        RELEASE = "RELEASE", "Release: they may be used"
        REJECT = "REJECT", "Reject: they may not be used"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="quarantines")
    cause = models.CharField(max_length=11, choices=Cause.choices)
    details = models.CharField("what happened", max_length=500)
    lowest = models.DecimalField(
        "lowest temperature, °C", max_digits=4, decimal_places=1, null=True, blank=True
    )
    highest = models.DecimalField(
        "highest temperature, °C", max_digits=4, decimal_places=1, null=True, blank=True
    )
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    decision = models.CharField(max_length=7, choices=Decision.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-begun_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(decision="", decided_by=None, decided_at=None, reason="")
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision="") & ~Q(reason="")),
                name="quarantine_decided_whole",
            ),
        )

    def __str__(self) -> str:
        return f"quarantine at site {self.site_id}: {self.get_cause_display()}"


class Kit(models.Model):
    """One kit: what its label says, and where it is. What is in it, the vault alone can open."""

    KITNO = models.CharField("kit number", max_length=12, primary_key=True)
    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="kits")
    lot = models.CharField(max_length=12)
    expiry = models.DateField("last day on which it may be used")
    state = models.CharField(max_length=11, choices=KitState.choices)
    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, related_name="kits", null=True, blank=True
    )
    quarantine = models.ForeignKey(
        Quarantine, on_delete=models.PROTECT, related_name="kits", null=True, blank=True
    )

    class Meta:
        ordering = ("KITNO",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=KitState.values), name="kit_state_is_known"),
        )
        indexes = (models.Index(fields=("site", "expiry", "lot", "state"), name="kits_of_a_site"),)

    def __str__(self) -> str:
        return f"{self.KITNO}: {self.get_state_display()}"


class KitMove(models.Model):
    """A line of the ledger: inserted once, never changed. It moves its kit, or is refused with it.

    `by` is a user name, or "system:…"; `meaning` is what a person signed with the password, empty where the
    system acted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kit = models.ForeignKey(Kit, on_delete=models.PROTECT, related_name="moves", db_column="KITNO")
    verb = models.CharField(max_length=10, choices=Verb.choices)
    by = models.CharField(max_length=64)
    meaning = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    quarantine = models.ForeignKey(
        Quarantine, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    request = models.ForeignKey(
        "randomization.TreatmentRequest", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    # Set by the trigger, from the kit and the database's clock.
    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+", null=True)
    start = models.CharField("state before", max_length=11, blank=True)
    end = models.CharField("state after", max_length=11, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at", "kit")
        indexes = (models.Index(fields=("site", "-at"), name="moves_of_a_site"),)

    def __str__(self) -> str:
        return f"{self.kit_id}: {self.get_verb_display()}"


class KitReport(models.Model):
    """What is in the kits, asked for by the unblinded pharmacist and answered by the vault.

    The answer is sealed to `public_key`, whose other half is in the asking person's browser only, and is
    emptied when it is read.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    sites = models.JSONField("codes of the sites asked about")
    public_key = models.BinaryField(max_length=32)
    answer = models.BinaryField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at",)
        indexes = (
            models.Index(fields=("asked_at",), condition=Q(answered_at=None), name="kit_report_waits"),
        )

    def __str__(self) -> str:
        return f"contents of kits, asked at {self.asked_at}"


class NumberError(models.Model):
    """A treatment number or kit that should not have been given: recorded, never taken back or reused."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(
        "randomization.TreatmentRequest", on_delete=models.PROTECT, related_name="given_in_error"
    )
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    meaning = models.CharField(max_length=300)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"given in error: {self.request_id}"
