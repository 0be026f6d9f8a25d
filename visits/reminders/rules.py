"""When a reminder is due: pure functions of what is on record and of the days of the site's calendar.

A reminder has a span of days in which it helps. It is due from the first of them, so that a worker that was
down catches up, and expires after the last, so that nobody is told on Thursday what mattered on Monday.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from visits.reminders.kinds import AHEAD_DAYS, Kind

OVERDUE_DAYS = 14
FORMS_AFTER_DAYS = 5
FORMS_DAYS = 28
SIGNATURE_DAYS = 28
FOLLOW_UP_DAYS = 28
KITS_AHEAD_DAYS = 30
ONE_DAY = timedelta(days=1)

Works = Callable[[date], bool]


@dataclass(frozen=True)
class PlannedVisit:
    """What the rule knows of a visit that is still outstanding: not taken place, not recorded as missed."""

    visit: str
    target: date
    window_open: date
    window_close: date
    booked_on: date | None


@dataclass(frozen=True)
class Span:
    """A reminder's first and last day of use, and the day that it speaks of.

    `moves`: the day comes from an appointment; another appointment causes another reminder.
    """

    kind: Kind
    first: date
    last: date
    about: date
    moves: bool = False

    def covers(self, today: date) -> bool:
        """Whether the reminder is due on a day."""
        return self.first <= today <= self.last


def visit_spans(planned: PlannedVisit, works: Works) -> Iterable[Span]:
    """Each reminder that an outstanding visit can cause.

    A window of one day (Day 1) opens with the treatment number itself and is not announced. Where a visit and
    its window would be announced on the same day, one of them is: the appointment, or without one the window.
    The close of a window whose last two days are free is told of on the working day before.
    """
    day = planned.booked_on or planned.target
    opens, closes = planned.window_open, planned.window_close
    booked = planned.booked_on is not None
    announced = day - AHEAD_DAYS * ONE_DAY
    if closes > opens:
        if booked or announced != opens:
            yield Span(Kind.VISIT_SOON, announced, day - ONE_DAY, day, booked)
        if booked:
            yield Span(Kind.VISIT_TODAY, day, day, day, moves=True)
        if not booked or announced != opens:
            yield Span(Kind.WINDOW_OPENS, opens, closes - 2 * ONE_DAY, opens)
        yield _by_a_working_day(Span(Kind.WINDOW_CLOSES, closes - ONE_DAY, closes, closes), works)
    # A visit that is booked for a day after its window is late only once that day has passed.
    late = max(closes, day)
    yield Span(Kind.OVERDUE, late + ONE_DAY, late + OVERDUE_DAYS * ONE_DAY, late, late > closes)


def forms_span(took_place_on: date) -> Span:
    """Forms that are missing some days after their visit."""
    first = took_place_on + FORMS_AFTER_DAYS * ONE_DAY
    return Span(Kind.FORM_MISSING, first, first + FORMS_DAYS * ONE_DAY, took_place_on)


def signature_span(since: date) -> Span:
    """Something that the investigator is to sign, complete since a day."""
    return Span(Kind.SIGNATURE, since, since + SIGNATURE_DAYS * ONE_DAY, since)


def report_span(aware_on: date, report_by: date) -> Span:
    """The report of a serious event, from the day on which the site knew; it stays due when it is late."""
    return Span(Kind.SAE_CLOCK, aware_on, report_by + FOLLOW_UP_DAYS * ONE_DAY, report_by)


def follow_up_span(due_on: date, works: Works) -> Span:
    """A follow-up of a serious event, told of on the last working day before its day."""
    first = _working_day_before(due_on, works)
    return Span(Kind.SAE_FOLLOW_UP, first, due_on + FOLLOW_UP_DAYS * ONE_DAY, due_on)


def kits_span(expiry: date) -> Span:
    """Kits in stock that can be used for some days only."""
    return Span(Kind.KITS_EXPIRE, expiry - KITS_AHEAD_DAYS * ONE_DAY, expiry, expiry)


def _by_a_working_day(span: Span, works: Works) -> Span:
    """The span, begun earlier when it holds no working day."""
    days = (span.last - span.first).days + 1
    if any(works(span.first + number * ONE_DAY) for number in range(days)):
        return span
    return _starting(span, _working_day_before(span.first, works))


def _starting(span: Span, first: date) -> Span:
    return Span(span.kind, first, span.last, span.about, span.moves)


def _working_day_before(day: date, works: Works) -> date:
    """The last working day before a day; the day before it when two weeks hold none."""
    earlier = (day - number * ONE_DAY for number in range(1, 15))
    return next((each for each in earlier if works(each)), day - ONE_DAY)
