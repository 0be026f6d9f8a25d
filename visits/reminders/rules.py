"""Which reminders are due: a pure function of the schedule and the day at the site.

A reminder has a span of days in which it helps. It is due from the first of them, so that a worker that was
down catches up, and expires after the last, so that nobody is told on Thursday what mattered on Monday.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

AHEAD_DAYS = 3
OVERDUE_DAYS = 14
ONE_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What a reminder is about."""

    VISIT_SOON = "VISIT_SOON"
    WINDOW_OPENS = "WINDOW_OPENS"
    WINDOW_CLOSES = "WINDOW_CLOSES"
    OVERDUE = "OVERDUE"
    # Asked for by a person; the others follow from the schedule.
    ELIGIBLE_FROM = "ELIGIBLE_FROM"

    @property
    def words(self) -> str:
        """The kind in words, for pages; mails do not say it."""
        return WORDS[self]


WORDS = {
    Kind.VISIT_SOON: f"Visit in {AHEAD_DAYS} days",
    Kind.WINDOW_OPENS: "Window opens today",
    Kind.WINDOW_CLOSES: "Window closes tomorrow",
    Kind.OVERDUE: "Visit overdue",
    Kind.ELIGIBLE_FROM: "Eligible from today, as asked",
}


@dataclass(frozen=True)
class PlannedVisit:
    """What the rule knows of a visit that is still outstanding: not taken place, not recorded as missed."""

    visit: str
    target: date
    window_open: date
    window_close: date
    booked_on: date | None


@dataclass(frozen=True)
class Due:
    """A reminder that is due: its kind, the visit's code, and the last day on which it is of use."""

    kind: Kind
    visit: str
    relevant_until: date


def due_reminders(schedule: Iterable[PlannedVisit], today: date) -> list[Due]:
    """The reminders that are due on a day (the site's calendar), at most one of each kind a visit."""
    return [
        Due(kind, planned.visit, last)
        for planned in schedule
        for kind, first, last in spans(planned)
        if first <= today <= last
    ]


def spans(planned: PlannedVisit) -> Iterable[tuple[Kind, date, date]]:
    """Each kind that a visit can cause, with the first and the last day on which it helps.

    A window of one day (Day 1) opens with the treatment number itself and is not announced. Where a visit and
    its window would be announced on the same day, one of them is: the appointment, or without one the window.
    """
    day = planned.booked_on or planned.target
    opens, closes = planned.window_open, planned.window_close
    announced = day - AHEAD_DAYS * ONE_DAY
    if closes > opens:
        if planned.booked_on is not None or announced != opens:
            yield Kind.VISIT_SOON, announced, day - ONE_DAY
        if planned.booked_on is None or announced != opens:
            yield Kind.WINDOW_OPENS, opens, closes - 2 * ONE_DAY
        yield Kind.WINDOW_CLOSES, closes - ONE_DAY, closes
    # A visit that is booked for a day after its window is late only once that day has passed.
    late = max(closes, day)
    yield Kind.OVERDUE, late + ONE_DAY, late + OVERDUE_DAYS * ONE_DAY
