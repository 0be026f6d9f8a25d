"""Dates of which the day, or month and day, may be unknown. Never completed silently."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from trialsite.truth import Truth

FIRST_YEAR, LAST_YEAR = 1900, 2100
_ALLOWED = (
    "Write a date as year-month-day, or year-month or year alone when the rest is unknown, "
    f"such as 2026-02-14, 2026-02 or 2026; years {FIRST_YEAR} to {LAST_YEAR}."
)
_SHAPE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class Days(NamedTuple):
    """A number of days known to lie between two bounds, both included."""

    least: int
    most: int

    def at_least(self, days: int) -> Truth:
        """Whether the number is `days` or more."""
        if self.least >= days:
            return Truth.YES
        return Truth.NO if self.most < days else Truth.UNKNOWN

    def at_most(self, days: int) -> Truth:
        """Whether the number is `days` or fewer."""
        return ~self.at_least(days + 1)


@dataclass(frozen=True)
class PartialDate:
    """A calendar date as precise as it is known. ValueError says what is allowed."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR or (self.month is None and self.day is not None):
            raise ValueError(_ALLOWED)
        try:
            date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)
        except ValueError as error:
            raise ValueError(_ALLOWED) from error

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "2026", "2026-02" or "2026-02-14"."""
        shape = _SHAPE.fullmatch(text)
        if shape is None:
            raise ValueError(_ALLOWED)
        year, month, day = (None if part is None else int(part) for part in shape.groups())
        assert year is not None
        return cls(year, month, day)

    @classmethod
    def of(cls, day: date) -> Self:
        """From a full date."""
        return cls(day.year, day.month, day.day)

    @property
    def earliest(self) -> date:
        """The first day that it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day that it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def is_full(self) -> bool:
        """True when the day is known."""
        return self.day is not None

    @property
    def text(self) -> str:
        """As it was given: 2026, 2026-02 or 2026-02-14."""
        known = [f"{self.year:04d}"]
        known += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(known)

    def __str__(self) -> str:
        return self.text

    def before(self, other: "PartialDate") -> Truth:
        """Whether it lies before the other date."""
        return days_between(self, other).at_least(1)

    def on_or_before(self, other: "PartialDate") -> Truth:
        """Whether it is the other date or lies before it."""
        return days_between(self, other).at_least(0)

    def after(self, other: "PartialDate") -> Truth:
        """Whether it lies after the other date."""
        return other.before(self)

    def on_or_after(self, other: "PartialDate") -> Truth:
        """Whether it is the other date or lies after it."""
        return other.on_or_before(self)


# More than any two dates can lie apart.
UNKNOWN_DAYS = Days(-(10**6), 10**6)


def days_between(event: PartialDate | None, reference: PartialDate | None) -> Days:
    """Reference date minus event date in calendar days: an interval when either is partial.

    A date that is not known leaves the number open.
    """
    if event is None or reference is None:
        return UNKNOWN_DAYS
    return Days((reference.earliest - event.latest).days, (reference.latest - event.earliest).days)
