"""What visits do when randomization or a saved form tells them something; connected by the app's `ready`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from randomization.signals import kit_asked_for, number_given, unblinded
from randomization.supply.dosing import follow_dose
from screening.forms.medication import OtherMedication
from screening.forms.visit_dates import VisitDates
from screening.models import Participant
from screening.signals import origins_wanted, proposal_wanted
from trialsite.accounts.models import User
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.proposals import Proposal
from trialsite.crf.signals import record_changed
from visits.calendar.opening import open_schedule
from visits.calendar.settling import refresh_left_on, settle
from visits.deviations.classifying import follow_record
from visits.deviations.form import ProtocolDeviation
from visits.deviations.sources import propose_unblinding, settle_prohibited_medication
from visits.dosing.against import settle_against_gate
from visits.dosing.gathering import facts_of
from visits.dosing.models import DoseOverride
from visits.dosing.policies import kit_refusal
from visits.dosing.proposals import override_notes, proposal_for
from visits.forms.dose_given import DoseGiven
from visits.reminders.notices import plan_notices
from visits.safety.following import follow_event
from visits.safety.forms.adverse_event import AdverseEvent
from visits.windows import SCHEDULED_VISITS


@receiver(number_given, dispatch_uid="visits.open_schedule")
def open_visits(sender: Any, participant: Participant, **_: Any) -> None:
    """A treatment number opens the schedule, in the same transaction."""
    open_schedule(participant=participant)


@receiver(unblinded, dispatch_uid="visits.plan_notices")
def tell_of_unblinding(sender: Any, participant: Participant, record: Any, **_: Any) -> None:
    """Who has to know that a participant was unblinded is told by mail; somebody classifies the deviation."""
    about: UUID = record.pk
    plan_notices(participant=participant, about=about)
    propose_unblinding(participant, about)


@receiver(record_changed, sender=VisitDates, dispatch_uid="visits.settle_visit")
def settle_visit(sender: Any, record: Record, **_: Any) -> None:
    """What the form "Visit dates" says of a visit is stored with the visit, in the same transaction."""
    if record.repeat == 0 and any(visit.code == record.visit for visit in SCHEDULED_VISITS):
        refresh_left_on(record.participant)
        settle(record.participant, [record.visit])


@receiver(record_changed, sender=DoseGiven, dispatch_uid="visits.follow_dose")
def mark_kit(sender: Any, record: Record, changed: frozenset[str], **_: Any) -> None:
    """The kit that a dose was given from is used; a dose that was not to be given is a deviation."""
    doses = DoseGiven._default_manager.filter(record=record, EXPERF="Y")
    used = None if record.state == RecordState.NOT_DONE else doses.values_list("EXKIT", flat=True).first()
    follow_dose(participant=record.participant, visit=record.visit, used=used)
    settle_against_gate(record, changed)


@receiver(kit_asked_for, dispatch_uid="visits.gate_before_dose")
def gate_before_dose(sender: Any, participant: Participant, visit: str, **_: Any) -> str | None:
    """No kit leaves the vault for a dose that is not to be given."""
    days = DoseOverride.objects.filter(participant=participant, visit=visit).values_list("on", flat=True)
    return kit_refusal(facts_of(participant, visit), participant.today(), list(days))


@receiver(proposal_wanted, dispatch_uid="visits.propose")
def propose(sender: Any, participant: Participant, form: str, visit: str, **_: Any) -> Proposal | None:
    """Kit and volume of a dose, and the medication that goes on."""
    return proposal_for(participant, form, visit)


@receiver(record_changed, sender=AdverseEvent, dispatch_uid="visits.follow_event")
def follow_adverse_event(sender: Any, record: Record, changed: frozenset[str], **_: Any) -> None:
    """A serious event starts its clock; what changes of a reported one is reported again."""
    follow_event(record, changed)


@receiver(record_changed, sender=ProtocolDeviation, dispatch_uid="visits.follow_deviation")
def follow_deviation(sender: Any, record: Record, by: User, **_: Any) -> None:
    """A proposed deviation that is recorded, or whose record is made void, is told so."""
    follow_record(record, by)


@receiver(record_changed, sender=OtherMedication, dispatch_uid="visits.settle_prohibited_medication")
def follow_medication(sender: Any, record: Record, **_: Any) -> None:
    """Prohibited medication after screening is a deviation to be classified."""
    settle_prohibited_medication(record)


@receiver(origins_wanted, dispatch_uid="visits.override_notes")
def note_overrides(sender: Any, record: Record, **_: Any) -> Mapping[str, str] | None:
    """A dose that was given although a rule was not met says so on its form."""
    return override_notes(record)
