"""What became of a scheduled visit, and which deviations that suggests: pure rules."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices

from screening.early_end import closed_by_end
from visits.course import Course
from visits.windows import WindowState, window_state


class VisitState(TextChoices):
    """The state of a scheduled visit, as it is stored beside its window."""

    AHEAD = "AHEAD", "Ahead"
    TOOK_PLACE = "TOOK_PLACE", "Took place"
    MISSED = "MISSED", "Missed"
    CLOSED = "CLOSED", "Closed: left the study"


def state_of(course: Course, closes: date, left_on: date | None) -> VisitState:
    """The state of a visit: by its form "Visit dates" first, then by whether the participant has left.

    closes: last day of the window. left_on: the day of leaving early, if any.
    """
    if course.took_place_on is not None:
        return VisitState.TOOK_PLACE
    if closed_by_end(closes, left_on):
        return VisitState.CLOSED
    return VisitState.MISSED if course.missed else VisitState.AHEAD


@dataclass(frozen=True)
class Departure:
    """How a visit departs from the schedule: the cause's key, its sentence, the day it is about."""

    cause: str
    term: str
    on: date


OUTSIDE = "outside-window"
MISSED = "missed"
CAUSES = (OUTSIDE, MISSED)


def departure_of(
    *, state: VisitState, opens: date, closes: date, took_place_on: date | None, booked_on: date | None
) -> Departure | None:
    """How a visit departs from the protocol, if it does; booked_on counts until it has taken place."""
    if state is VisitState.MISSED:
        return Departure(MISSED, "A scheduled visit was missed.", closes)
    if state is VisitState.CLOSED:
        return None
    day = took_place_on or booked_on
    if day is None or window_state(day, opens, closes) is WindowState.INSIDE:
        return None
    if took_place_on is not None:
        return Departure(OUTSIDE, "A visit took place outside its window.", day)
    return Departure(OUTSIDE, "A visit was booked outside its window.", day)
