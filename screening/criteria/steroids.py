"""IN04 and EX12: glucocorticoids as prednisone equivalents per kilogram and day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from screening.criteria.derived import prednisone_equivalent, round_half_up
from screening.criteria.dosing import ONE_DAY, Course, Span, at_any, first_day_when, period_of, spans
from screening.criteria.evidence import Evidence, View
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.verdict import Kind, Verdict, conclude
from screening.criteria.wording import shown, shown_date
from screening.facts import Fact, Facts
from trialsite.truth import Truth, every, some

IN04_BELOW = 1  # mg/kg/day, strict
EX12_ABOVE = 2  # mg/kg/day, strict
SYSTEMIC_ROUTES = ("ORAL", "INTRAVENOUS", "IM")
NOTHING = Fraction(0)


@dataclass(frozen=True)
class History:
    """The glucocorticoids of a participant; the courses' amounts are mg of prednisone a day."""

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

    def unsettled(self, days: Iterable[Span]) -> list[Fact]:
        """The facts that leave the amount of these days open."""
        taken = [course for span in days for course in span.possible]
        weight = [self.weight_fact] if taken and self.weight is None else []
        return [*weight, *(fact for course in taken for fact in course.unsettled)]


def in04(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Background glucocorticoid on each of the 28 days before randomization."""
    evidence = Evidence(facts)
    sv = evidence.form("SV")
    randomized = sv.date("RANDDTC")
    history = _history(evidence, readings.prednisone_factors)
    window = timedelta(days=readings.gc_window_days)
    says = f"Prednisone equivalent on the {window.days} days before randomization"
    rule = f"each day must lie above 0 and below {IN04_BELOW} mg/kg"

    def judge(day: date) -> Truth:
        days = spans(history.courses, day - window, day - ONE_DAY)
        return every(_background(span, history) for span in days)

    if randomized is None:
        never = not history.courses and history.complete is Truth.YES
        part = evidence.part(
            "IN04", Truth.NO if never else Truth.UNKNOWN, f"{says}, whose date is not known: {rule}."
        )
        return conclude("IN04", Kind.INCLUSION, [part])

    truth = at_any(randomized, judge)
    days = list(spans(history.courses, randomized.earliest - window, randomized.latest - ONE_DAY))
    lowest, highest = range_mgkg(days, history)
    undecided = [span for span in days if _background(span, history) is Truth.UNKNOWN]
    gap = [history.complete_fact] if any(not span.possible for span in undecided) else []
    part = evidence.part(
        "IN04",
        truth,
        f"{says} ({days[0].first} to {days[-1].last}): lowest day {shown(lowest)}, "
        f"highest day {shown(highest)} mg/kg; {rule}.",
        missing=[*sv.unsettled, *history.unsettled(undecided), *gap],
        earliest=None
        if truth is Truth.YES
        else first_day_when(judge, history.courses, after=randomized.latest, window=window),
        derived={"GC_MAX_MGKG_28D_PRE_RAND": None if highest is None else round_half_up(highest, 3)},
    )
    return conclude("IN04", Kind.INCLUSION, [part])


def ex12(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """More than 2 mg/kg/day before screening; ASSUMPTION: only the look-back of 28 days excludes."""
    evidence = Evidence(facts)
    sv = evidence.form("SV")
    screened = sv.date("SCRNDTC")
    history = _history(evidence, readings.prednisone_factors)
    lookback = timedelta(days=readings.ex12_lookback_days)

    def above(first: date, last: date) -> Truth:
        return some(_above(span, history) for span in spans(history.courses, first, last))

    def judge(day: date) -> Truth:
        recent, ever = above(day - lookback, day), above(date.min, day)
        if recent is Truth.YES:
            return Truth.YES
        return Truth.NO if ever is Truth.NO and history.complete is Truth.YES else Truth.UNKNOWN

    if screened is None:
        never = above(date.min, date.max) is Truth.NO and history.complete is Truth.YES
        truth = Truth.NO if never else Truth.UNKNOWN
    else:
        truth = at_any(screened, judge)
    days = list(spans(history.courses, date.min, screened.latest if screened else date.max))
    undecided = [span for span in days if _above(span, history) is Truth.UNKNOWN]
    incomplete = [history.complete_fact] if history.complete is not Truth.YES else []
    part = evidence.part(
        "EX12",
        truth,
        f"Prednisone equivalent up to screening on {shown_date(screened)}: highest recorded day "
        f"{shown(range_mgkg(days, history)[1])} mg/kg; more than {EX12_ABOVE} within {lookback.days} days "
        "excludes, more than that only earlier is a question for the sponsor.",
        missing=[*sv.unsettled, *history.unsettled(undecided), *incomplete],
    )
    return conclude("EX12", Kind.EXCLUSION, [part])


def range_mgkg(days: Sequence[Span], history: History) -> tuple[Fraction | None, Fraction | None]:
    """The lowest and the highest day in mg/kg, each None when the records do not settle it.

    Also the highest day is None when nothing is recorded and the history is not said to be complete.
    """
    if not history.courses and history.complete is not Truth.YES:
        return None, None
    least = [span.least for span in days]
    most = [amount for amount in (span.most for span in days) if amount is not None]
    bounded = len(most) == len(days)
    lowest = min(least) if most and min(least) == min(most) else None
    highest = max(least) if bounded and max(least) == max(most) else None
    return history.per_kg(lowest), history.per_kg(highest)


def _history(evidence: Evidence, factors: Mapping[str, Fraction]) -> History:
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
    surely, possibly = period_of(row)
    amount = None if steroid is None or dose is None else prednisone_equivalent(steroid, dose, factors)
    # Without a route it is not known whether the dose acted systemically at all.
    least = NOTHING if amount is None or route is None else amount
    return Course(steroid, least, amount, surely, possibly, row.unsettled)


def _background(span: Span, history: History) -> Truth:
    if not span.possible:
        return Truth.NO if history.complete is Truth.YES else Truth.UNKNOWN
    least, most = history.per_kg(span.least), history.per_kg(span.most)
    if least is not None and least >= IN04_BELOW:
        return Truth.NO
    if span.least > 0 and most is not None and most < IN04_BELOW:
        return Truth.YES
    return Truth.UNKNOWN


def _above(span: Span, history: History) -> Truth:
    least, most = history.per_kg(span.least), history.per_kg(span.most)
    if least is not None and least > EX12_ABOVE:
        return Truth.YES
    return Truth.NO if most is not None and most <= EX12_ABOVE else Truth.UNKNOWN
