"""Which reminders are due: each once in its span, none before, none after."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from visits.reminders.rules import Due, Kind, PlannedVisit, due_reminders

# Week 2 of a participant whose Day 1 was 2026-03-16; its window crosses the end of a month.
WEEK_2 = PlannedVisit(
    visit="W2",
    target=date(2026, 3, 30),
    window_open=date(2026, 3, 27),
    window_close=date(2026, 4, 2),
    booked_on=None,
)
DAY_1 = PlannedVisit(
    visit="D1",
    target=date(2026, 3, 16),
    window_open=date(2026, 3, 16),
    window_close=date(2026, 3, 16),
    booked_on=None,
)


def kinds(planned: PlannedVisit, today: date) -> set[Kind]:
    return {due.kind for due in due_reminders([planned], today)}


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 3, 26), set()),
        (date(2026, 3, 27), {Kind.WINDOW_OPENS}),
        (date(2026, 3, 29), {Kind.WINDOW_OPENS}),
        (date(2026, 3, 30), {Kind.WINDOW_OPENS}),
        (date(2026, 3, 31), {Kind.WINDOW_OPENS}),
        (date(2026, 4, 1), {Kind.WINDOW_CLOSES}),
        (date(2026, 4, 2), {Kind.WINDOW_CLOSES}),
        (date(2026, 4, 3), {Kind.OVERDUE}),
        (date(2026, 4, 16), {Kind.OVERDUE}),
        (date(2026, 4, 17), set()),
    ],
)
def test_each_kind_is_due_on_the_days_on_which_it_helps(today: date, expected: set[Kind]) -> None:
    assert kinds(WEEK_2, today) == expected


def test_a_reminder_names_the_last_day_on_which_it_helps() -> None:
    assert due_reminders([WEEK_2], date(2026, 4, 1)) == [Due(Kind.WINDOW_CLOSES, "W2", date(2026, 4, 2))]


def test_an_appointment_moves_the_reminder_of_the_visit() -> None:
    booked = replace(WEEK_2, booked_on=date(2026, 4, 2))
    assert Kind.VISIT_SOON not in kinds(booked, date(2026, 3, 29))
    assert Kind.VISIT_SOON in kinds(booked, date(2026, 3, 30))
    assert Kind.VISIT_SOON in kinds(booked, date(2026, 4, 1))


def test_an_appointment_on_the_target_is_announced_instead_of_the_window_that_opens_that_day() -> None:
    booked = replace(WEEK_2, booked_on=WEEK_2.target)
    assert kinds(booked, WEEK_2.window_open) == {Kind.VISIT_SOON}


def test_an_appointment_on_another_day_is_announced_beside_the_window() -> None:
    booked = replace(WEEK_2, booked_on=date(2026, 3, 31))
    assert kinds(booked, date(2026, 3, 27)) == {Kind.WINDOW_OPENS}
    assert kinds(booked, date(2026, 3, 28)) == {Kind.VISIT_SOON, Kind.WINDOW_OPENS}


def test_a_visit_booked_after_its_window_is_overdue_only_after_its_appointment() -> None:
    booked = replace(WEEK_2, booked_on=date(2026, 4, 6))
    assert Kind.OVERDUE not in kinds(booked, date(2026, 4, 6))
    assert Kind.OVERDUE in kinds(booked, date(2026, 4, 7))


def test_day_1_is_not_announced_but_can_be_overdue() -> None:
    assert kinds(DAY_1, date(2026, 3, 16)) == set()
    assert kinds(DAY_1, date(2026, 3, 17)) == {Kind.OVERDUE}


@pytest.mark.req("F10", "F12")
@pytest.mark.parametrize(
    "day1", [date(2026, 1, 31), date(2028, 2, 15), date(2026, 10, 12), date(2026, 12, 20)]
)
def test_every_kind_first_comes_up_exactly_once_across_month_ends_and_leap_days(day1: date) -> None:
    planned = PlannedVisit(
        "W2", day1 + timedelta(14), day1 + timedelta(11), day1 + timedelta(17), day1 + timedelta(15)
    )
    seen: Counter[Kind] = Counter()
    before: set[Kind] = set()
    for n in range(60):
        today = kinds(planned, day1 + timedelta(days=n))
        seen.update(today - before)
        before = today
    # The one kind that no visit causes is asked for by a person.
    assert seen == dict.fromkeys(set(Kind) - {Kind.ELIGIBLE_FROM}, 1)
