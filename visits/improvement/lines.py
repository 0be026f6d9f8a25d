"""The Total Improvement Score of a visit in lines for a reader: six parts, the sum, what is missing."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from visits.derived.exact import Exact, exact
from visits.derived.improvement_bands import Measure
from visits.derived.total_improvement import CoreSet, Response, total_improvement

LABELS = {
    Measure.PHYSICIAN_GLOBAL: "Physician global",
    Measure.PATIENT_GLOBAL: "Patient global",
    Measure.MUSCLE_STRENGTH: "Muscle strength (MMT-8)",
    Measure.DISABILITY: "HAQ-DI",
    Measure.ENZYME: "Enzyme",
    Measure.EXTRAMUSCULAR: "Extramuscular",
}
_DECIMALS = {Measure.MUSCLE_STRENGTH: 0, Measure.DISABILITY: 3, Measure.ENZYME: 2}
_STATES = {
    Response.MAJOR: "eligible",
    Response.MODERATE: "eligible",
    Response.MINIMAL: "info",
    Response.NONE: "not-due",
}


@dataclass(frozen=True)
class Line:
    """One part: baseline and present value, improvement in per cent of the range, points; "" when missing."""

    label: str
    before: str
    now: str
    percent: str
    points: str


@dataclass(frozen=True)
class Score:
    """The score of a visit; total is "" while a part is missing."""

    visit: str
    lines: tuple[Line, ...]
    total: str
    response: str
    state: str
    missing: tuple[str, ...]


def score_of(visit: str, baseline: CoreSet, current: CoreSet) -> Score:
    """The lines of one visit. visit: its name."""
    found = total_improvement(baseline, current)
    lines = []
    for measure in Measure:
        part = found.parts[measure]
        before, now = (_value(each, measure, found.enzyme) for each in (baseline, current))
        lines.append(
            Line(
                label=_label(measure, found.enzyme),
                before=_rounded(before, _DECIMALS.get(measure, 1)),
                now=_rounded(now, _DECIMALS.get(measure, 1)),
                percent=_signed(part.percent) if part else "",
                points=f"{part.points.normalize():f}" if part else "",
            )
        )
    total, response = found.total, found.response
    return Score(
        visit=visit,
        lines=tuple(lines),
        total="" if total is None else f"{total.normalize():f}",
        response=response.capitalize() if response else "",
        state=_STATES[response] if response else "",
        missing=tuple(_label(measure, found.enzyme) for measure, part in found.parts.items() if part is None),
    )


def _label(measure: Measure, enzyme: str | None) -> str:
    return f"Enzyme ({enzyme} × ULN)" if measure is Measure.ENZYME and enzyme else LABELS[measure]


def _value(measures: CoreSet, measure: Measure, enzyme: str | None) -> Exact | None:
    if measure is not Measure.ENZYME:
        return measures.value(measure)
    found = measures.enzymes.get(enzyme) if enzyme else None
    return found.multiple() if found else None


def _rounded(value: Exact | None, decimals: int) -> str:
    if value is None:
        return ""
    number = exact(value)
    decimal = Decimal(number.numerator) / number.denominator
    return str(decimal.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def _signed(percent: Fraction) -> str:
    text = _rounded(abs(percent), 1)
    return f"−{text}" if percent < 0 else text
