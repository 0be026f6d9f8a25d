"""What visits do when randomization tells them something; connected by the app's `ready`."""

from typing import Any

from django.dispatch import receiver

from randomization.signals import number_given
from screening.models import Participant
from visits.actions import open_schedule


@receiver(number_given, dispatch_uid="visits.open_schedule")
def open_visits(sender: Any, participant: Participant, **_: Any) -> None:
    """A treatment number opens the schedule, in the same transaction."""
    open_schedule(participant=participant)
