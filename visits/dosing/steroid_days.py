"""The prednisone equivalent of every day, in mg and mg/kg, from the merged log: table and picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from screening.criteria.derived import prednisone_equivalent
from screening.evidence.charts import WIDTH, Days, Label, period_text, rectangles
from screening.evidence.numbers import written
from screening.forms.prednisone import taken_on
from trialsite.partial_date import PartialDate
from trialsite.truth import Truth

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 44.0, 302.0, 14.0, 126.0, 146
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days alike. least, most: mg of prednisone a day; most is None when a dose is not known."""

    first: date
    last: date
    least: Fraction
    most: Fraction | None
    drugs: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    days: str
    milligrams: str
    per_kg: str
    drugs: tuple[str, ...]


@dataclass(frozen=True)
class SteroidDays:
    """The picture (units of a 360 wide drawing), its scales, and the table."""

    title: str
    summary: str
    known: str
    uncertain: str
    scale: tuple[tuple[Label, Label], ...]
    ticks: tuple[Label, ...]
    lines: tuple[Line, ...]
    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = HEIGHT
    left: ClassVar[float] = LEFT
    right: ClassVar[float] = RIGHT
    bottom: ClassVar[float] = BOTTOM


def spans_of(rows: Sequence[Any], first: date, last: date) -> list[Span]:
    """The days from first to last, cut where the doses change; rows of the form GC, merged."""
    changes = {day for row in rows for day in _changes(row) if first < day <= last}
    starts = [first, *sorted(changes)]
    ends = [day - ONE_DAY for day in starts[1:]] + [last]
    joined: list[Span] = []
    for start, end in zip(starts, ends, strict=True):
        span = _span(rows, start, end)
        same = joined and (joined[-1].least, joined[-1].most, joined[-1].drugs) == (
            span.least,
            span.most,
            span.drugs,
        )
        if same:
            span = Span(joined.pop().first, end, span.least, span.most, span.drugs)
        joined.append(span)
    return joined


def steroid_days(rows: Sequence[Any], first: date, last: date, weight: Decimal | None) -> SteroidDays:
    """Picture and table; weight in kg (at screening), None when not known."""
    spans = spans_of(rows, first, last)
    axis = Days(first, last, LEFT, RIGHT)
    highest = max(max(span.least, span.most or Fraction(0)) for span in spans)
    top = max(highest * Fraction(11, 10), Fraction(10))

    def y(amount: Fraction) -> float:
        return round(BOTTOM - float(amount / top) * (BOTTOM - TOP), 1)

    def width(span: Span) -> float:
        return round(axis.step * ((span.last - span.first).days + 1), 1)

    marks = (Fraction(0), highest) if highest else (Fraction(0),)
    return SteroidDays(
        title=f"Prednisone equivalent a day, {period_text(first, last)}",
        summary=f"Highest {written(highest, 1)} mg a day.",
        known=rectangles(
            (axis.x(span.first), y(span.least), width(span), BOTTOM - y(span.least)) for span in spans
        ),
        uncertain=rectangles(
            (axis.x(span.first), y(span.most), width(span), y(span.least) - y(span.most))
            for span in spans
            if span.most is not None
        ),
        scale=tuple(
            (
                Label(LEFT - 3, y(mark) + 3, f"{written(mark, 1)} mg", "end"),
                Label(RIGHT + 3, y(mark) + 3, _per_kg(mark, weight), "start"),
            )
            for mark in marks
        ),
        ticks=tuple(axis.ticks(BOTTOM + 14)),
        lines=tuple(_line(span, weight) for span in spans),
    )


def _changes(row: Any) -> list[date]:
    days: list[date] = []
    if row.get("CMSTDTC"):
        began = PartialDate.parse(row["CMSTDTC"])
        days += [began.earliest, began.latest]
    if row.get("CMENDTC"):
        ended = PartialDate.parse(row["CMENDTC"])
        days += [ended.earliest + ONE_DAY, ended.latest + ONE_DAY]
    return days


def _span(rows: Sequence[Any], first: date, last: date) -> Span:
    least, most, drugs = Fraction(0), Fraction(0), []
    unknown = False
    for row in rows:
        taken = taken_on(row, first)
        if taken is Truth.NO:
            continue
        amount = _amount(row)
        unknown = unknown or amount is None
        most += amount or 0
        least += (amount or 0) if taken is Truth.YES else 0
        words = f"{str(row['CMTRT']).lower()} {written(row['CMDOSTOT'], 2) if row['CMDOSTOT'] else '?'} mg"
        drugs.append(words if taken is Truth.YES else f"perhaps {words}")
    return Span(first, last, least, None if unknown else most, tuple(drugs))


def _amount(row: Any) -> Fraction | None:
    if not row.get("CMTRT") or row.get("CMDOSTOT") is None:
        return None
    return prednisone_equivalent(row["CMTRT"], row["CMDOSTOT"])


def _line(span: Span, weight: Decimal | None) -> Line:
    if span.most is None:
        return Line(period_text(span.first, span.last), "not known", "not known", span.drugs)
    milligrams = [written(span.least, 1)] + ([written(span.most, 1)] if span.most != span.least else [])
    per_kg = [_per_kg(span.least, weight)] + ([_per_kg(span.most, weight)] if span.most != span.least else [])
    return Line(
        period_text(span.first, span.last),
        f"{' to '.join(milligrams)} mg",
        " to ".join(per_kg) if weight else "weight not known",
        span.drugs,
    )


def _per_kg(amount: Fraction, weight: Decimal | None) -> str:
    return "" if not weight else f"{written(amount / Fraction(weight), 2)} mg/kg"
