"""Deviations that the system proposes; a person records each one or dismisses it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from trialsite.crf.models import Record
from visits.deviations.category import Category
from visits.deviations.states import ProposalState


class ProposedDeviation(models.Model):
    """Something that happened and is no way foreseen by the protocol, until somebody classifies it.

    `cause` is the stable key of what happened, such as "booked-outside:W2": it is proposed once.
    `term` is a fixed sentence without data.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="proposed_deviations"
    )
    category = models.CharField(max_length=14, choices=[(each.value, each.value) for each in Category])
    cause = models.CharField(max_length=80)
    term = models.CharField(max_length=200)
    on = models.DateField()
    visit = models.CharField(max_length=4, blank=True, default="")
    state = models.CharField(max_length=9, choices=ProposalState.choices, default=ProposalState.OPEN)
    proposed_at = models.DateTimeField(db_default=Now())
    # Who recorded or dismissed it, and why it was dismissed.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True, default="")
    # The number under which somebody classifies it now, and the deviation that it became.
    begun_as = models.PositiveSmallIntegerField(null=True, blank=True)
    record = models.OneToOneField(
        Record, on_delete=models.PROTECT, null=True, blank=True, related_name="proposed_deviation"
    )

    class Meta:
        ordering = ("-on", "cause")
        constraints = (
            models.UniqueConstraint(fields=("participant", "cause"), name="deviation_proposed_once_a_cause"),
            models.CheckConstraint(
                condition=Q(category__in=[each.value for each in Category]),
                name="proposed_deviation_category_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(ProposalState.OPEN, ProposalState.WITHDRAWN), record=None, by=None, reason=""
                )
                | Q(state=ProposalState.RECORDED, record__isnull=False, by__isnull=False, reason="")
                | (Q(state=ProposalState.DISMISSED, record=None, by__isnull=False) & ~Q(reason="")),
                name="proposed_deviation_state_is_whole",
            ),
        )
        indexes = (
            models.Index(
                fields=("-on", "id"),
                condition=Q(state=ProposalState.OPEN),
                name="deviation_to_be_classified",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.category}"
