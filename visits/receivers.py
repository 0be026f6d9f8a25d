"""What visits do when randomization tells them something; connected by the app's `ready`."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from randomization.signals import number_given, unblinded
from screening.models import Participant
from visits.actions import open_schedule
from visits.notices import plan_notices


@receiver(number_given, dispatch_uid="visits.open_schedule")
def open_visits(sender: Any, participant: Participant, **_: Any) -> None:
    """A treatment number opens the schedule, in the same transaction."""
    open_schedule(participant=participant)


@receiver(unblinded, dispatch_uid="visits.plan_notices")
def tell_of_unblinding(sender: Any, participant: Participant, record: Any, **_: Any) -> None:
    """Who has to know that a participant was unblinded is told by mail."""
    about: UUID = record.pk
    plan_notices(participant=participant, about=about)
