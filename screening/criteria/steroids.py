"""IN04 and EX12: glucocorticoids as prednisone equivalents per kilogram and day."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction

from screening.criteria.derived import round_half_up
from screening.criteria.dosing import ONE_DAY, Span, at_any, first_day_when, spans
from screening.criteria.evidence import Evidence
from screening.criteria.exhibits import Doses
from screening.criteria.glucocorticoids import History, read_history
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.verdict import Kind, Verdict, conclude
from screening.criteria.wording import shown, shown_date
from screening.facts import Facts
from trialsite.partial_date import PartialDate
from trialsite.truth import Truth, every, known, some

IN04_BELOW = 1  # mg/kg/day, strict
EX12_ABOVE = 2  # mg/kg/day, strict


def in04(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Background glucocorticoid on each of the 28 days before randomization."""
    evidence = Evidence(facts)
    sv = evidence.form("SV")
    randomized = sv.date("RANDDTC")
    history = read_history(evidence, readings.prednisone_factors)
    window = timedelta(days=readings.gc_window_days)
    says = f"Prednisone equivalent on the {window.days} days before randomization"
    rule = f"each day must lie above 0 and below {IN04_BELOW} mg/kg"

    def judge(day: date) -> Truth:
        first, last = day - window, day - ONE_DAY
        daily = every(_background(span, history) for span in spans(history.courses, first, last))
        return daily & ~some(known(each >= IN04_BELOW) for each in history.reached(first, last))

    if randomized is None:
        never = not history.courses and history.complete is Truth.YES
        part = evidence.part(
            "IN04", Truth.NO if never else Truth.UNKNOWN, f"{says}, whose date is not known: {rule}."
        )
        return conclude("IN04", Kind.INCLUSION, [part])

    truth = at_any(randomized, judge)
    days = list(spans(history.courses, randomized.earliest - window, randomized.latest - ONE_DAY))
    lowest, highest = history.extremes(days)
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
        exhibits=[
            Doses(
                history.exhibit(days, lambda span: _background(span, history)),
                IN04_BELOW,
                history.weight,
                reached=_at_fault(history, days, lambda each: each >= IN04_BELOW),
            )
        ],
    )
    return conclude("IN04", Kind.INCLUSION, [part])


def ex12(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """More than 2 mg/kg/day before screening; ASSUMPTION: only the look-back of 28 days excludes."""
    evidence = Evidence(facts)
    sv = evidence.form("SV")
    screened = sv.date("SCRNDTC")
    history = read_history(evidence, readings.prednisone_factors)
    lookback = timedelta(days=readings.ex12_lookback_days)

    def above(first: date, last: date) -> Truth:
        daily = some(_above(span, history) for span in spans(history.courses, first, last))
        return daily | some(known(each > EX12_ABOVE) for each in history.reached(first, last))

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
        f"{shown(history.extremes(days)[1])} mg/kg; more than {EX12_ABOVE} within {lookback.days} days "
        "excludes, more than that only earlier is a question for the sponsor.",
        missing=[*sv.unsettled, *history.unsettled(undecided), *incomplete],
        exhibits=[] if screened is None else [_before_screening(history, screened, lookback)],
    )
    return conclude("EX12", Kind.EXCLUSION, [part])


def _before_screening(history: History, screened: PartialDate, lookback: timedelta) -> Doses:
    """The days of the look-back; and earlier ones that are, or may be, above the limit."""

    def in_order(span: Span) -> Truth:
        return ~_above(span, history)

    first = screened.earliest - lookback
    days = list(spans(history.courses, first, screened.latest))
    earlier = history.exhibit(spans(history.courses, date.min, first - ONE_DAY), in_order)
    return Doses(
        history.exhibit(days, in_order),
        EX12_ABOVE,
        history.weight,
        reached=_at_fault(history, days, lambda each: each > EX12_ABOVE),
        earlier=tuple(each for each in earlier if each.in_order is not Truth.YES),
    )


def _at_fault(
    history: History, days: Sequence[Span], at_fault: Callable[[Fraction], bool]
) -> tuple[Fraction, ...]:
    return tuple(each for each in history.reached(days[0].first, days[-1].last) if at_fault(each))


def _background(span: Span, history: History) -> Truth:
    least, most = history.per_kg(span.least), history.per_kg(span.most)
    if least is not None and least >= IN04_BELOW:
        return Truth.NO
    if span.least > 0:
        return Truth.YES if most is not None and most < IN04_BELOW else Truth.UNKNOWN
    # Perhaps nothing was taken, which fails a complete history; so does it if any of these alone is too much.
    alone = [history.per_kg(course.least) for course in span.possible]
    too_much = all(each is not None and each >= IN04_BELOW for each in alone)
    return Truth.NO if history.complete is Truth.YES and too_much else Truth.UNKNOWN


def _above(span: Span, history: History) -> Truth:
    least, most = history.per_kg(span.least), history.per_kg(span.most)
    if least is not None and least > EX12_ABOVE:
        return Truth.YES
    return Truth.NO if most is not None and most <= EX12_ABOVE else Truth.UNKNOWN
