"""What is signed before a dose: the assessor's word and, apart from it, its masked reason; overrides.

All three are logs: inserted once, never changed or removed (a migration takes the right away).
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from trialsite.protocol import DOSE_VISITS
from visits.dosing.gate import Advice


class DoseAdvice(models.Model):
    """GIVE, HOLD or STOP for the dose of a visit, signed by the laboratory assessor; the latest one counts.

    Nothing here depends on why: the reason stands in a table of its own, for nobody blinded to read (L19).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="dose_advice"
    )
    visit = models.CharField(max_length=4)
    advice = models.CharField(max_length=4, choices=[(each.value, each.value.title()) for each in Advice])
    # The version of the form LB that was judged.
    laboratory_version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signer_name = models.CharField(max_length=200)
    signer_role = models.CharField(max_length=20)
    meaning = models.CharField(max_length=300)
    signed_at = models.DateTimeField(db_default=Now())
    signature = models.CharField(max_length=64)

    class Meta:
        ordering = ("signed_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(advice__in=[each.value for each in Advice]), name="dose_advice_is_known"
            ),
            models.CheckConstraint(
                condition=Q(visit__in=DOSE_VISITS), name="dose_advice_is_for_a_dose_visit"
            ),
        )
        indexes = (models.Index(fields=("participant", "visit", "signed_at"), name="advice_of_a_visit"),)

    def __str__(self) -> str:
        return f"{self.get_advice_display()} at {self.visit}"


class AdviceReason(models.Model):
    """Why the assessor said so: masked, for those alone who see masked values."""

    class Code(models.TextChoices):
        """What the advice rests on."""

        NONE = "NONE", "Nothing speaks against the dose"
        NEUTROPHILS = "NEUTROPHILS", "Neutrophils"
        PLATELETS = "PLATELETS", "Platelets"
        LIVER = "LIVER", "Transaminases or bilirubin"
        INFLAMMATION = "INFLAMMATION", "Inflammation or infection"
        OTHER = "OTHER", "Other"

    advice = models.OneToOneField(
        DoseAdvice, on_delete=models.PROTECT, primary_key=True, related_name="masked_reason"
    )
    code = models.CharField(max_length=12, choices=Code.choices)
    text = models.CharField(max_length=500, blank=True, default="")
    signature = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"reason of {self.advice_id}"


class DoseOverride(models.Model):
    """An investigator's signed word that a dose is given on a day although rules stand in the way.

    `lines` is the gate as it was read. Once a value that an overridden rule used is another one, it no longer
    fits, and is asked again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="dose_overrides"
    )
    visit = models.CharField(max_length=4)
    on = models.DateField()
    # The rules that were overridden, and every line of the gate: rule, state, sentence, values.
    gates = models.JSONField()
    lines = models.JSONField()
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signer_name = models.CharField(max_length=200)
    signer_role = models.CharField(max_length=20)
    meaning = models.CharField(max_length=300)
    signed_at = models.DateTimeField(db_default=Now())
    signature = models.CharField(max_length=64)

    class Meta:
        ordering = ("signed_at", "id")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="dose_override_has_reason"),
            models.CheckConstraint(
                condition=Q(visit__in=DOSE_VISITS), name="dose_override_is_for_a_dose_visit"
            ),
        )
        indexes = (models.Index(fields=("participant", "visit"), name="overrides_of_a_visit"),)

    def __str__(self) -> str:
        return f"override at {self.visit}"
