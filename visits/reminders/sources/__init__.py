"""Where the causes of reminders are looked up."""

from visits.reminders.causes import Source
from visits.reminders.sources.asked import asked_for
from visits.reminders.sources.forms import missing_forms
from visits.reminders.sources.kits import expiring_kits
from visits.reminders.sources.safety import reports_due
from visits.reminders.sources.signatures import reviews_to_sign, visits_to_sign
from visits.reminders.sources.visits import outstanding_visits

SOURCES: tuple[Source, ...] = (
    outstanding_visits,
    missing_forms,
    reviews_to_sign,
    visits_to_sign,
    reports_due,
    expiring_kits,
    asked_for,
)
