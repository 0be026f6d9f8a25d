"""Recorded courses of a drug, day by day: what was surely and what was possibly taken."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from screening.criteria.derived import plus_days
from screening.criteria.evidence import View
from screening.criteria.exhibits import Taken
from screening.facts import Fact
from trialsite.partial_date import PartialDate
from trialsite.truth import Truth

ONE_DAY = timedelta(days=1)
ONGOING = ("", "NOT APPLICABLE")  # why an end date is missing when the course goes on


@dataclass(frozen=True)
class Period:
    """A start and an end, each known to lie between two days."""

    first_start: date
    last_start: date
    first_end: date
    last_end: date

    def possibly_on(self, day: date) -> bool:
        """Whether the day may belong to it."""
        return self.first_start <= day <= self.last_end

    def surely_on(self, day: date) -> bool:
        """Whether the day belongs to it, however start and end turn out."""
        return self.last_start <= day <= self.first_end

    def surely_meets(self, first: date, last: date) -> bool:
        """Whether some day from first to last belongs to it, though perhaps not known which."""
        return self.last_start <= last and self.first_end >= first

    def changes(self) -> Iterator[date]:
        """The days from which another answer may hold."""
        yield from (self.first_start, self.last_start)
        yield from (day + ONE_DAY for day in (self.first_end, self.last_end) if day < date.max)


@dataclass(frozen=True)
class Course:
    """One row of GC or CNI.

    On a day on which it is taken its amount lies between `least` and `most` (None: no bound is known).
    `drug` is None when it is not known; `dose` is the daily dose (mg) as recorded, before conversion.
    `unsettled` are the row's facts that leave any of this open.
    """

    drug: str | None
    least: Fraction
    most: Fraction | None
    period: Period
    unsettled: tuple[Fact, ...] = field(compare=False)
    dose: Decimal | None = field(compare=False, default=None)


@dataclass(frozen=True)
class Span:
    """Consecutive days, both ends included, on which the same courses are sure and possible."""

    first: date
    last: date
    sure: tuple[Course, ...]
    possible: tuple[Course, ...]

    @property
    def least(self) -> Fraction:
        """The daily total that was taken at least."""
        return sum((course.least for course in self.sure), Fraction(0))

    @property
    def most(self) -> Fraction | None:
        """The daily total that was taken at most; None when no bound is known."""
        bounds = [course.most for course in self.possible if course.most is not None]
        return sum(bounds, Fraction(0)) if len(bounds) == len(self.possible) else None

    @property
    def taken(self) -> tuple[Taken, ...]:
        """What was or may have been taken on each of the days."""
        return tuple(
            Taken(course.drug, course.dose, course.most, sure=course in self.sure) for course in self.possible
        )


def period_of(row: View) -> Period:
    """When a course was taken, from CMSTDTC and CMENDTC.

    A blank end date means that the course goes on; one that is coded as unknown does not. An end
    before the start contradicts itself: the course may then have been taken on any day.
    """
    start = row.date("CMSTDTC")
    first_start, last_start = (start.earliest, start.latest) if start else (date.min, date.max)
    ended = row.fact("CMENDTC")
    if ended.value is None and ended.missing in ONGOING:
        first_end, last_end = date.max, date.max
    else:
        end = row.date("CMENDTC")
        first_end, last_end = (end.earliest, end.latest) if end else (date.min, date.max)
    if last_end < first_start:
        row.unsettle("CMSTDTC")
        row.unsettle("CMENDTC")
        return Period(date.min, date.max, date.min, date.max)
    # The start is never after the end, so each bounds the other.
    return Period(first_start, min(last_start, last_end), max(first_end, first_start), last_end)


def spans(courses: Sequence[Course], first: date, last: date) -> Iterator[Span]:
    """The days from first to last, cut where the courses change."""
    changes = {day for course in courses for day in course.period.changes()}
    starts = [first, *sorted(day for day in changes if first < day <= last)]
    ends = [day - ONE_DAY for day in starts[1:]] + [last]
    for start, end in zip(starts, ends, strict=True):
        yield Span(
            start,
            end,
            sure=tuple(course for course in courses if course.period.surely_on(start)),
            possible=tuple(course for course in courses if course.period.possibly_on(start)),
        )


def at_any(reference: PartialDate, judge: Callable[[date], Truth]) -> Truth:
    """The answer on which all days agree that a reference date can be."""
    answer = judge(reference.earliest)
    others = range((reference.latest - reference.earliest).days)
    same = answer is not Truth.UNKNOWN and all(
        judge(reference.latest - timedelta(days=number)) is answer for number in others
    )
    return answer if same else Truth.UNKNOWN


def first_day_when(
    judge: Callable[[date], Truth], courses: Iterable[Course], *, after: date, window: timedelta
) -> date | None:
    """The first reference day later than `after` on which judge says yes, nothing else changing.

    A window of good days can only begin on a day of change, so no other day needs a look.
    """
    changes = {day for course in courses for day in course.period.changes()}
    days = sorted(
        day for day in (plus_days(change, window.days) for change in changes) if day and day > after
    )
    return next((day for day in days if judge(day) is Truth.YES), None)
