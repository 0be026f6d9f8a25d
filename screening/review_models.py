"""The investigator's review of eligibility: what was submitted, frozen, and what was decided about it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from screening.review_states import LIVE, ReviewState


class Decision(models.TextChoices):
    """What an investigator can sign."""

    APPROVED = "approved", "Eligible"
    RETURNED = "returned", "Sent back with questions"
    SCREEN_FAILURE = "screen failure", "Screening failure"


_UNSIGNED = Q(decision="", signed_by=None, signed_at=None, signature="")
_WHOLE_SIGNATURE = (
    ~Q(decision="")
    & Q(signed_by__isnull=False, signed_at__isnull=False)
    & ~Q(signer_name="")
    & ~Q(meaning="")
    & Q(signature__regex=r"^[0-9a-f]{64}$")
)
# Containment, because comparing a key that is not there would be NULL, which a check lets pass.
_FROZEN_ELIGIBLE = Q(snapshot__contains={"content": {"overall": "eligible"}})


class EligibilityReview(models.Model):
    """One submission of a participant's screening for review, and its signature.

    `snapshot` is what screening.snapshot froze; `content_hash` is the SHA-256 of its content. A
    trigger of the database keeps both, and a signature once given, from ever changing (E2).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        "screening.Participant", on_delete=models.PROTECT, related_name="eligibility_reviews"
    )
    state = models.CharField(max_length=16, choices=ReviewState.choices, default=ReviewState.SUBMITTED)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(db_default=Now(), editable=False)
    # The investigator whose work it is; another one of the site can decide too. None: whoever comes first.
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    snapshot = models.JSONField()
    content_hash = models.CharField(max_length=64)

    # The signature: who, under which name and role, when by the database's clock, and what it means (E1).
    decision = models.CharField(max_length=16, choices=Decision.choices, blank=True, default="")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signer_name = models.CharField(max_length=200, blank=True, default="")
    signer_role = models.CharField(max_length=16, blank=True, default="")
    signed_at = models.DateTimeField(null=True)
    meaning = models.TextField(blank=True, default="")
    # SHA-256 over all of the above (screening.signature).
    signature = models.CharField(max_length=64, blank=True, default="")
    # What is asked when it is sent back: {field, such as LB.ALT, or "": question}.
    questions = models.JSONField(default=dict, blank=True)
    # The criteria that a screening failure rests on: [IN01, ...], and what the investigator adds.
    failed = models.JSONField(default=list, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")

    # Set when a later change made it void, and kept when a newer submission replaced it.
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("-submitted_at",)
        indexes = (
            models.Index(
                fields=("submitted_at",), condition=Q(state=ReviewState.SUBMITTED), name="review_to_sign"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("participant",), condition=Q(state__in=LIVE), name="eligibility_one_live_review"
            ),
            models.CheckConstraint(
                condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="eligibility_content_is_hashed"
            ),
            models.CheckConstraint(
                condition=_UNSIGNED | _WHOLE_SIGNATURE, name="eligibility_signature_is_whole"
            ),
            # Every state that there is; a void review keeps the decision that it had, if any.
            models.CheckConstraint(
                condition=Q(state__in=(ReviewState.SUBMITTED, ReviewState.WITHDRAWN), decision="")
                | Q(state=ReviewState.SIGNED, decision=Decision.APPROVED)
                | Q(state=ReviewState.RETURNED, decision=Decision.RETURNED)
                | Q(state=ReviewState.SCREEN_FAILURE, decision=Decision.SCREEN_FAILURE)
                | Q(state=ReviewState.VOIDED),
                name="eligibility_state_fits_decision",
            ),
            models.CheckConstraint(
                condition=~Q(decision=Decision.APPROVED) | _FROZEN_ELIGIBLE,
                name="eligibility_approved_is_eligible",
            ),
            models.CheckConstraint(
                condition=~Q(decision=Decision.SCREEN_FAILURE) | (~Q(failed=[]) & ~_FROZEN_ELIGIBLE),
                name="eligibility_failure_has_criteria",
            ),
            models.CheckConstraint(
                condition=~Q(decision=Decision.RETURNED) | ~Q(questions={}),
                name="eligibility_return_has_question",
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewState.VOIDED, voided_at__isnull=False) & ~Q(void_reason="")
                | ~Q(state=ReviewState.VOIDED) & Q(voided_at=None, void_reason=""),
                name="eligibility_void_has_reason",
            ),
        )

    def __str__(self) -> str:
        return f"eligibility review of {self.participant_id}, {self.get_state_display().lower()}"

    @property
    def overall(self) -> str:
        """The verdict that was frozen: eligible, ineligible or undetermined."""
        return str(self.snapshot["content"]["overall"])

    @property
    def is_live(self) -> bool:
        """True for the one review of a participant that counts."""
        return self.state in LIVE
