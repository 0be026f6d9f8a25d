"""Drawing the trends: one small chart a value, each with the same as a table. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

from screening.evidence.charts import Label, rings
from screening.evidence.numbers import day_text
from visits.casebook.trends import Course, Point, Trend, visit_words

WIDTH, HEIGHT = 280, 116
LEFT, RIGHT, TOP, BOTTOM = 30.0, 276.0, 12.0, 96.0
SHORT = {"S": "S", "D1": "D1", "W2": "W2", "W4": "W4", "W6": "W6", "W8": "W8"}
# Steps of the vertical axis, times a power of ten.
STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Line:
    """A line of the table: a visit's value, and its change from baseline where there is one."""

    visit: str
    day: str
    value: str
    change: str


@dataclass(frozen=True)
class TrendChart:
    """The drawing, in units of a 280 wide picture, and the same in words."""

    id: str
    title: str
    unit: str
    latest: str
    summary: str
    path: str
    dots: str
    baseline_y: float | None
    baseline_label: Label | None
    levels: tuple[Label, ...]
    ticks: tuple[Label, ...]
    lines: tuple[Line, ...]
    width: ClassVar[int] = WIDTH
    height: ClassVar[int] = HEIGHT
    left: ClassVar[float] = LEFT
    right: ClassVar[float] = RIGHT
    bottom: ClassVar[float] = BOTTOM


def trend_charts(
    courses: Sequence[Course], days: dict[str, date], first: date, last: date
) -> list[TrendChart]:
    """A chart for each course, all over the same days. days: the visits under the axis with their day."""
    return [_chart(course, days, first, last) for course in courses]


def _chart(course: Course, days: dict[str, date], first: date, last: date) -> TrendChart:
    trend, points, baseline = course.trend, course.points, course.baseline
    low, high = scale([point.value for point in points])
    span = max((last - first).days, 1)

    def x(day: date) -> float:
        share = min(max((day - first).days / span, 0), 1)
        return round(LEFT + 6 + share * (RIGHT - LEFT - 12), 1)

    def y(value: Decimal) -> float:
        return round(BOTTOM - float((value - low) / (high - low)) * (BOTTOM - TOP), 1)

    places = [(x(point.on), y(point.value)) for point in points]
    base = None if baseline is None else y(baseline.value)
    latest = points[-1]
    return TrendChart(
        id=f"trend-{trend.form}-{trend.variable}",
        title=trend.title,
        unit=trend.unit,
        latest=f"{written(latest.value, trend)} {trend.unit}",
        summary=_summary(course),
        path=" ".join(f"{'M' if number == 0 else 'L'}{a} {b}" for number, (a, b) in enumerate(places)),
        dots=rings(places, 3),
        baseline_y=base,
        baseline_label=None
        if baseline is None or base is None
        else Label(RIGHT, base - 4 if base > TOP + 8 else base + 12, "baseline", "end"),
        levels=tuple(Label(LEFT - 4, y(level) + 4, written(level, trend), "end") for level in (low, high)),
        ticks=tuple(
            Label(x(day), BOTTOM + 15, SHORT[visit]) for visit, day in days.items() if visit in SHORT
        ),
        lines=tuple(_line(point, baseline, trend) for point in points),
    )


def scale(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """The ends of the vertical axis: round numbers around the values, never the same."""
    low, high = min(values), max(values)
    least = max((high - low) / 4, abs(high) / 40, Decimal(1))
    power = Decimal(10) ** least.adjusted()
    step = next(each * power for each in STEPS if each * power >= least)
    # A quarter of a step stays free above and below, so that no value lies on the frame.
    bottom = ((low - step / 4) // step) * step
    if low >= 0:
        bottom = max(Decimal(0), bottom)
    top = bottom
    while top < high + step / 4:
        top += step
    return bottom, top


def written(value: Decimal, trend: Trend) -> str:
    """A value as its trend writes it: 78.4, and 78 where nothing stands behind the point."""
    rounded = value.quantize(Decimal(1).scaleb(-trend.decimals), ROUND_HALF_UP)
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _line(point: Point, baseline: Point | None, trend: Trend) -> Line:
    change = ""
    if baseline is not None and point is not baseline and point.on >= baseline.on:
        by = point.value - baseline.value
        change = f"{'+' if by > 0 else '−' if by < 0 else '±'}{written(abs(by), trend)}"
    return Line(visit_words(point.visit), day_text(point.on), written(point.value, trend), change)


def _summary(course: Course) -> str:
    latest, baseline, trend = course.points[-1], course.baseline, course.trend
    said = f"{len(course.points)} values; the last {written(latest.value, trend)} {trend.unit}"
    if len(course.points) == 1:
        said = f"One value, {written(latest.value, trend)} {trend.unit}"
    if baseline is not None and baseline is not latest:
        said += f", baseline {written(baseline.value, trend)}"
    return f"{said}."
