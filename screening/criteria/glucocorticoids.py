"""The glucocorticoids of a participant as prednisone equivalents: what IN04 and EX12 judge."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from screening.criteria.derived import prednisone_equivalent
from screening.criteria.dosing import Course, Span, period_of
from screening.criteria.evidence import Evidence, View
from screening.criteria.exhibits import DoseDays
from screening.facts import Fact
from trialsite.truth import Truth

SYSTEMIC_ROUTES = ("ORAL", "INTRAVENOUS", "IM")
NOTHING = Fraction(0)


@dataclass(frozen=True)
class History:
    """The courses' amounts are mg of prednisone a day; `complete` is the answer to GCHXCOMP."""

    courses: tuple[Course, ...]
    complete: Truth
    complete_fact: Fact
    weight: Decimal | None
    weight_fact: Fact

    def per_kg(self, amount: Fraction | None) -> Fraction | None:
        """mg/kg/day; nothing taken is 0 for every weight."""
        if amount == 0:
            return NOTHING
        return None if amount is None or self.weight is None else amount / Fraction(self.weight)

    def reached(self, first: date, last: date) -> list[Fraction]:
        """What single courses came to (mg/kg/day) on some of these days, even if not known on which."""
        met = [course.least for course in self.courses if course.period.surely_meets(first, last)]
        return [each for each in (self.per_kg(least) for least in met) if each is not None]

    def extremes(self, days: Sequence[Span]) -> tuple[Fraction | None, Fraction | None]:
        """The lowest and the highest day in mg/kg, each None when the records do not settle it.

        Both are None when nothing is recorded and the history is not said to be complete.
        """
        if not self.courses and self.complete is not Truth.YES:
            return None, None
        least = [self.per_kg(span.least) for span in days]
        most = [self.per_kg(span.most) for span in days]
        reached = self.reached(days[0].first, days[-1].last)
        return _settled(min, least, most), _settled(max, [*least, *reached], most)

    def exhibit(self, days: Iterable[Span], in_order: Callable[[Span], Truth]) -> tuple[DoseDays, ...]:
        """The days as they are judged one by one."""
        return tuple(
            DoseDays(
                span.first,
                span.last,
                self.per_kg(span.least),
                self.per_kg(span.most),
                in_order(span),
                span.taken,
            )
            for span in days
        )

    def unsettled(self, days: Iterable[Span]) -> list[Fact]:
        """The facts that leave the amount of these days open."""
        taken = [course for span in days for course in span.possible]
        weight = [self.weight_fact] if taken and self.weight is None else []
        return [*weight, *(fact for course in taken for fact in course.unsettled)]


def read_history(evidence: Evidence, factors: Mapping[str, Fraction]) -> History:
    """From the forms GC and VS (the weight at screening)."""
    gc, vs = evidence.form("GC"), evidence.form("VS")
    return History(
        courses=tuple(_course(row, factors) for row in evidence.rows("GC")),
        complete=gc.yes("GCHXCOMP"),
        complete_fact=gc.fact("GCHXCOMP"),
        weight=vs.amount("WEIGHT"),
        weight_fact=vs.fact("WEIGHT"),
    )


def _course(row: View, factors: Mapping[str, Fraction]) -> Course:
    steroid = row.code("CMTRT", factors)
    dose = row.amount("CMDOSTOT")
    route = row.code("CMROUTE", SYSTEMIC_ROUTES)
    amount = None if steroid is None or dose is None else prednisone_equivalent(steroid, dose, factors)
    # Without a route it is not known whether the dose acted systemically at all.
    least = NOTHING if amount is None or route is None else amount
    return Course(steroid, least, amount, period_of(row), row.unsettled, dose)


def _settled(
    extreme: Callable[[Iterable[Fraction]], Fraction],
    least: Sequence[Fraction | None],
    most: Sequence[Fraction | None],
) -> Fraction | None:
    """The extreme of the days when the lower and the upper bounds agree on it."""
    low = [each for each in least if each is not None]
    high = [each for each in most if each is not None]
    if len(low) < len(least) or len(high) < len(most):
        return None
    return extreme(low) if extreme(low) == extreme(high) else None
