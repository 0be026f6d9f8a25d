"""What an emergency unblinding leaves: who asked and why, the vault's sealed answer, and that it was shown.

Three tables to which rows are added, never changed or removed; triggers hold it, set the times by the
database's clock, and let each process add its own rows only. No row tells anybody an arm.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from randomization.unblinding.envelope import SEALED_LENGTH
from randomization.unblinding.reasons import UnblindingReason

_ONE_REASON = Q(UBREAS__in=UnblindingReason.values) & ~Q(UBREASD="")


class UnblindingRequest(models.Model):
    """A question for the arm of one participant, on record before anything is asked of the vault (U2).

    It is the form UB: UBDTC is `asked_at`, UBWHO and UBREQ are `asked_by`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="unblinding_requests"
    )
    RANDNO = models.CharField("treatment number", max_length=16)
    UBREAS = models.CharField("reason", max_length=9, choices=UnblindingReason.choices)
    UBREASD = models.CharField("reason in words", max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    # What the answer is sealed to; the other half is in the asking browser (browser_key.py).
    public_key = models.BinaryField(max_length=32)

    class Meta:
        ordering = ("asked_at",)
        constraints = (models.CheckConstraint(condition=_ONE_REASON, name="unblinding_has_reason"),)

    def __str__(self) -> str:
        return f"unblinding of {self.RANDNO}"


class UnblindingAnswer(models.Model):
    """The vault's answer, which one browser can open."""

    request = models.OneToOneField(
        UnblindingRequest, on_delete=models.PROTECT, primary_key=True, related_name="answer"
    )
    sealed = models.BinaryField(max_length=SEALED_LENGTH)
    answered_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return "sealed answer"


class UnblindingDisclosure(models.Model):
    """That an answer was shown, to whom and when. Its key makes a second showing impossible."""

    request = models.OneToOneField(
        UnblindingRequest, on_delete=models.PROTECT, primary_key=True, related_name="disclosure"
    )
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    disclosed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return "answer shown"


class CodeBreak(models.Model):
    """A code-break sheet that was opened outside the system, recorded afterwards (U3), without its arm."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="code_breaks"
    )
    RANDNO = models.CharField("treatment number", max_length=16)
    UBREAS = models.CharField("reason", max_length=9, choices=UnblindingReason.choices)
    UBREASD = models.CharField("reason in words", max_length=500)
    opened_at = models.DateTimeField()
    UBWHO = models.CharField("opened by", max_length=100)
    UBREQ = models.CharField("asked for by", max_length=100)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("opened_at",)
        constraints = (
            models.CheckConstraint(condition=_ONE_REASON, name="code_break_has_reason"),
            models.CheckConstraint(
                condition=Q(opened_at__lte=models.F("recorded_at")), name="code_break_is_recorded_afterwards"
            ),
            models.CheckConstraint(
                condition=~Q(UBWHO="") & ~Q(UBREQ=""), name="code_break_names_who_opened_and_who_asked"
            ),
        )

    def __str__(self) -> str:
        return f"code break of {self.RANDNO}"
