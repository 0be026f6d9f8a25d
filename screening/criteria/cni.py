"""IN05: a stable calcineurin inhibitor."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations

from screening.criteria.derived import round_half_up
from screening.criteria.dosing import ONE_DAY, Course, Span, at_any, first_day_when, period_of, spans
from screening.criteria.evidence import Evidence, View
from screening.criteria.exhibits import InhibitorDays, Inhibitors
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.verdict import Kind, Verdict, conclude
from screening.facts import Facts
from trialsite.truth import Truth

INHIBITORS = ("TACROLIMUS", "CICLOSPORIN")
NOTHING = Fraction(0)
# Each course that is only possible on a day doubles what may have been taken; more stays undetermined.
MOST_OPTIONAL = 5

Taken = tuple[Course, ...]


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
        exhibits=[Inhibitors(tuple(InhibitorDays(span.first, span.last, span.taken) for span in days))],
    )
    return conclude("IN05", Kind.INCLUSION, [part])


def stable(days: Sequence[Span], complete: Truth) -> Truth:
    """Whether one inhibitor was taken at one daily dose on all these days.

    It is refuted when no drug and dose could have been that of every day. On a day without a sure
    record an incomplete history may have left out the right dose; a complete one shows a gap.
    """
    if any(len(span.possible) - len(span.sure) > MOST_OPTIONAL for span in days):
        return Truth.UNKNOWN
    choices = [_choices(span) for span in days]
    doses = {_known_dose(taken) for choice in choices for taken in choice}
    beyond_all = sum(doses, Fraction(1))
    met = {
        course
        for span in days
        for course in span.possible
        if course.period.surely_meets(days[0].first, days[-1].last)
    }

    def possible(drug: str, dose: Fraction) -> bool:
        fitting = [[taken for taken in choice if _fits(taken, drug, dose)] for choice in choices]
        gaps = [complete is not Truth.YES and () in choice for choice in choices]
        daily = all(taken or gap for taken, gap in zip(fitting, gaps, strict=True))
        return daily and met <= {course for day in fitting for taken in day for course in taken}

    if not any(possible(drug, dose) for drug in INHIBITORS for dose in {*doses, beyond_all}):
        return Truth.NO
    settled = all(
        len(choice) == 1 and choice[0] and all(course.drug and course.most for course in choice[0])
        for choice in choices
    )
    return Truth.YES if settled else Truth.UNKNOWN


def _choices(span: Span) -> list[Taken]:
    """Everything that may have been taken on a day of the span: the sure courses and any of the others."""
    optional = [course for course in span.possible if course not in span.sure]
    return [
        (*span.sure, *chosen) for size in range(len(optional) + 1) for chosen in combinations(optional, size)
    ]


def _fits(taken: Taken, drug: str, dose: Fraction) -> bool:
    """Whether these courses may together be that drug at that daily dose."""
    if not taken or any(course.drug not in (drug, None) for course in taken):
        return False
    known = _known_dose(taken)
    return known == dose if all(course.most for course in taken) else known < dose


def _known_dose(taken: Taken) -> Fraction:
    return sum((course.most for course in taken if course.most is not None), NOTHING)


def _course(row: View) -> Course:
    drug = row.code("CMTRT", INHIBITORS)
    dose = row.amount("CMDOSTOT")
    amount = None if dose is None else Fraction(dose)
    return Course(drug, amount or NOTHING, amount, period_of(row), row.unsettled, dose)


def _shown(span: Span) -> str:
    if not span.possible:
        return f"{span.first} to {span.last} none"
    taken = " + ".join(
        f"{(course.drug or 'drug not known').lower()} "
        f"{'dose not known' if course.most is None else f'{round_half_up(course.most, 2).normalize():f} mg'}"
        for course in span.possible
    )
    return f"{span.first} to {span.last} {taken}{'' if span.possible == span.sure else ' (not certain)'}"
