"""Study days, targets, windows: the worked numbers, and a second implementation (clinical content, 4.10)."""

import random
from datetime import date

import pytest

from visits.windows import SCHEDULED_VISITS, WindowState, date_of, study_day, target, window, window_state

DAY1 = date(2026, 3, 16)

# Study days of target and window as the schedule of assessments prints them, typed from its table.
TABLE = {"D1": (1, 1, 1), "W2": (12, 15, 18), "W4": (26, 29, 32), "W6": (40, 43, 46), "W8": (54, 57, 60)}


@pytest.mark.req("D5")
@pytest.mark.parametrize(
    ("visit", "aim", "opens", "closes"),
    [
        ("D1", date(2026, 3, 16), date(2026, 3, 16), date(2026, 3, 16)),
        ("W2", date(2026, 3, 30), date(2026, 3, 27), date(2026, 4, 2)),
        ("W4", date(2026, 4, 13), date(2026, 4, 10), date(2026, 4, 16)),
        ("W6", date(2026, 4, 27), date(2026, 4, 24), date(2026, 4, 30)),
        ("W8", date(2026, 5, 11), date(2026, 5, 8), date(2026, 5, 14)),
    ],
)
def test_targets_and_windows_are_the_worked_ones(visit: str, aim: date, opens: date, closes: date) -> None:
    planned = window(DAY1, visit)
    assert (planned.target, planned.opens, planned.closes) == (aim, opens, closes)


@pytest.mark.req("D5")
@pytest.mark.parametrize(
    ("on", "day", "state"),
    [
        (date(2026, 3, 26), 11, WindowState.BEFORE),
        (date(2026, 3, 27), 12, WindowState.INSIDE),
        (date(2026, 4, 2), 18, WindowState.INSIDE),
        (date(2026, 4, 3), 19, WindowState.AFTER),
    ],
)
def test_day_18_is_in_the_window_of_week_2_and_day_19_is_not(on: date, day: int, state: WindowState) -> None:
    planned = window(DAY1, "W2")
    assert study_day(on, DAY1) == day
    assert window_state(on, planned.opens, planned.closes) is state


@pytest.mark.req("D5")
def test_there_is_no_day_zero() -> None:
    assert study_day(date(2026, 3, 15), DAY1) == -1
    assert study_day(DAY1, DAY1) == 1
    with pytest.raises(ValueError, match="no study day 0"):
        date_of(0, DAY1)


def test_screening_runs_from_day_minus_28_to_the_day_before_day_1() -> None:
    planned = window(DAY1, "S")
    assert (planned.opens, planned.closes) == (date(2026, 2, 16), date(2026, 3, 15))


@pytest.mark.parametrize("visit", ["X", "E"])
def test_visits_that_nobody_plans_have_no_window(visit: str) -> None:
    with pytest.raises(ValueError, match="no target date"):
        window(DAY1, visit)


def test_the_treatment_number_opens_five_visits() -> None:
    assert [visit.code for visit in SCHEDULED_VISITS] == list(TABLE)


@pytest.mark.req("D5")
def test_a_second_implementation_agrees_on_10_000_random_cases() -> None:
    chance = random.Random(20260316)
    for _ in range(10_000):
        day1 = date(chance.randint(1990, 2090), chance.randint(1, 12), chance.randint(1, 28))
        on = date(day1.year + chance.choice((-1, 0, 0, 0, 1)), chance.randint(1, 12), chance.randint(1, 28))
        day = _days_since_epoch(on) - _days_since_epoch(day1)
        day = day if day < 0 else day + 1
        assert study_day(on, day1) == day
        assert date_of(day, day1) == on
        visit = chance.choice(list(TABLE))
        opens, aim, closes = TABLE[visit]
        planned = window(day1, visit)
        state = window_state(on, planned.opens, planned.closes)
        assert (state is WindowState.INSIDE) == (opens <= day <= closes)
        assert (state is WindowState.BEFORE) == (day < opens)
        assert _days_since_epoch(planned.target) - _days_since_epoch(day1) == aim - 1
        if visit != "D1":
            assert target(day1, int(visit.removeprefix("W"))) == planned.target


def _days_since_epoch(on: date) -> int:
    """Days since 1970-01-01, counted month by month from the lengths of the months alone."""
    days = 0
    for year in range(1970, on.year):
        days += 366 if _leap(year) else 365
    for year in range(on.year, 1970):
        days -= 366 if _leap(year) else 365
    lengths = (31, 29 if _leap(on.year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return days + sum(lengths[: on.month - 1]) + on.day - 1


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
