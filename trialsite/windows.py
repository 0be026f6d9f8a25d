"""Study days, target dates and visit windows, all anchored to Day 1 (clinical content, 4.10).

Day 1 is the date of the treatment number; the day before it is Day -1, there is no Day 0. A window never
moves with the date on which an earlier visit took place.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from trialsite.protocol import VISITS, Visit

VISIT_BY_CODE = {visit.code: visit for visit in VISITS}
SCHEDULED_VISITS = tuple(visit for visit in VISITS if visit.scheduled)


class WindowState(StrEnum):
    """Where a day lies, seen from a window."""

    BEFORE = "before the window"
    INSIDE = "in the window"
    AFTER = "after the window"


@dataclass(frozen=True)
class Window:
    """The target date of a visit and the first and last date of its window (both belong to it)."""

    target: date
    opens: date
    closes: date


def study_day(on: date, day1: date) -> int:
    """The study day of a date: 1 on Day 1, -1 on the day before it, never 0."""
    days = (on - day1).days
    return days + 1 if days >= 0 else days


def date_of(day: int, day1: date) -> date:
    """The date of a study day, the inverse of `study_day`. ValueError for 0, which does not exist."""
    if day == 0:
        raise ValueError("There is no study day 0.")
    return day1 + timedelta(days=day - 1 if day > 0 else day)


def target(day1: date, week: int) -> date:
    """The target date of a visit by its week: study day 1 + 7 × week."""
    return date_of(1 + 7 * week, day1)


def window(day1: date, visit: str) -> Window:
    """Target and window of a visit by its code. ValueError when it has none (unscheduled, early end)."""
    planned: Visit = VISIT_BY_CODE[visit]
    if planned.day is None:
        raise ValueError(f"{planned.label} has no target date.")
    aim = date_of(planned.day, day1)
    return Window(aim, aim - timedelta(days=planned.before), aim + timedelta(days=planned.after))


def words(opens: date, closes: date) -> str:
    """A window for a reader: "20–26 Nov", "30 Mar – 5 Apr", or "on the day"."""
    if opens == closes:
        return "on the day"
    if opens.month == closes.month:
        return f"{opens.day}–{closes:%-d %b}"
    return f"{opens:%-d %b} – {closes:%-d %b}"


def window_state(on: date, opens: date, closes: date) -> WindowState:
    """Whether a date lies before, in or after a window."""
    if on < opens:
        return WindowState.BEFORE
    return WindowState.INSIDE if on <= closes else WindowState.AFTER
