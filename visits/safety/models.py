"""Reports of serious adverse events: the clock of each event, and what was signed and sent."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from trialsite.crf.models import Record
from visits.safety.states import DUE, ReportState


class SeriousEvent(models.Model):
    """The reporting of one serious adverse event; its moments are the clock's, in UTC.

    The event itself is the record of the form AE, which knows all that is said about it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="serious_event")
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="serious_events"
    )
    state = models.CharField(max_length=13, choices=ReportState.choices)
    aware_at = models.DateTimeField()
    # By when the next report is due; None when none is.
    due_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="sae_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=DUE, due_at__isnull=False) | (~Q(state__in=DUE) & Q(due_at=None)),
                name="sae_due_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.CLOSED, closed_at__isnull=False)
                | (~Q(state=ReportState.CLOSED) & Q(closed_at=None)),
                name="sae_closed_has_moment",
            ),
        )
        indexes = (models.Index(fields=("due_at", "id"), condition=Q(state__in=DUE), name="sae_report_due"),)

    def __str__(self) -> str:
        return f"serious event: {self.get_state_display()}"


class SafetyReport(models.Model):
    """One signed report of a serious event: the first is the initial one, the others are follow-ups.

    `content` is everything that its page and its PDF print; a row is written once and never changed (E2).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(SeriousEvent, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signer_name = models.CharField(max_length=200)
    signer_role = models.CharField(max_length=16)
    signed_at = models.DateTimeField()
    meaning = models.TextField()
    # SHA-256 over all of the above (visits.safety.signature).
    signature = models.CharField(max_length=64)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("event", "number"), name="safety_report_numbered_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="safety_report_counts_from_1"),
            models.CheckConstraint(
                condition=Q(content_hash__regex=r"^[0-9a-f]{64}$", signature__regex=r"^[0-9a-f]{64}$"),
                name="safety_report_is_signed",
            ),
        )

    def __str__(self) -> str:
        return self.kind

    @property
    def kind(self) -> str:
        """ "Initial report", "Follow-up 1"."""
        return "Initial report" if self.number == 1 else f"Follow-up {self.number - 1}"
