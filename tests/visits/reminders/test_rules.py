"""Which reminders are due: each once in its span, none before, none after."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visits.reminders.hours import HOURS
from visits.reminders.kinds import FACTS, Kind
from visits.reminders.rules import (
    ONE_DAY,
    PlannedVisit,
    Span,
    follow_up_span,
    forms_span,
    kits_span,
    report_span,
    signature_span,
    visit_spans,
)

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


def spans(planned: PlannedVisit) -> Iterator[Span]:
    return iter(visit_spans(planned, HOURS.works))


def kinds(planned: PlannedVisit, today: date) -> set[Kind]:
    return {span.kind for span in spans(planned) if span.covers(today)}


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 3, 26), set()),
        (date(2026, 3, 27), {Kind.WINDOW_OPENS}),
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


def test_an_appointment_moves_the_reminders_of_the_visit() -> None:
    booked = replace(WEEK_2, booked_on=date(2026, 4, 2))
    assert Kind.VISIT_SOON not in kinds(booked, date(2026, 3, 29))
    assert Kind.VISIT_SOON in kinds(booked, date(2026, 3, 30))
    assert Kind.VISIT_SOON in kinds(booked, date(2026, 4, 1))
    assert Kind.VISIT_TODAY in kinds(booked, date(2026, 4, 2))
    assert Kind.VISIT_TODAY not in kinds(WEEK_2, WEEK_2.target), "nobody comes without an appointment"


def test_what_speaks_of_an_appointment_is_another_reminder_for_another_appointment() -> None:
    moving = {span.kind for span in spans(replace(WEEK_2, booked_on=date(2026, 4, 6))) if span.moves}
    assert moving == {Kind.VISIT_SOON, Kind.VISIT_TODAY, Kind.OVERDUE}
    assert not any(span.moves for span in spans(WEEK_2))


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


@pytest.mark.parametrize(
    ("closes", "first"),
    [
        (date(2026, 4, 3), date(2026, 4, 2)),  # a Friday: on Thursday
        (date(2026, 4, 4), date(2026, 4, 3)),  # a Saturday: on Friday
        (date(2026, 3, 29), date(2026, 3, 27)),  # a Sunday: on Friday, too
        (date(2026, 3, 30), date(2026, 3, 29)),  # a Monday: from Sunday on, mailed on Monday
        (date(2026, 10, 2), date(2026, 9, 30)),  # in the holidays of October: on the day before them
    ],
)
def test_the_close_of_a_window_is_told_of_on_a_working_day(closes: date, first: date) -> None:
    planned = PlannedVisit("W2", closes - 3 * ONE_DAY, closes - 6 * ONE_DAY, closes, None)
    (found,) = (span for span in spans(planned) if span.kind is Kind.WINDOW_CLOSES)
    assert (found.first, found.last, found.about) == (first, closes, closes)


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (forms_span(date(2026, 2, 26)), date(2026, 3, 3), date(2026, 3, 31)),
        (signature_span(date(2026, 3, 31)), date(2026, 3, 31), date(2026, 4, 28)),
        (report_span(date(2026, 3, 31), date(2026, 4, 1)), date(2026, 3, 31), date(2026, 4, 29)),
        # A Monday: told of on the Friday before.
        (follow_up_span(date(2026, 3, 30), HOURS.works), date(2026, 3, 27), date(2026, 4, 27)),
        (kits_span(date(2028, 3, 15)), date(2028, 2, 14), date(2028, 3, 15)),
    ],
)
def test_what_no_schedule_causes_has_its_span_across_the_ends_of_months(
    span: Span, first: date, last: date
) -> None:
    assert (span.first, span.last) == (first, last)


def test_every_kind_has_words_fits_its_column_and_what_is_serious_is_not_a_choice() -> None:
    assert set(FACTS) == set(Kind)
    for kind in Kind:
        assert len(kind) <= 13
        assert "{day}" in FACTS[kind].dated
        assert not (kind.serious and kind.urgent)


DAYS = st.dates(date(2025, 12, 1), date(2028, 12, 31))


@pytest.mark.req("F10", "F12", "D5")
@settings(max_examples=150, deadline=None)
@given(day1=DAYS, offset=st.integers(-3, 3), booked=st.booleans())
def test_every_kind_comes_up_once_and_can_be_told_on_a_working_day(
    day1: date, offset: int, *, booked: bool
) -> None:
    target = day1 + timedelta(days=14)
    planned = PlannedVisit(
        "W2",
        target,
        target - timedelta(days=3),
        target + timedelta(days=3),
        target + timedelta(days=offset) if booked else None,
    )
    seen: Counter[Kind] = Counter()
    before: set[Kind] = set()
    for number in range(60):
        today = kinds(planned, day1 + timedelta(days=number))
        seen.update(today - before)
        before = today
    assert set(seen.values()) == {1}
    assert {Kind.WINDOW_CLOSES, Kind.OVERDUE} <= set(seen)
    assert (Kind.VISIT_TODAY in seen) == booked
    # The window is announced, or the appointment in its stead; a long appointment before a holiday is both.
    assert {Kind.WINDOW_OPENS, Kind.VISIT_SOON} & set(seen)
    for span in spans(planned):
        assert span.first <= span.last
        if span.kind is Kind.WINDOW_CLOSES:
            days = (
                span.first + timedelta(days=number) for number in range((span.last - span.first).days + 1)
            )
            assert any(HOURS.works(day) for day in days)
