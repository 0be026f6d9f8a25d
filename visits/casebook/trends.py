"""The course of the values that answer the trial's questions, out of open forms only.

What moves with the study drug by itself (CRP and the others that are masked after Day 1) can never be drawn
here: a trend names its form and variable, and `declared` refuses a masked one (L19).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Value

from screening.models import Participant
from trialsite.crf.forms import REGISTER, CaseReportForm, Row
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.variables import Blinding, Variable
from trialsite.partial_date import PartialDate
from trialsite.protocol import PREDNISONE_FACTORS, SCREENING_VISIT
from visits.windows import VISIT_BY_CODE

BASELINE_VISITS = ("D1", SCREENING_VISIT)  # the first that has a value


@dataclass(frozen=True)
class Trend:
    """A value to follow: the variable of a form, and the variable with the day it was measured."""

    title: str
    form: str
    variable: str
    on: str
    unit: str
    decimals: int = 0


TRENDS = (
    Trend("FVC", "RE", "FVCPP", "REDTC", "% predicted", 1),
    Trend("DLco", "RE", "DLCOPP", "REDTC", "% predicted", 1),
    Trend("PaO2/FiO2", "OX", "PFRATIO", "OXDTC", "mmHg"),
    Trend("SpO2", "OX", "SPO2", "OXDTC", "%"),
    Trend("MMT-8", "MMT", "MMT8TOT", "MMTDTC", "of 150"),
    Trend("CDASI activity", "CD", "CDASIACT", "CDDTC", "of 100"),
    Trend("Physician global activity", "IM", "PHGA", "IMDTC", "cm of 10", 1),
)
STEROIDS = Trend("Glucocorticoids, as prednisone", "GC", "CMDOSTOT", "GCDTC", "mg/day", 1)
STEROID_COLUMNS = ("CMTRT", "CMDOSTOT", "CMSTDTC", "CMENDTC")


@dataclass(frozen=True)
class Point:
    """A value of a visit, in the trend's unit; `on` is the day of the measurement."""

    visit: str
    on: date
    value: Decimal


@dataclass(frozen=True)
class Course:
    """The values of one trend in the order of their days."""

    trend: Trend
    points: tuple[Point, ...]

    @property
    def baseline(self) -> Point | None:
        """The value of Day 1, else the last one of screening; None before there is one."""
        for visit in BASELINE_VISITS:
            if found := [point for point in self.points if point.visit == visit]:
                return found[-1]
        return None


class MaskedTrend(Exception):
    """A trend would draw a value that is masked; nobody catches it."""


def declared(trend: Trend) -> type[CaseReportForm] | None:
    """The form that a trend is read from; None while there is none. Raises MaskedTrend."""
    form = REGISTER.get(trend.form)
    if form is None:
        return None
    if any(variable.blinding is not Blinding.OPEN for variable in variables_used(trend)):
        raise MaskedTrend(f"{trend.form}.{trend.variable} is masked.")
    return form


def variables_used(trend: Trend) -> list[Variable]:
    """Every variable that a trend reads."""
    form = REGISTER[trend.form]
    if trend is not STEROIDS:
        return [form.variables()[name] for name in (trend.variable, trend.on)]
    row = _steroid_row(form)
    return [form.variables()[trend.on], *(row.variables()[name] for name in STEROID_COLUMNS)]


def courses_of_values(participant: Participant) -> list[Course]:
    """The trends of a participant that have a value; two queries, however many forms and visits there are."""
    found: dict[Trend, list[Point]] = {}
    for trend, point in (*_measured(participant), *_steroids(participant)):
        found.setdefault(trend, []).append(point)
    return [
        Course(trend, tuple(sorted(found[trend], key=lambda point: point.on)))
        for trend in (*TRENDS, STEROIDS)
        if trend in found
    ]


def _measured(participant: Participant) -> Iterator[tuple[Trend, Point]]:
    parts = [
        form._default_manager.filter(record__participant=participant)
        .exclude(record__state=RecordState.NOT_DONE)
        .values_list(Value(number), "record__visit", trend.on, trend.variable)
        for number, trend in enumerate(TRENDS)
        if (form := declared(trend))
    ]
    if not parts:
        return
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    for number, visit, on, value in rows:
        if on is not None and value is not None:
            yield TRENDS[number], Point(visit, on, value)


def _steroids(participant: Participant) -> Iterator[tuple[Trend, Point]]:
    """What was taken on the day of each interview; a complete history without a drug is 0 mg."""
    form = declared(STEROIDS)
    if form is None:
        return
    records = next(section for section in form.repeating if section.row() is _steroid_row(form)).related_name
    manager: Any = form._default_manager
    rows = (
        manager.filter(record__participant=participant, GCHXCOMP="Y")
        .exclude(record__state=RecordState.NOT_DONE)
        .values_list("record__visit", "GCDTC", *(f"{records}__{name}" for name in STEROID_COLUMNS))
    )
    taken: dict[tuple[str, date], Fraction] = {}
    for visit, on, drug, dose, start, end in rows:
        if on is None:
            continue
        now = dose is not None and drug in PREDNISONE_FACTORS and taken_on(on, start, end)
        amount = Fraction(dose) * PREDNISONE_FACTORS[drug] if now else Fraction(0)
        taken[visit, on] = taken.get((visit, on), Fraction(0)) + amount
    for (visit, on), amount in taken.items():
        yield STEROIDS, Point(visit, on, Decimal(amount.numerator) / Decimal(amount.denominator))


def taken_on(day: date, start: str, end: str) -> bool:
    """Whether a period of partial dates holds a day, by the longest that it can be."""
    if start and PartialDate.parse(start).earliest > day:
        return False
    return not end or PartialDate.parse(end).latest >= day


def _steroid_row(form: type[CaseReportForm]) -> type[Row]:
    return next(section.row() for section in form.repeating if "CMDOSTOT" in section.row().variables())


def visit_words(visit: str) -> str:
    """The visit's name beside a value."""
    return VISIT_BY_CODE[visit].label
