"""A week of the calendar: what is read for it, and its days built from that."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q

from trialsite.accounts.models import Site
from visits.calendar.states import VisitState
from visits.models import ScheduledVisit
from visits.windows import WindowState, window_state

DAYS = 7
MOST = 500  # visits on a page; nobody reads a week of more


@dataclass(frozen=True)
class Appointment:
    """An appointment of the week: its time on the clocks of its site, and its state by code and word.

    together: how many other appointments the site has at the same moment. outside: not in the visit's window.
    """

    visit: ScheduledVisit
    clock: datetime
    state: str
    word: str
    outside: bool
    together: int

    @property
    def at(self) -> str:
        """Its time as text: a template would turn a moment back into UTC."""
        return f"{self.clock:%H:%M}"


@dataclass
class Day:
    """A day of the week with its appointments and the windows that open or close on it."""

    on: date
    today: bool
    appointments: list[Appointment] = field(default_factory=list)
    opens: list[ScheduledVisit] = field(default_factory=list)
    closes: list[ScheduledVisit] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """True when nothing stands on this day."""
        return not (self.appointments or self.opens or self.closes)


@dataclass(frozen=True)
class Unbooked:
    """A visit without an appointment whose window is open in this week; `day` is the one to propose."""

    visit: ScheduledVisit
    day: date


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday, the visits to book, and whether some were left out: there are too many."""

    monday: date
    days: list[Day]
    unbooked: list[Unbooked]
    cut: bool

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=DAYS - 1)

    @property
    def before(self) -> date:
        """A day of the week before."""
        return self.monday - timedelta(days=DAYS)

    @property
    def after(self) -> date:
        """A day of the week after."""
        return self.monday + timedelta(days=DAYS)


def monday_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def visits_of_week(sites: Collection[str], monday: date) -> list[ScheduledVisit]:
    """The visits of these sites that a week shows, at most one more than MOST; one query."""
    sunday = monday + timedelta(days=DAYS - 1)
    booked = Q(booked_on__range=(monday, sunday)) & ~Q(state=VisitState.CLOSED)
    open_now = Q(state=VisitState.AHEAD, window_open__lte=sunday, window_close__gte=monday)
    rows = ScheduledVisit.objects.filter(booked | open_now, participant__site__in=sites)
    return list(rows.select_related("participant").order_by("target", "participant__SUBJID")[: MOST + 1])


def week_of(
    visits: Iterable[ScheduledVisit], monday: date, sites: Mapping[str, Site], today: Mapping[str, date]
) -> Week:
    """The week built from its visits; sites and today by the code of the site."""
    rows = list(visits)
    for visit in rows:
        visit.participant.site = sites[visit.participant.site_id]
    shown = rows[:MOST]
    moments = Counter((visit.participant.site_id, visit.booked_at) for visit in shown)
    days = {
        day: Day(day, day in today.values())
        for day in (monday + timedelta(days=each) for each in range(DAYS))
    }
    unbooked = []
    for visit in shown:
        here = today[visit.participant.site_id]
        if visit.booked_on in days:
            together = moments[visit.participant.site_id, visit.booked_at] - 1
            days[visit.booked_on].appointments.append(_appointment(visit, here, together))
        if visit.state != VisitState.AHEAD or visit.window_open == visit.window_close:
            continue
        if visit.window_open in days:
            days[visit.window_open].opens.append(visit)
        if visit.window_close in days:
            days[visit.window_close].closes.append(visit)
        if visit.booked_on is None and visit.window_close >= here:
            day = min(max(visit.target, here, monday), visit.window_close)
            unbooked.append(Unbooked(visit, day))
    for each in days.values():
        each.appointments.sort(key=lambda one: (one.clock, one.visit.participant.SUBJID))
    return Week(monday, list(days.values()), unbooked, cut=len(rows) > MOST)


def _appointment(visit: ScheduledVisit, today: date, together: int) -> Appointment:
    clock = visit.booked_clock()
    assert clock is not None
    outside = window_state(clock.date(), visit.window_open, visit.window_close) is not WindowState.INSIDE
    state, word = _state(visit, clock.date(), today)
    return Appointment(visit, clock, state, word, outside, together)


def _state(visit: ScheduledVisit, on: date, today: date) -> tuple[str, str]:
    if visit.state == VisitState.TOOK_PLACE:
        return "done", "Took place"
    if visit.state == VisitState.MISSED:
        return "not-done", "Missed"
    if on < today:
        return "overdue", "Not entered yet"
    return ("due", "Today") if on == today else ("not-due", "Booked")
