"""Partial dates are intervals: never completed, compared in three values."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialsite.partial_date import UNKNOWN_DAYS, Days, PartialDate, days_between
from trialsite.truth import Truth

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


def on(text: str) -> PartialDate:
    return PartialDate.parse(text)


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "is_full"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), False),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28), False),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), False),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), False),
        ("2026-02-14", date(2026, 2, 14), date(2026, 2, 14), True),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29), True),
    ],
)
def test_a_date_is_as_wide_as_it_is_unknown(text: str, earliest: date, latest: date, is_full: bool) -> None:
    parsed = on(text)
    assert (parsed.earliest, parsed.latest, parsed.is_full) == (earliest, latest, is_full)
    assert parsed.text == text
    assert str(parsed) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "2026-2",
        "2026-02-1",
        "2026-13",
        "2026-00",
        "2026-02-00",
        "2026-02-30",
        "2026-02-29",
        "2026-UN",
        "2026/02/14",
        "14.02.2026",
        " 2026",
        "2026-02-14T10:00",
        "２０２６",
        "1899",
        "2101-01-01",
        "0000",
    ],
)
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="Write a date as year-month-day"):
        PartialDate.parse(text)


def test_a_day_without_its_month_is_refused() -> None:
    with pytest.raises(ValueError, match="Write a date"):
        PartialDate(2026, None, 14)


@pytest.mark.parametrize(
    ("left", "right", "before", "on_or_before"),
    [
        ("2026-02-14", "2026-02-15", YES, YES),
        ("2026-02-14", "2026-02-14", NO, YES),
        ("2026-02-15", "2026-02-14", NO, NO),
        ("2026-02", "2026-03", YES, YES),
        ("2026-02", "2026-02", UNKNOWN, UNKNOWN),
        ("2026-02", "2026-02-28", UNKNOWN, YES),
        ("2026-02", "2026-03-01", YES, YES),
        ("2026-02", "2026-02-01", NO, UNKNOWN),
        ("2026-02", "2026-01-31", NO, NO),
        ("2026", "2026-06", UNKNOWN, UNKNOWN),
        ("2026", "2027", YES, YES),
    ],
)
def test_comparisons(left: str, right: str, before: Truth, on_or_before: Truth) -> None:
    assert on(left).before(on(right)) is before
    assert on(left).on_or_before(on(right)) is on_or_before
    assert on(right).after(on(left)) is before
    assert on(right).on_or_after(on(left)) is on_or_before
    assert on(left).on_or_after(on(right)) is ~before
    assert on(left).after(on(right)) is ~on_or_before


@pytest.mark.parametrize(
    ("event", "reference", "days"),
    [
        ("2026-02-14", "2026-02-14", Days(0, 0)),
        ("2026-02-14", "2026-03-14", Days(28, 28)),
        ("2026-03-14", "2026-02-14", Days(-28, -28)),
        ("2026-02", "2026-03-01", Days(1, 28)),
        ("2026-02-14", "2026-03", Days(15, 45)),
        ("2024-02-28", "2024-03-01", Days(2, 2)),
    ],
)
def test_days_between_are_reference_minus_event(event: str, reference: str, days: Days) -> None:
    assert days_between(on(event), on(reference)) == days


def test_a_date_not_known_leaves_the_number_of_days_open() -> None:
    assert days_between(None, on("2026")) == UNKNOWN_DAYS
    assert days_between(on("2026"), None) == UNKNOWN_DAYS
    assert UNKNOWN_DAYS.at_least(60) is UNKNOWN
    assert UNKNOWN_DAYS.at_most(60) is UNKNOWN


@pytest.mark.parametrize(
    ("days", "at_least_60", "at_most_60"),
    [
        (Days(59, 59), NO, YES),
        (Days(60, 60), YES, YES),
        (Days(61, 61), YES, NO),
        (Days(59, 60), UNKNOWN, YES),
        (Days(60, 61), YES, UNKNOWN),
        (Days(1, 100), UNKNOWN, UNKNOWN),
    ],
)
def test_bounds_include_the_day_itself(days: Days, at_least_60: Truth, at_most_60: Truth) -> None:
    assert days.at_least(60) is at_least_60
    assert days.at_most(60) is at_most_60


days_of_a_life = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


@given(days_of_a_life, st.integers(min_value=0, max_value=2))
def test_a_partial_date_contains_the_day_it_was_made_from(day: date, forgotten: int) -> None:
    full = PartialDate.of(day)
    partial = PartialDate.parse(full.text[: len("2026-02-14") - 3 * forgotten])
    assert partial.earliest <= day <= partial.latest
    assert PartialDate.parse(partial.text) == partial


@given(
    days_of_a_life,
    days_of_a_life,
    st.integers(min_value=0, max_value=2),
    st.integers(min_value=0, max_value=2),
)
def test_knowing_a_date_better_never_turns_an_answer_round(
    left: date, right: date, left_forgotten: int, right_forgotten: int
) -> None:
    full = PartialDate.of(left).before(PartialDate.of(right))
    vague = PartialDate.parse(left.isoformat()[: 10 - 3 * left_forgotten]).before(
        PartialDate.parse(right.isoformat()[: 10 - 3 * right_forgotten])
    )
    assert vague in (full, UNKNOWN)
