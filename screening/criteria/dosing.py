"""Recorded courses of a drug, day by day: what was surely and what was possibly taken."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from screening.criteria.derived import plus_days
from screening.criteria.evidence import View
from screening.facts import Fact
from trialsite.partial_date import PartialDate
from trialsite.truth import Truth, agreed

Period = tuple[date, date]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Course:
    """One row of GC or CNI. On a day of `surely` it was taken, outside `possibly` it was not.

    The daily amount lies between `least` and `most` (None: no upper bound is known). `drug` is None
    when the drug is not known. `unsettled` are the row's facts that leave any of this open.
    """

    drug: str | None
    least: Fraction
    most: Fraction | None
    surely: Period | None
    possibly: Period
    unsettled: tuple[Fact, ...]


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
        return total(course.most for course in self.possible)


def total(amounts: Iterable[Fraction | None]) -> Fraction | None:
    """The sum; None when one of them has no bound."""
    known = list(amounts)
    return sum((amount for amount in known if amount is not None), Fraction(0)) if None not in known else None


def period_of(row: View) -> tuple[Period | None, Period]:
    """The days on which a course was surely and possibly taken, from CMSTDTC and CMENDTC.

    A blank end date means that the course goes on; one that is coded as unknown does not. An end
    before the start contradicts itself: the course may then have been taken on any day.
    """
    start = row.date("CMSTDTC")
    ended = row.fact("CMENDTC")
    first_start, last_start = (start.earliest, start.latest) if start else (date.min, date.max)
    if isinstance(ended.value, PartialDate):
        row.date("CMENDTC")
        first_end, last_end = ended.value.earliest, ended.value.latest
    elif ended.value is None and ended.missing in ("", "NOT APPLICABLE"):
        first_end, last_end = date.max, date.max
    else:
        row.unsettle("CMENDTC")
        first_end, last_end = date.min, date.max
    if last_end < first_start:
        row.unsettle("CMSTDTC")
        row.unsettle("CMENDTC")
        return None, (date.min, date.max)
    # The start is never after the end, so each bounds the other.
    surely = (min(last_start, last_end), max(first_end, first_start))
    return (surely if surely[0] <= surely[1] else None), (first_start, last_end)


def spans(courses: Sequence[Course], first: date, last: date) -> Iterator[Span]:
    """The days from first to last, cut where the courses change."""
    starts = sorted({first, *(day for day in change_days(courses) if first < day <= last)})
    ends = [day - ONE_DAY for day in starts[1:]] + [last]
    for start, end in zip(starts, ends, strict=True):
        yield Span(
            start,
            end,
            sure=tuple(course for course in courses if course.surely and _covers(course.surely, start)),
            possible=tuple(course for course in courses if _covers(course.possibly, start)),
        )


def change_days(courses: Iterable[Course]) -> Iterator[date]:
    """The days on which a course may begin to count or has ceased to."""
    for course in courses:
        for period in (course.possibly, course.surely):
            if period is not None:
                yield period[0]
                if period[1] < date.max:
                    yield period[1] + ONE_DAY


def at_any(reference: PartialDate, judge: Callable[[date], Truth]) -> Truth:
    """The answer on which all days agree that a reference date can be."""
    days = (reference.latest - reference.earliest).days + 1
    return agreed({judge(reference.earliest + timedelta(days=number)) for number in range(days)})


def first_day_when(
    judge: Callable[[date], Truth], courses: Iterable[Course], *, after: date, window: timedelta
) -> date | None:
    """The first reference day later than `after` on which judge says yes, nothing else changing.

    A window of good days can only begin on a day of change, so no other day needs a look.
    """
    days = {plus_days(day, window.days) for day in change_days(courses)}
    return next(
        (day for day in sorted(day for day in days if day and day > after) if judge(day) is Truth.YES), None
    )


def _covers(period: Period, day: date) -> bool:
    return period[0] <= day <= period[1]
