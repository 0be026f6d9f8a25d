"""A second, independently written reckoning of days and windows: it counts calendar pages, day by day.

It shares no arithmetic with the product: no subtraction of dates, no study day by formula.
"""

import calendar
from collections.abc import Iterator
from datetime import date
from random import Random

import pytest

from screening.early_end import closed_by_end, end_refusal
from trialsite.windows import SCHEDULED_VISITS, study_day, window, window_state
from visits.calendar.states import departure_of, state_of
from visits.course import Course

CASES = 10_000
TARGETS = {"D1": 1, "W2": 15, "W4": 29, "W6": 43, "W8": 57}  # as the protocol's table prints them
Page = tuple[int, int, int]  # year, month, day


def next_page(page: Page) -> Page:
    """Tear off one page of the calendar."""
    year, month, day = page
    if day < calendar.monthrange(year, month)[1]:
        return year, month, day + 1
    return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)


def pages(start: Page, number: int) -> list[Page]:
    """The first page and those after it."""
    found = [start]
    while len(found) < number:
        found.append(next_page(found[-1]))
    return found


def day_numbers(block: list[Page], first: Page) -> dict[Page, int]:
    """The study day of each page of a block: there is no day 0 before the first page of treatment."""
    place = block.index(first)
    return {page: (at - place + 1 if at >= place else at - place) for at, page in enumerate(block)}


def page_of(day: date) -> Page:
    return day.year, day.month, day.day


def random_days(random: Random) -> Iterator[Page]:
    """First days of treatment, often at the end of a month, of February, of a year."""
    while True:
        year = random.randint(2024, 2029)
        month = random.choice([1, 2, 2, 3, 10, 12, random.randint(1, 12)])
        last = calendar.monthrange(year, month)[1]
        yield year, month, random.choice([1, last, last - 1, random.randint(1, last)])


@pytest.mark.req("D5", "F12")
def test_both_reckonings_agree_on_ten_thousand_random_cases() -> None:
    random = Random(20260316)
    firsts = random_days(random)
    for _ in range(CASES // 20):
        first = next(firsts)
        year, month, _day = first
        block = pages((year - 1, 12, 1) if month == 1 else (year, month - 1, 1), 150)
        numbers = day_numbers(block, first)
        by_number = {number: page for page, number in numbers.items()}
        day1 = date(*first)
        for _ in range(20):
            visit = random.choice(list(TARGETS))
            spread = 0 if visit == "D1" else 3
            inside = {by_number[TARGETS[visit] + each] for each in range(-spread, spread + 1)}
            page = random.choice(block)
            day = date(*page)
            planned = window(day1, visit)
            assert page_of(planned.target) == by_number[TARGETS[visit]]
            assert study_day(day, day1) == numbers[page]
            state = window_state(day, planned.opens, planned.closes)
            assert (state.name == "INSIDE") == (page in inside)
            assert (state.name == "BEFORE") == (page < min(inside))
            _agree_on_the_end(random, block, visit, day1, inside, page)


def _agree_on_the_end(
    random: Random, block: list[Page], visit: str, day1: date, inside: set[Page], page: Page
) -> None:
    """Leaving on a random page: which visits are closed, refused, or a deviation, by order of pages alone."""
    left = random.choice([None, *block])
    left_on = date(*left) if left else None
    closes = date(*max(inside))
    assert closed_by_end(closes, left_on) == (left is not None and not max(inside) < left)
    assert bool(end_refusal(visit, day1, left_on)) == (left is not None and min(inside) > left)
    took_place = random.random() < 0.3
    course = Course(took_place_on=date(*page)) if took_place else Course(missed=random.random() < 0.3)
    state = state_of(course, closes, left_on)
    if took_place:
        expected = "TOOK_PLACE"
    elif left is not None and left <= max(inside):
        expected = "CLOSED"
    else:
        expected = "MISSED" if course.missed else "AHEAD"
    assert state.name == expected
    found = departure_of(
        state=state,
        opens=date(*min(inside)),
        closes=closes,
        took_place_on=course.took_place_on,
        booked_on=date(*page),
    )
    departs = expected == "MISSED" or (expected in ("TOOK_PLACE", "AHEAD") and page not in inside)
    assert (found is not None) == departs


def test_the_table_of_the_second_reckoning_names_every_visit() -> None:
    assert sorted(TARGETS) == sorted(visit.code for visit in SCHEDULED_VISITS)
