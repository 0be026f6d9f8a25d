"""The arithmetic of a verdict, written out with the participant's numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from screening.criteria.derived import FEMALE_FACTOR, UMOL_PER_MG_DL, WASHOUT_HALF_LIVES, Clearance
from screening.criteria.exhibits import Clearances, Copies, Exhibit, PfRatio, TimesUln, Wait
from screening.evidence.numbers import apart, day_text, written


@dataclass(frozen=True)
class Calculation:
    """One computation: the formula, its lines with numbers, and the limit that the result is held against."""

    title: str
    formula: str
    lines: tuple[str, ...]
    limit: str


def calculations(exhibits: tuple[Exhibit, ...]) -> Iterator[Calculation]:
    """What can be written out, in the order in which it was computed."""
    for exhibit in exhibits:
        match exhibit:
            case Clearances():
                yield _clearances(exhibit)
            case PfRatio():
                yield _pf_ratio(exhibit)
            case TimesUln():
                yield _times_uln(exhibit)
            case Copies():
                yield _copies(exhibit)
            case Wait(elimination=elimination) if elimination is not None:
                yield _washout(exhibit)
            case _:
                pass


def _clearances(exhibit: Clearances) -> Calculation:
    first = exhibit.possible[0]
    factor = f" × {written(FEMALE_FACTOR)}" if first.sex == "F" else ""
    creatinine = f"{written(first.creatinine)} µmol/L / {written(UMOL_PER_MG_DL)}"
    return Calculation(
        "Creatinine clearance (Cockcroft-Gault)",
        f"(140 − age) × kg{factor} / (72 × mg/dL)",
        (
            f"creatinine {creatinine} = {written(first.mg_dl, 4)} mg/dL",
            *(
                f"{_clearance(each, factor)} = {apart(each.value, exhibit.limit)} mL/min"
                for each in exhibit.possible
            ),
        ),
        f"{exhibit.limit} mL/min or less excludes, before rounding",
    )


def _clearance(each: Clearance, factor: str) -> str:
    return f"(140 − {each.age}) × {written(each.weight)}{factor} / (72 × {written(each.mg_dl, 4)})"


def _pf_ratio(exhibit: PfRatio) -> Calculation:
    ratio = exhibit.ratio
    return Calculation(
        "PaO₂/FiO₂",
        "mmHg / fraction of oxygen",
        (f"{written(ratio.pao2)} / {written(ratio.fio2)} = {apart(ratio.value, exhibit.limit, 1)} mmHg",),
        f"below {exhibit.limit} mmHg is severe",
    )


def _times_uln(exhibit: TimesUln) -> Calculation:
    unit = exhibit.unit.replace("umol", "µmol")
    times = apart(exhibit.times, exhibit.limit)
    return Calculation(
        exhibit.analyte,
        "value / upper limit of normal",
        (f"{written(exhibit.value)} / {written(exhibit.uln)} {unit} = {times} × ULN",),
        f"{written(exhibit.limit)} × ULN or more excludes",
    )


def _copies(exhibit: Copies) -> Calculation:
    typed = f"{written(exhibit.number)} {exhibit.unit}"
    factor = "" if exhibit.factor is None else f" × {written(exhibit.factor)}"
    return Calculation(
        "HBV-DNA",
        "IU/mL × factor of the assay",
        (f"{typed}{factor} = {written(exhibit.copies, 4)} copies/mL",),
        "above 1000 copies/mL excludes, up to 1 does not",
    )


def _washout(exhibit: Wait) -> Calculation:
    passed = exhibit.elimination
    assert passed is not None
    between = (
        f"{_hours(passed.shortest)} to {_hours(passed.longest)} h between last dose and {exhibit.reference}"
    )
    if passed.half_life is None or passed.needed is None:
        needed = "half-life not known"
    else:
        needed = f"{WASHOUT_HALF_LIVES} × {written(passed.half_life)} h = {written(passed.needed)} h needed"
    return Calculation(
        f"Washout of {exhibit.what.lower()}",
        "five half-lives, counted at the earliest and the latest possible hour",
        (needed, between),
        f"over for sure on {day_text(exhibit.over)}" if exhibit.over else "its end cannot be told",
    )


def _hours(hours: Fraction) -> str:
    return written(max(hours, Fraction(0)), 1)
