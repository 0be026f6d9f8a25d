"""Notices: mails about an event, beside the reminders of visits, in the same outbox."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from visits.reminders.outbox import State


class NoticeKind(models.TextChoices):
    """What a notice is about."""

    UNBLINDING = "UNBLINDING", "Unblinding"
    SERIOUS = "SERIOUS", "Serious adverse event"
    REPORT = "REPORT", "Report of a serious adverse event"


class Notice(models.Model):
    """A mail that something happened to a participant, to one address, at most once.

    What happened is told on the page that the mail links to. `about` is the key of the event's record.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="notices"
    )
    kind = models.CharField(max_length=10, choices=NoticeKind.choices, default=NoticeKind.UNBLINDING)
    about = models.UUIDField()
    address = models.EmailField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    planned_at = models.DateTimeField(db_default=Now())
    # Not before this moment; moves on when the mail server did not take it.
    send_after = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("about", "address"), name="notice_once_per_address"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="notice_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at=None)),
                name="sent_notice_has_time",
            ),
        )
        indexes = (
            models.Index(
                fields=("state", "send_after"),
                condition=Q(state__in=[State.PLANNED, State.SENDING]),
                name="notice_to_be_done",
            ),
        )

    def __str__(self) -> str:
        return f"notice: {self.get_state_display()}"
