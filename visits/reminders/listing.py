"""A person's own reminders, as the page and the home panel show them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from trialsite import clock
from trialsite.accounts.access import sites_where
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.protocol import SCREENING_VISIT
from visits.models import Notice, Reminder
from visits.reminders.kinds import Kind
from visits.reminders.outbox import State
from visits.reminders.snoozing import days_to_put_off
from visits.windows import VISIT_BY_CODE

SHOWN = 200
PRESSING = (Kind.SAE_CLOCK, Kind.SAE_FOLLOW_UP, Kind.WINDOW_CLOSES, Kind.VISIT_TODAY)


@dataclass(frozen=True)
class Own:
    """One of a person's reminders, seen on a day at its site."""

    reminder: Reminder
    today: date

    @property
    def hidden(self) -> bool:
        """Whether it was put off, or is for a later day."""
        return self.reminder.hidden_until is not None and self.reminder.hidden_until > self.today

    @property
    def state(self) -> str:
        """Its state code (trialsite.icons)."""
        if self.reminder.kind == Kind.OVERDUE or (self.pressing and self.reminder.about < self.today):
            return "overdue"
        return "warning" if self.pressing else "due"

    @property
    def pressing(self) -> bool:
        """Whether it comes first."""
        return self.reminder.kind in PRESSING

    @property
    def number(self) -> str:
        """The participant's number; the site's, where it concerns no participant."""
        participant = self.reminder.participant
        return participant.SUBJID if participant else f"Site {self.reminder.site_id}"

    @property
    def visit(self) -> str:
        """The visit's name, if it concerns one."""
        visit = VISIT_BY_CODE.get(self.reminder.visit_code)
        return visit.label if visit else ""

    @property
    def url(self) -> str:
        """Where the matter is dealt with."""
        return address_of(self.reminder)

    @property
    def days(self) -> list[date]:
        """The days until which it can be put off."""
        return days_to_put_off(self.reminder, self.today)


def own_reminders(user: User) -> list[Own]:
    """The open reminders of a person, the most pressing first; one query."""
    rows: QuerySet[Reminder] = (
        Reminder.objects.open()
        .filter(recipient=user)
        .select_related("participant", "site", "mail")
        .order_by("relevant_until", "participant__SUBJID", "id")[:SHOWN]
    )
    found = [Own(line, clock.today(line.site.time_zone)) for line in rows]
    return sorted(found, key=lambda own: not own.pressing)


def lost_notices(user: User) -> int:
    """How many notices of a person's sites may not have arrived; one query."""
    sites = sites_where(user, Right.SEE_OUTBOX)
    return Notice.objects.filter(state=State.UNKNOWN, participant__site__in=sites).count()


def address_of(reminder: Reminder) -> str:
    """The page on which the matter of a reminder is dealt with."""
    if reminder.participant is None:
        return reverse("randomization:supply", args=[reminder.site_id])
    number, visit = reminder.participant.SUBJID, reminder.visit_code
    match Kind(reminder.kind):
        case Kind.SAE_CLOCK | Kind.SAE_FOLLOW_UP:
            return reverse("visits:events", args=[number])
        case Kind.SIGNATURE if visit != SCREENING_VISIT:
            return reverse("visits:sign", args=[number, visit])
        case Kind.SIGNATURE | Kind.ELIGIBLE_FROM:
            return reverse("screening:eligibility", args=[number])
        case Kind.FORM_MISSING:
            return reverse("visits:casebook", args=[number])
        case _:
            return reverse("visits:visit", args=[number, visit])
