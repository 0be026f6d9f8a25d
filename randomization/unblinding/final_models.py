"""The unblinding of the whole study: asked for, approved by two people of two roles, and then the arms.

Rows are added, never changed or removed. Triggers let the vault add arms only while the study is locked and
two approvals stand (U5).
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from trialsite.crf.study_lock_models import StudyLockMove


class FinalUnblinding(models.Model):
    """A request to unblind the study, for one locking of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lock = models.OneToOneField(StudyLockMove, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="final_unblinding_has_reason"),)

    def __str__(self) -> str:
        return "final unblinding"


class FinalApproval(models.Model):
    """The signature of one approver: name, role, meaning and time (E1)."""

    unblinding = models.ForeignKey(FinalUnblinding, on_delete=models.PROTECT, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16)
    signer_name = models.CharField(max_length=200)
    meaning = models.CharField(max_length=300)
    signed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("signed_at",)
        constraints = (
            models.UniqueConstraint(fields=("unblinding", "by"), name="final_approval_once_a_person"),
            models.UniqueConstraint(fields=("unblinding", "role"), name="final_approval_once_a_role"),
        )

    def __str__(self) -> str:
        return f"approval by {self.signer_name}"


class FinalArm(models.Model):
    """The arm of one participant, written by the vault when the study is unblinded, and never before."""

    participant = models.OneToOneField(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    unblinding = models.ForeignKey(FinalUnblinding, on_delete=models.PROTECT, related_name="arms")
    RANDNO = models.CharField("treatment number", max_length=16)
    ARM = models.CharField("treatment", max_length=16)
    written_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return "arm of the unblinded study"
