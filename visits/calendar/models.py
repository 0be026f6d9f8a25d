"""The schedule of a participant: each visit with its window, its appointment, and what became of it."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from screening.forms.visit_dates import VISIT_MODE
from visits.calendar.states import VisitState
from visits.windows import SCHEDULED_VISITS, VISIT_BY_CODE, words

VISIT_CODES = [visit.code for visit in SCHEDULED_VISITS]
PLACE_LENGTH = 60


class ScheduledVisits(QuerySet["ScheduledVisit"]):
    """Scheduled visits, by what became of them."""

    def outstanding(self) -> "ScheduledVisits":
        """Those that neither took place nor were missed, of participants who are still in the study."""
        return self.filter(state=VisitState.AHEAD)


class ScheduledVisit(models.Model):
    """One of the five visits that open with the treatment number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="visits"
    )
    code = models.CharField(max_length=2)
    target = models.DateField()
    window_open = models.DateField()
    window_close = models.DateField()
    # The appointment: its moment, and the day that this is at the site.
    booked_at = models.DateTimeField(null=True, blank=True)
    booked_on = models.DateField(null=True, blank=True)
    booked_place = models.CharField(max_length=PLACE_LENGTH, blank=True, default="")
    booked_mode = models.CharField(max_length=7, choices=VISIT_MODE.items, blank=True, default="")
    # Why the appointment lies outside the window; empty inside it.
    booking_reason = models.CharField(max_length=200, blank=True, default="")
    # What the form "Visit dates" and the end of the study make of it; written by visits/calendar/settling.py
    # alone, so that lists need not ask the forms.
    state = models.CharField(max_length=10, choices=VisitState.choices, default=VisitState.AHEAD)
    took_place_on = models.DateField(null=True, blank=True)
    # When appointment or state changed last.
    changed_at = models.DateTimeField(db_default=Now())

    objects: ClassVar = ScheduledVisits.as_manager()

    class Meta:
        ordering = ("target",)
        constraints = (
            models.UniqueConstraint(fields=("participant", "code"), name="visit_once_per_participant"),
            models.CheckConstraint(condition=Q(code__in=VISIT_CODES), name="visit_is_of_the_schedule"),
            models.CheckConstraint(
                condition=Q(window_open__lte=F("target"), window_close__gte=F("target")),
                name="visit_window_holds_target",
            ),
            models.CheckConstraint(
                condition=Q(booked_on=None)
                | Q(booked_on__gte=F("window_open"), booked_on__lte=F("window_close"))
                | ~Q(booking_reason=""),
                name="visit_booked_outside_window_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(booked_on=None, booked_at=None, booked_place="", booked_mode="")
                | Q(booked_on__isnull=False, booked_at__isnull=False),
                name="visit_appointment_is_whole",
            ),
            models.CheckConstraint(condition=Q(state__in=VisitState.values), name="visit_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=VisitState.TOOK_PLACE, took_place_on__isnull=False)
                | (~Q(state=VisitState.TOOK_PLACE) & Q(took_place_on=None)),
                name="visit_took_place_on_a_day",
            ),
        )
        indexes = (
            models.Index(fields=("target", "id"), condition=Q(state=VisitState.AHEAD), name="visit_ahead"),
            models.Index(
                fields=("window_close", "id"), condition=Q(state=VisitState.AHEAD), name="visit_ahead_closing"
            ),
            models.Index(
                fields=("booked_on",), condition=Q(booked_on__isnull=False), name="visit_by_appointment"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code}, {self.target}"

    @property
    def label(self) -> str:
        """The visit's name, such as "Week 2"."""
        return VISIT_BY_CODE[self.code].label

    @property
    def window_words(self) -> str:
        """The window for a reader: "20–26 Nov", "30 Mar – 5 Apr", or "on the day"."""
        return words(self.window_open, self.window_close)

    @property
    def over(self) -> bool:
        """True when nothing of the visit lies ahead."""
        return self.state != VisitState.AHEAD

    def booked_clock(self) -> datetime | None:
        """The appointment on the site's clocks; None without one."""
        return self.booked_at.astimezone(self.participant.site.zone) if self.booked_at else None
