"""The outbox of reminders: what each person is reminded of, and the mails that carry it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from visits.reminders.kinds import FACTS, Kind
from visits.reminders.outbox import MAILED, MailState, State


class ReminderMail(models.Model):
    """A mail to one person, with everything of which that person is to be reminded; at most one a day.

    The day is that of the recipient's site. What cannot wait for the day's mail has mails of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    urgent = models.BooleanField()
    state = models.CharField(max_length=7, choices=MailState.choices, default=MailState.SENDING)
    claimed_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("recipient", "day"),
                condition=Q(urgent=False) & ~Q(state=MailState.REFUSED),
                name="one_digest_a_day",
            ),
            models.CheckConstraint(condition=Q(state__in=MailState.values), name="mail_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at=None)),
                name="sent_mail_has_time",
            ),
        )
        indexes = (
            models.Index(
                fields=("claimed_at",), condition=Q(state=MailState.SENDING), name="mail_being_sent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day}: {self.get_state_display()}"


class Reminders(QuerySet["Reminder"]):
    """Reminders of the outbox."""

    def to_mail(self) -> "Reminders":
        """Those that wait for their mail, the longest first."""
        return self.filter(state=State.PLANNED).order_by("send_after", "id")

    def open(self) -> "Reminders":
        """Those whose cause is still there."""
        return self.filter(closed_at=None)


class Reminder(models.Model):
    """A line of the outbox: what one person is reminded of, once for each cause.

    `subject` is the key of the cause, such as a visit, a review, or a day in screening for which somebody
    asked. The states and their moves are in visits/reminders/outbox.py.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="+")
    # None for what concerns the site itself: its kits.
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reminders",
    )
    visit_code = models.CharField(max_length=4, blank=True, default="")
    subject = models.CharField(max_length=64)
    kind = models.CharField(max_length=13, choices=[(kind.value, kind.words) for kind in Kind])
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reminders"
    )
    # The day that it speaks of, and the last day at the site on which it helps.
    about = models.DateField()
    relevant_until = models.DateField()
    # The recipient does not see it before this day.
    hidden_until = models.DateField(null=True, blank=True)
    # When its cause was gone; until then it stands in the recipient's list.
    closed_at = models.DateTimeField(null=True, blank=True)
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    planned_at = models.DateTimeField(db_default=Now())
    # Not mailed before this moment; moves on when the mail server did not take it.
    send_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    mail = models.ForeignKey(
        ReminderMail, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )

    objects: ClassVar = Reminders.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject", "kind", "recipient"), name="reminder_once_per_person"),
            models.CheckConstraint(
                condition=Q(participant__isnull=False) | Q(kind=Kind.KITS_EXPIRE),
                name="reminder_is_about_participant",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="reminder_state_is_known"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="reminder_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=MAILED) | Q(mail__isnull=False), name="mailed_reminder_has_mail"
            ),
        )
        indexes = (
            models.Index(
                fields=("send_after", "id"), condition=Q(state=State.PLANNED), name="reminder_to_be_mailed"
            ),
            models.Index(fields=("recipient",), condition=Q(closed_at=None), name="reminder_open"),
            models.Index(fields=("planned_at", "id"), name="reminder_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_state_display()}"

    @property
    def words(self) -> str:
        """What it is about, with its day: "Window closes on 2 Apr 2026"."""
        return FACTS[Kind(self.kind)].dated.format(day=f"{self.about:%-d %b %Y}")
