"""The outbox of reminders."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from visits.reminders.outbox import State
from visits.reminders.rules import Kind


class Reminder(models.Model):
    """A line of the outbox: one mail to one person about one visit, at most once of each kind.

    The one kind that is not about a visit is about a day in screening for which somebody asked.
    The states and their moves are in visits/reminders/outbox.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="reminders"
    )
    visit = models.ForeignKey(
        "visits.ScheduledVisit", on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    # The day that a reminder without a visit is about.
    about = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=13, choices=[(kind.value, kind.words) for kind in Kind])
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reminders"
    )
    # The last day at the site on which the reminder helps.
    relevant_until = models.DateField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    planned_at = models.DateTimeField(db_default=Now())
    # Not before this moment; moves on when the mail server did not take it.
    send_after = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("visit", "kind", "recipient"), name="reminder_once_per_person"),
            models.UniqueConstraint(
                fields=("participant", "about", "kind", "recipient"), name="reminder_once_per_day"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.ELIGIBLE_FROM, visit=None, about__isnull=False)
                | (~Q(kind=Kind.ELIGIBLE_FROM) & Q(visit__isnull=False, about=None)),
                name="reminder_is_about_visit_or_day",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="reminder_state_is_known"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="reminder_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at=None)),
                name="sent_reminder_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.PLANNED, State.EXPIRED]) | Q(claimed_at__isnull=False),
                name="sent_reminder_was_claimed",
            ),
        )
        indexes = (
            models.Index(
                fields=("state", "send_after"),
                condition=Q(state__in=[State.PLANNED, State.SENDING]),
                name="reminder_to_be_done",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_state_display()}"
