"""What visits do when randomization or a saved form tells them something; connected by the app's `ready`."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from randomization.signals import number_given, unblinded
from randomization.supply.dosing import follow_dose
from screening.models import Participant
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.signals import record_changed
from visits.actions import open_schedule
from visits.forms.dose_given import DoseGiven
from visits.reminders.notices import plan_notices


@receiver(number_given, dispatch_uid="visits.open_schedule")
def open_visits(sender: Any, participant: Participant, **_: Any) -> None:
    """A treatment number opens the schedule, in the same transaction."""
    open_schedule(participant=participant)


@receiver(unblinded, dispatch_uid="visits.plan_notices")
def tell_of_unblinding(sender: Any, participant: Participant, record: Any, **_: Any) -> None:
    """Who has to know that a participant was unblinded is told by mail."""
    about: UUID = record.pk
    plan_notices(participant=participant, about=about)


@receiver(record_changed, sender=DoseGiven, dispatch_uid="visits.follow_dose")
def mark_kit(sender: Any, record: Record, **_: Any) -> None:
    """The kit that a dose was given from is used, in the transaction that saves the form."""
    doses = DoseGiven._default_manager.filter(record=record, EXPERF="Y")
    used = None if record.state == RecordState.NOT_DONE else doses.values_list("EXKIT", flat=True).first()
    follow_dose(participant=record.participant, visit=record.visit, used=used)
