"""The schedule of a participant; reminders and visit forms are imported for their tables."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from screening.forms.visit_dates import VisitDates
from trialsite.crf.codelists import NOT_DONE
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from visits.casebook.models import SignedRecord, VisitSignature, VisitSummary
from visits.deviations.models import ProposedDeviation
    "EVERY_EVENT",
    "EVERY_FORM",
    "AdviceReason",
    "DoseAdvice",
from visits.forms.dose_given import DoseGiven
from visits.reminders.models import Reminder
from visits.reminders.notice_models import Notice
from visits.reminders.preference_models import ReminderPreference
from visits.safety.forms.every import EVERY_EVENT
    "ReminderMail",
    "ReminderPreference",
    "SafetyReport",
from visits.safety.models import SafetyReport, SeriousEvent
    "SeriousEvent",

__all__ = [
    "DoseGiven",
    "Notice",
    "ProposedDeviation",
    "Reminder",
    "ScheduledVisit",
    "SignedRecord",
    "VisitSignature",
    "VisitSummary",
]

VISIT_CODES = [visit.code for visit in SCHEDULED_VISITS]


class ScheduledVisits(QuerySet["ScheduledVisit"]):
    """Scheduled visits, and what the form "Visit dates" says of them (see visits/course.py)."""

    def outstanding(self) -> "ScheduledVisits":
        """Those that neither took place nor were recorded as missed."""
        marked = Record.objects.filter(
            participant=OuterRef("participant"),
            visit=OuterRef("code"),
            repeat=0,
            form=VisitDates.code,
            state=RecordState.NOT_DONE,
        )
        dated = VisitDates.objects.filter(
            record__participant=OuterRef("participant"), record__visit=OuterRef("code"), record__repeat=0
        ).filter(Q(SVSTDTC__isnull=False) | Q(SVSTDTC_ND=NOT_DONE))
        return self.filter(~Exists(marked), ~Exists(dated))


class ScheduledVisit(models.Model):
    """One of the five visits that open with the treatment number: its target, its window, its appointment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        settings.CRF_PARTICIPANT_MODEL, on_delete=models.PROTECT, related_name="visits"
    )
    code = models.CharField(max_length=2)
    target = models.DateField()
    window_open = models.DateField()
    window_close = models.DateField()
    booked_on = models.DateField(null=True, blank=True)
    # Why the appointment lies outside the window; empty inside it.
    booking_reason = models.CharField(max_length=200, blank=True, default="")

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
        )
        indexes = (models.Index(fields=("target", "id"), name="visit_by_target"),)

    def __str__(self) -> str:
        return f"{self.code}, {self.target}"

    @property
    def window_words(self) -> str:
        """The window for a reader: "20–26 Nov", "30 Mar – 5 Apr", or "on the day"."""
        opens, closes = self.window_open, self.window_close
        if opens == closes:
            return "on the day"
        if opens.month == closes.month:
            return f"{opens.day}–{closes:%-d %b}"
        return f"{opens:%-d %b} – {closes:%-d %b}"
