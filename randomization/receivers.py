"""What randomization does when a room below it speaks."""

from typing import Any

from django.dispatch import receiver

from randomization.actions import withdraw_requests
from randomization.models import TreatmentRequest
from randomization.states import State
from screening.models import Participant
from screening.signals import eligibility_voided
from trialsite.crf.signals import study_locking


@receiver(eligibility_voided)
def withdraw_waiting_request(sender: object, participant: Participant, **_: Any) -> None:
    """A number is not given on an eligibility that no longer stands."""
    withdraw_requests(participant=participant)


@receiver(study_locking)
def number_under_way(sender: object, **_: Any) -> str | None:
    """What was asked of the vault is answered and taken up before the study is locked."""
    if TreatmentRequest.objects.filter(state__in=(State.WAITING, State.ANSWERED)).exists():
        return "A number or kit is being asked for at this moment. Lock the study when it was given."
    return None
