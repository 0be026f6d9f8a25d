"""Opening a participant's schedule."""

from screening.models import Participant
from trialsite.audit.context import acting
from visits.models import ScheduledVisit
from visits.windows import SCHEDULED_VISITS, window

SYSTEM = "system:visits"


def open_schedule(*, participant: Participant) -> None:
    """Make the five visits of a participant whose Day 1 is known; those that exist stay as they are."""
    if participant.day1 is None:
        raise ValueError("The schedule is anchored to Day 1, which comes with the treatment number.")
    visits = []
    for visit in SCHEDULED_VISITS:
        planned = window(participant.day1, visit.code)
        visits.append(
            ScheduledVisit(
                participant=participant,
                code=visit.code,
                target=planned.target,
                window_open=planned.opens,
                window_close=planned.closes,
            )
        )
    with acting(SYSTEM, role="system", reason="The treatment number was given."):
        ScheduledVisit.objects.bulk_create(visits, ignore_conflicts=True)
