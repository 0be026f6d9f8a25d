"""The records of the trial: life cycle, drafts, submissions and queries of every form."""

import uuid

from django.conf import settings
from django.db import models

from trialsite.crf.lifecycle import RecordState
from trialsite.crf.study_lock_models import StudyLockMove
from trialsite.protocol import LOG_VISIT

__all__ = ["Draft", "Query", "Record", "StudyLockMove", "Submission"]


class Record(models.Model):
    """One form of one participant at one visit: its state and version; the values stand in the
    form's own table under the same key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="records"
    )
    visit = models.CharField(max_length=4)
    form = models.CharField(max_length=8)
    # 0 for the planned record, then its retests; events that run through the study count from 1.
    repeat = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=RecordState.choices)
    # Why it was not done, or why it is void.
    not_done_reason = models.CharField(max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    open_queries = models.PositiveSmallIntegerField(default=0)
    # Whether anything was ever asked about it: most records need no look at the queries.
    has_queries = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "visit", "form", "repeat"], name="record_once_per_visit"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=RecordState.values), name="record_state_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=RecordState.NOT_DONE) | ~models.Q(not_done_reason=""),
                name="record_not_done_has_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=RecordState.VOID)
                | (models.Q(visit=LOG_VISIT) & ~models.Q(not_done_reason="")),
                name="record_void_is_event_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} at {self.visit}"


class Draft(models.Model):
    """What one person has typed into an open form and not yet submitted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="drafts"
    )
    visit = models.CharField(max_length=4)
    form = models.CharField(max_length=8)
    repeat = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # The record's version that the person was looking at; 0 when there was none.
    base_version = models.PositiveIntegerField(default=0)
    typed = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "visit", "form", "repeat", "by"], name="draft_once_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"draft of {self.form} at {self.visit}"


class Submission(models.Model):
    """What was sent and what the checks said of it, accepted or not; each key has one effect (A9, F7)."""

    key = models.UUIDField(primary_key=True)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    visit = models.CharField(max_length=4)
    form = models.CharField(max_length=8)
    repeat = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    typed = models.JSONField()
    findings = models.JSONField(default=list)
    accepted = models.BooleanField()

    def __str__(self) -> str:
        return f"submission of {self.form} at {self.visit}"


class Query(models.Model):
    """A question about a value: left by a confirmed soft check, or raised by a person."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        CLOSED = "closed", "Closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="queries")
    field = models.CharField(max_length=60)
    # The check that asked; empty for a query raised by a person.
    check_name = models.CharField(max_length=60, blank=True, default="")
    text = models.CharField(max_length=300)
    answer = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "field", "check_name"],
                condition=~models.Q(state="closed") & ~models.Q(check_name=""),
                name="query_once_per_open_check",
            ),
        ]

    def __str__(self) -> str:
        return f"query on {self.field}"
