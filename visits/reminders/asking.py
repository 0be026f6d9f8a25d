"""Asking for a reminder of the day from which a participant is eligible."""

from datetime import date, datetime, time, timedelta

from screening.models import Participant
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from visits.models import Reminder
from visits.reminders.rules import Kind

MORNING = time(7)  # at the site: before the day's work
REMIND_WITHIN = timedelta(days=400)
STILL_OF_USE = timedelta(days=7)


class NoReminder(Exception):
    """Nothing was planned. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def remind_when_eligible(*, by: User, participant: Participant, day: date) -> Reminder:
    """Plan a mail to this person for the morning of a day in screening; asked twice, planned once.

    Needs SEE_ELIGIBILITY at the site. Raises NotAllowed, or NoReminder with the reason.
    """
    require(by, Right.SEE_ELIGIBILITY, participant.site_id)
    if not by.email:
        raise NoReminder("Your account has no e-mail address. An administrator can add one.")
    if participant.RANDNO:
        raise NoReminder("The participant has a treatment number already.")
    today = participant.today()
    if not today < day <= today + REMIND_WITHIN:
        raise NoReminder(f"A reminder is for a day from tomorrow to {today + REMIND_WITHIN}.")
    with acting(by, role=role_name(by, Right.SEE_ELIGIBILITY, participant.site_id)):
        reminder, _ = Reminder.objects.get_or_create(
            participant=participant,
            about=day,
            kind=Kind.ELIGIBLE_FROM,
            recipient=by,
            defaults={
                "relevant_until": day + STILL_OF_USE,
                "send_after": datetime.combine(day, MORNING, participant.site.zone),
            },
        )
    return reminder
