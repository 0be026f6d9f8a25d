"""Calcineurin inhibitor and dose day by day: the picture of IN05."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from screening.criteria.exhibits import InhibitorDays, Inhibitors, Taken
from screening.evidence.charts import WIDTH, Days, Label, crosses, period_text, rectangles
from screening.evidence.numbers import written

LEFT, RIGHT, TOP, ROW, BAR = 4.0, 356.0, 6.0, 40.0, 20.0
ROOM_FOR_LABEL = 34.0
NOTHING_RECORDED = "none recorded"


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    days: str
    taken: tuple[str, ...]


@dataclass(frozen=True)
class InhibitorStrip:
    """A row for each drug with a bar for each dose (units of a 360 wide picture), and a table."""

    code: str
    title: str
    summary: str
    sure: str
    perhaps: str
    gaps: str
    names: tuple[Label, ...]
    doses: tuple[Label, ...]
    ticks: tuple[Label, ...]
    lines: tuple[Line, ...]
    bottom: float
    height: float
    has_gaps: bool
    changes: str
    width: ClassVar[int] = WIDTH
    left: ClassVar[float] = LEFT
    right: ClassVar[float] = RIGHT
    kind: ClassVar[str] = "inhibitors"


def inhibitor_strip(code: str, inhibitors: Inhibitors) -> InhibitorStrip:
    """The strip of a criterion."""
    spans = inhibitors.days
    axis = Days(spans[0].first, spans[-1].last, LEFT, RIGHT)
    drugs = list(dict.fromkeys(_name(each) for span in spans for each in span.taken)) or [NOTHING_RECORDED]
    rows = {drug: TOP + ROW * number for number, drug in enumerate(drugs)}
    bottom = TOP + ROW * len(drugs)
    gaps = [span for span in spans if not span.taken]

    def box(span: InhibitorDays, drug: str) -> tuple[float, float, float, float]:
        x = axis.x(span.first)
        width = axis.step * len(axis.clipped(span.first, span.last)) - 1
        return x, rows[drug] + ROW - BAR - 2, width, BAR

    def boxes(*, sure: bool) -> Iterator[tuple[float, float, float, float]]:
        for span in spans:
            for drug in dict.fromkeys(_name(each) for each in span.taken if each.sure is sure):
                yield box(span, drug)

    def labels() -> Iterator[Label]:
        for span in spans:
            for drug in dict.fromkeys(_name(each) for each in span.taken):
                x, y, width, _ = box(span, drug)
                if width >= ROOM_FOR_LABEL:
                    dose = " + ".join(_dose(each) for each in span.taken if _name(each) == drug)
                    yield Label(x + width / 2, y + BAR - 6, dose)

    marks = [
        (
            axis.x(day) + axis.step / 2,
            bottom - ROW / 2 + 8 if drugs == [NOTHING_RECORDED] else bottom - BAR / 2 - 2,
        )
        for span in gaps
        for day in axis.clipped(span.first, span.last)
    ]
    return InhibitorStrip(
        code=code,
        title=f"Calcineurin inhibitor a day, {period_text(axis.first, axis.last)}",
        summary="; ".join(
            f"{period_text(span.first, span.last)} {' + '.join(_words(span))}" for span in spans
        ),
        sure=rectangles(boxes(sure=True)),
        perhaps=rectangles(boxes(sure=False)),
        gaps=crosses(marks),
        names=tuple(Label(LEFT, y + ROW - BAR - 6, drug, "start") for drug, y in rows.items()),
        doses=tuple(labels()),
        ticks=tuple(axis.ticks(bottom + 14)),
        lines=tuple(Line(period_text(span.first, span.last), _words(span)) for span in spans),
        bottom=bottom,
        height=bottom + 20,
        has_gaps=bool(gaps),
        changes=" ".join(
            f"M{axis.x(after.first) - 0.5:.1f} {TOP + ROW - BAR - 6}V{bottom + 4}"
            for before, after in pairwise(spans)
            if before.taken and after.taken and _words(before) != _words(after)
        ),
    )


def _name(each: Taken) -> str:
    return (each.drug or "drug not known").lower()


def _dose(each: Taken) -> str:
    return "dose not known" if each.dose is None else f"{written(each.dose)} mg"


def _words(span: InhibitorDays) -> tuple[str, ...]:
    words = tuple(f"{'' if each.sure else 'perhaps '}{_name(each)} {_dose(each)}" for each in span.taken)
    return words or (NOTHING_RECORDED,)
