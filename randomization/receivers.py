"""What randomization does when a room below it speaks."""

from typing import Any

from django.dispatch import receiver

from randomization.actions import withdraw_requests
from screening.models import Participant
from screening.signals import eligibility_voided


@receiver(eligibility_voided)
def withdraw_waiting_request(sender: object, participant: Participant, **_: Any) -> None:
    """A number is not given on an eligibility that no longer stands."""
    withdraw_requests(participant=participant)
