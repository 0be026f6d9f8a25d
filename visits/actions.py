"""Opening a participant's schedule and booking its visits."""

from datetime import date

from screening.models import Participant
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting, do_last
from visits.booking import booking_refusal
from visits.casebook.summaries import count_visits
from visits.course import Course, courses_of
from visits.models import ScheduledVisit
from visits.windows import SCHEDULED_VISITS, WindowState, window, window_state

SYSTEM = "system:visits"


class NotBookable(Exception):
    """The appointment was not made. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
        do_last(count_visits, str(participant.pk))


def book_visit(
    *, by: User, visit: ScheduledVisit, on: date, seen: date | None = None, reason: str = ""
) -> ScheduledVisit:
    """Make or move the appointment of a visit; needs BOOK_VISITS at the site.

    seen: the appointment that the person saw when choosing; reason: why `on` lies outside the window.
    Raises NotAllowed, or NotBookable with the reason.
    """
    participant = visit.participant
    require(by, Right.BOOK_VISITS, participant.site_id)
    reason = reason.strip()
    with acting(by, role=role_name(by, Right.BOOK_VISITS, participant.site_id), reason=reason):
        visit = ScheduledVisit.objects.select_for_update().get(pk=visit.pk)
        course = courses_of(participant).get(visit.code, Course())
        if visit.booked_on != seen:
            now = visit.booked_on.isoformat() if visit.booked_on else "no day"
            raise NotBookable(f"Meanwhile somebody else booked it for {now}. Look at it again.")
        refusal = booking_refusal(
            opens=visit.window_open,
            closes=visit.window_close,
            course=course,
            on=on,
            reason=reason,
            today=participant.today(),
        )
        if refusal:
            raise NotBookable(refusal)
        inside = window_state(on, visit.window_open, visit.window_close) is WindowState.INSIDE
        visit.booked_on = on
        visit.booking_reason = "" if inside else reason
        visit.save(update_fields=["booked_on", "booking_reason"])
    return visit
