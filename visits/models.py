"""The schedule of a participant; reminders and visit forms are imported for their tables."""

from visits.calendar.feed_models import CalendarFeed
from visits.calendar.models import ScheduledVisit
from visits.casebook.models import SignedRecord, VisitSignature, VisitSummary
from visits.deviations.models import ProposedDeviation
from visits.dosing.models import AdviceReason, DoseAdvice, DoseOverride
from visits.forms.dose_given import DoseGiven
from visits.forms.every import EVERY_FORM
from visits.reminders.models import Reminder, ReminderMail
from visits.reminders.notice_models import Notice
from visits.reminders.preference_models import ReminderPreference
from visits.safety.forms.every import EVERY_EVENT
from visits.safety.models import SafetyReport, SeriousEvent

__all__ = [
    "EVERY_EVENT",
    "EVERY_FORM",
    "AdviceReason",
    "CalendarFeed",
    "DoseAdvice",
    "DoseGiven",
    "DoseOverride",
    "Notice",
    "ProposedDeviation",
    "Reminder",
    "ReminderMail",
    "ReminderPreference",
    "SafetyReport",
    "ScheduledVisit",
    "SeriousEvent",
    "SignedRecord",
    "VisitSignature",
    "VisitSummary",
]
