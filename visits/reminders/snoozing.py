"""Putting a reminder off until a day: hidden until then, and its mail with it; it always comes back."""

from datetime import date, timedelta

from trialsite import clock
from trialsite.accounts.models import User
from trialsite.audit.context import acting
from visits.models import Reminder
from visits.reminders.hours import HOURS
from visits.reminders.kinds import Kind
from visits.reminders.outbox import TELL_AGAIN, TELL_AT_LAST, State
from visits.reminders.people import wishes_of

ONE_DAY = timedelta(days=1)
ROLE = "recipient"


class NotPutOff(Exception):
    """The reminder stays where it is. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def days_to_put_off(reminder: Reminder, today: date) -> list[date]:
    """The days until which an open reminder can be put off: none after the last on which it helps."""
    if Kind(reminder.kind).serious:
        return []
    return [today + number * ONE_DAY for number in range(1, (reminder.relevant_until - today).days + 1)]


def put_off(*, by: User, reminder: Reminder, until: date) -> Reminder:
    """Hide an own reminder until the morning of a day; mail that went out is sent again then.

    Raises NotPutOff with the reason.
    """
    with acting(by, role=ROLE, reason="put off"):
        line = _held(by, reminder)
        today = clock.today(line.site.time_zone)
        if Kind(line.kind).serious:
            raise NotPutOff("A serious adverse event cannot be put off.")
        if until not in days_to_put_off(line, today):
            raise NotPutOff(_allowed(line, today))
        line.hidden_until = until
        if line.state in (State.PLANNED, TELL_AGAIN.start, TELL_AT_LAST.start):
            line.state = State.PLANNED
            line.mail = None
            line.send_after = HOURS.mail_on(
                until, hour=wishes_of(by).digest_hour, zone=line.site.zone, until=line.relevant_until
            )
        line.save(update_fields=["hidden_until", "state", "mail", "send_after"])
    return line


def take_up_again(*, by: User, reminder: Reminder) -> Reminder:
    """Show an own reminder again at once; its mail, if one is planned, stays where it is."""
    with acting(by, role=ROLE, reason="taken up again"):
        line = _held(by, reminder)
        line.hidden_until = None
        line.save(update_fields=["hidden_until"])
    return line


def _held(by: User, reminder: Reminder) -> Reminder:
    line = (
        Reminder.objects.select_for_update(of=("self",))
        .select_related("site")
        .filter(pk=reminder.pk, recipient=by, closed_at=None)
        .first()
    )
    if line is None:
        raise NotPutOff("This reminder is settled already.")
    if line.state == State.SENDING:
        raise NotPutOff("Its mail is being sent at this moment. Try again in a minute.")
    return line


def _allowed(line: Reminder, today: date) -> str:
    if line.relevant_until <= today:
        return "It helps today only, so it cannot be put off."
    return f"Choose a day from {today + ONE_DAY} to {line.relevant_until}: after that it helps nobody."
