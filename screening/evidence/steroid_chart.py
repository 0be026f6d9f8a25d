"""The prednisone equivalent day by day, with the limit drawn in: the picture of IN04 and EX12."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar

from screening.criteria.exhibits import DoseDays, Doses, Taken
from screening.evidence.charts import WIDTH, Days, Label, crosses, period_text, placed, rectangles, rings
from screening.evidence.numbers import apart, written
from trialsite.truth import Truth

LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 26.0, 356.0, 34.0, 146.0, 166
GAP, MARK_ABOVE = 1.0, 7.0
# The limit stands at two thirds of the height, unless doses go beyond; pulses are cut off at three limits.
LOWEST_TOP, HIGHEST_TOP = Fraction(3, 2), Fraction(3)
WORDS = {Truth.YES: "within", Truth.NO: "at fault", Truth.UNKNOWN: "not certain"}
STATES = {Truth.YES: "met", Truth.NO: "not-met", Truth.UNKNOWN: "unknown"}


@dataclass(frozen=True)
class Day:
    """One day of the chart: mg/kg at least and at most (None: no bound), and what the rule says of it."""

    day: date
    least: Fraction
    most: Fraction | None
    in_order: Truth


@dataclass(frozen=True)
class Line:
    """One line of the table: days alike, their amount in words, the drugs, and the answer."""

    days: str
    amount: str
    taken: tuple[str, ...]
    state: str
    word: str


@dataclass(frozen=True)
class SteroidChart:
    """The drawing (units of a 360 wide picture) and the same as a table."""

    code: str
    title: str
    summary: str
    known: str
    at_fault: str
    uncertain: str
    crosses: str
    rings: str
    limit_y: float
    limit_label: Label
    ticks: tuple[Label, ...]
    cut: tuple[Label, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = HEIGHT
    left: ClassVar[float] = LEFT
    right: ClassVar[float] = RIGHT
    bottom: ClassVar[float] = BOTTOM
    kind: ClassVar[str] = "steroids"


def each_day(doses: Doses) -> Iterator[Day]:
    """Every single day of the window, as it was judged."""
    axis = _axis(doses)
    for span in doses.days:
        for day in axis.clipped(span.first, span.last):
            yield Day(day, span.least or Fraction(0), span.most, span.in_order)


def steroid_chart(code: str, doses: Doses) -> SteroidChart:
    """The chart of a criterion."""
    axis, days = _axis(doses), list(each_day(doses))
    top = _top(days, doses.limit)
    width = axis.step - (GAP if axis.step > 3 * GAP else 0)

    def y(amount: Fraction | None) -> float:
        share = 1.0 if amount is None else float(min(amount / top, Fraction(1)))
        return round(BOTTOM - share * (BOTTOM - TOP), 1)

    def x(day: date) -> float:
        return axis.x(day)

    def boxes(*, at_fault: bool) -> Iterator[tuple[float, float, float, float]]:
        for each in days:
            if (each.in_order is Truth.NO) is at_fault:
                yield x(each.day), y(each.least), width, BOTTOM - y(each.least)

    def marks(answer: Truth) -> list[tuple[float, float]]:
        return [
            (x(each.day) + width / 2, y(each.most) - MARK_ABOVE) for each in days if each.in_order is answer
        ]

    limit_y = y(Fraction(doses.limit))
    between = ((x(each.day), y(each.most), width, y(each.least) - y(each.most)) for each in days)
    faulty = sum(each.in_order is Truth.NO for each in days)
    open_days = sum(each.in_order is Truth.UNKNOWN for each in days)
    return SteroidChart(
        code=code,
        title=f"Prednisone equivalent a day, {period_text(axis.first, axis.last)}",
        summary=f"{len(days)} days; limit {doses.limit}.0 mg/kg; {faulty} at fault, {open_days} not certain.",
        known=rectangles(boxes(at_fault=False)),
        at_fault=rectangles(boxes(at_fault=True)),
        uncertain=rectangles(between),
        crosses=crosses(marks(Truth.NO)),
        rings=rings(marks(Truth.UNKNOWN)),
        limit_y=limit_y,
        limit_label=Label(RIGHT, limit_y - 4, f"limit {doses.limit}.0 mg/kg", "end"),
        ticks=tuple(axis.ticks(BOTTOM + 14)),
        cut=tuple(_cut(days, top, axis, doses.limit)),
        lines=tuple(_line(span, doses) for span in (*doses.earlier, *doses.days)),
        notes=tuple(_notes(doses)),
    )


def _axis(doses: Doses) -> Days:
    return Days(doses.days[0].first, doses.days[-1].last, LEFT, RIGHT)


def _top(days: list[Day], limit: int) -> Fraction:
    """The dose at the upper edge of the chart."""
    highest = max(max(each.least, each.most or Fraction(0)) for each in days)
    return min(max(highest * Fraction(11, 10), limit * LOWEST_TOP), limit * HIGHEST_TOP)


def _cut(days: list[Day], top: Fraction, axis: Days, limit: int) -> Iterator[Label]:
    """The amount over the first of days alike that reach beyond the chart."""
    before: Fraction | None = None
    for each in days:
        highest = max(each.least, each.most or Fraction(0))
        if highest > top and highest != before:
            yield placed(axis.x(each.day), TOP - 15, f"↑ {apart(highest, limit)}", LEFT, RIGHT)
        before = highest


def _line(span: DoseDays, doses: Doses) -> Line:
    return Line(
        period_text(span.first, span.last),
        _amount(span, doses),
        tuple(_taken(each) for each in span.taken) or ("none recorded",),
        STATES[span.in_order],
        WORDS[span.in_order],
    )


def _amount(span: DoseDays, doses: Doses) -> str:
    least, most = span.least, span.most
    if least is not None and least == most:
        sum_of = "" if doses.weight is None else f"{written(least * Fraction(doses.weight), 3)} mg / "
        per = "" if doses.weight is None else f"{written(doses.weight)} kg = "
        return f"{sum_of}{per}{apart(least, doses.limit, 3)} mg/kg"
    lower = "not known" if least is None else apart(least, doses.limit, 3)
    return f"{lower} to {'no known bound' if most is None else apart(most, doses.limit, 3)} mg/kg"


def _taken(each: Taken) -> str:
    words = (each.drug or "steroid not known").lower()
    if each.dose is None:
        words += ", dose not known"
    elif each.amount is None or each.amount == each.dose:
        words += f" {written(each.dose, 3)} mg"
    else:
        factor = each.amount / Fraction(each.dose)
        words += f" {written(each.dose, 3)} mg × {written(factor, 4)} = {written(each.amount, 3)} mg"
    return words if each.sure else f"perhaps {words}"


def _notes(doses: Doses) -> Iterator[str]:
    if doses.weight is None:
        yield "Without a weight nothing can be divided by it."
    if doses.reached and all(span.in_order is not Truth.NO for span in doses.days):
        highest = apart(max(doses.reached), doses.limit, 3)
        yield f"A course of {highest} mg/kg fell on some of these days; the records do not say on which."
    if doses.earlier:
        yield "Days before the window are in the table: they are, or may be, beyond the limit."
