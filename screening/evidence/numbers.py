"""Exact numbers for the reader: rounded, but never onto a limit that they do not reach."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from screening.criteria.derived import round_half_up
from trialsite.partial_date import PartialDate

MOST_PLACES = 12


def written(value: Fraction | Decimal | int, places: int = 2) -> str:
    """A number with at most so many places, without idle zeros: 58, 46.5, 108.25."""
    text = f"{round_half_up(Fraction(value), places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def apart(value: Fraction, limit: Fraction | int, places: int = 2) -> str:
    """A result beside its limit: 45.002, where two places would make it look like 45.00."""
    while round_half_up(value, places) == limit and value != limit and places < MOST_PLACES:
        places += 1
    return f"{round_half_up(value, places):f}"


def day_text(day: date) -> str:
    """2 Mar 2026."""
    return f"{day.day} {day:%b %Y}"


def short_day(day: date) -> str:
    """2 Mar, on an axis."""
    return f"{day.day} {day:%b}"


def partial_text(day: PartialDate | None) -> str:
    """A date as precise as it is known."""
    if day is None:
        return "a date not known"
    if day.is_full:
        return day_text(day.earliest)
    return f"{day.earliest:%b %Y}" if day.month else str(day.year)
