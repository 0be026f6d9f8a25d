"""Asking for a reminder of the day from which a participant is eligible."""

from datetime import date, timedelta

from screening.models import Participant
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.protocol import SCREENING_VISIT
from visits.models import Reminder
from visits.reminders.hours import HOURS
from visits.reminders.kinds import Kind
from visits.reminders.people import wishes_of

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
    until = day + STILL_OF_USE
    hour = wishes_of(by).digest_hour
    with acting(by, role=role_name(by, Right.SEE_ELIGIBILITY, participant.site_id)):
        reminder, _ = Reminder.objects.get_or_create(
            subject=f"{participant.pk}/{day}",
            kind=Kind.ELIGIBLE_FROM,
            recipient=by,
            defaults={
                "site": participant.site,
                "participant": participant,
                "visit_code": SCREENING_VISIT,
                "about": day,
                "relevant_until": until,
                "hidden_until": day,
                "send_after": HOURS.mail_on(day, hour=hour, zone=participant.site.zone, until=until),
            },
        )
    return reminder
