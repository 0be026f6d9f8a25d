"""IN05: a stable calcineurin inhibitor."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from screening.criteria.derived import round_half_up
from screening.criteria.dosing import ONE_DAY, Course, Span, at_any, first_day_when, period_of, spans, total
from screening.criteria.evidence import Evidence, View
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.verdict import Kind, Verdict, conclude
from screening.facts import Facts
from trialsite.truth import Truth

INHIBITORS = ("TACROLIMUS", "CICLOSPORIN")


def in05(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Exactly one inhibitor at an unchanged total daily dose on each of the 28 days before randomization."""
    evidence = Evidence(facts)
    sv, cni = evidence.form("SV"), evidence.form("CNI")
    randomized = sv.date("RANDDTC")
    courses = tuple(_course(row) for row in evidence.rows("CNI"))
    complete = cni.yes("CNIHXCOMP")
    window = timedelta(days=readings.gc_window_days)
    says = f"One calcineurin inhibitor at one daily dose on the {window.days} days before randomization"

    def judge(day: date) -> Truth:
        return stable(list(spans(courses, day - window, day - ONE_DAY)), complete)

    if randomized is None:
        never = not courses and complete is Truth.YES
        part = evidence.part(
            "IN05", Truth.NO if never else Truth.UNKNOWN, f"{says}, whose date is not known, is required."
        )
        return conclude("IN05", Kind.INCLUSION, [part])

    truth = at_any(randomized, judge)
    days = list(spans(courses, randomized.earliest - window, randomized.latest - ONE_DAY))
    gap = [cni.fact("CNIHXCOMP")] if any(not span.possible for span in days) else []
    part = evidence.part(
        "IN05",
        truth,
        f"{says} ({days[0].first} to {days[-1].last}) is required; "
        f"recorded: {'; '.join(_shown(span) for span in days)}.",
        missing=[
            *sv.unsettled,
            *(fact for span in days for course in span.possible for fact in course.unsettled),
            *gap,
        ],
        earliest=None
        if truth is Truth.YES
        else first_day_when(judge, courses, after=randomized.latest, window=window),
    )
    return conclude("IN05", Kind.INCLUSION, [part])


def stable(days: Sequence[Span], complete: Truth) -> Truth:
    """Whether one inhibitor was taken at one daily dose on all these days; a gap fails a complete history."""
    if _broken(days, complete=complete is Truth.YES):
        return Truth.NO
    settled = all(
        span.possible
        and span.possible == span.sure
        and all(course.drug is not None and course.least == course.most for course in span.sure)
        for span in days
    )
    daily = {(frozenset(course.drug for course in span.sure), span.least) for span in days}
    return Truth.YES if settled and len(daily) == 1 else Truth.UNKNOWN


def _broken(days: Sequence[Span], *, complete: bool) -> bool:
    """True when a gap, a second inhibitor or a change of dose is certain, however open points turn out."""
    drugs = {course.drug for span in days for course in span.sure if course.drug is not None}
    if len(drugs) > 1:
        return True
    lows: list[Fraction] = []
    highs: list[Fraction] = []
    for span in days:
        surely = [course for course in span.sure if course.drug in drugs]
        could_be = [course for course in span.possible if not drugs or course.drug in {*drugs, None}]
        if complete and not could_be:
            return True
        # In an incomplete history a day without a sure record may still have had the right dose.
        if complete or surely:
            lows.append(sum((course.least for course in surely), Fraction(0)))
            most = total(course.most for course in could_be)
            if most is not None:
                highs.append(most)
    return bool(lows and highs) and max(lows) > min(highs)


def _course(row: View) -> Course:
    drug = row.code("CMTRT", INHIBITORS)
    dose = row.amount("CMDOSTOT")
    surely, possibly = period_of(row)
    amount = None if dose is None else Fraction(dose)
    return Course(drug, amount or Fraction(0), amount, surely, possibly, row.unsettled)


def _shown(span: Span) -> str:
    if not span.possible:
        return f"{span.first} to {span.last} none"
    taken = " + ".join(
        f"{(course.drug or 'drug not known').lower()} "
        f"{'dose not known' if course.most is None else f'{round_half_up(course.most, 2).normalize():f} mg'}"
        for course in span.possible
    )
    return f"{span.first} to {span.last} {taken}{'' if span.possible == span.sure else ' (not certain)'}"
