"""The table of the 2016 ACR/EULAR response criteria: points for the improvement of each core set measure.

Source: clinical content 4.6 (adult dermatomyositis and polymyositis).
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from visits.derived import disability, muscle_strength


class Measure(StrEnum):
    """The six core set measures."""

    PHYSICIAN_GLOBAL = "PHGA"
    PATIENT_GLOBAL = "PTGA"
    MUSCLE_STRENGTH = "MMT8"
    DISABILITY = "HAQDI"
    ENZYME = "ENZYME"
    EXTRAMUSCULAR = "EXMGA"


# What a measure can span: VAS in cm, MMT-8 and HAQ-DI in points. That of the enzyme depends on which it is.
RANGES: Mapping[Measure, int] = {
    Measure.PHYSICIAN_GLOBAL: 10,
    Measure.PATIENT_GLOBAL: 10,
    Measure.EXTRAMUSCULAR: 10,
    Measure.MUSCLE_STRENGTH: muscle_strength.RANGE,
    Measure.DISABILITY: disability.RANGE,
}
# The range of an enzyme in multiples of its ULN. The first of equally abnormal ones counts.
ENZYME_RANGES: Mapping[str, int] = {"CK": 15, "ALDOLASE": 6, "LDH": 3, "AST": 3, "ALT": 3}

# Improvements in per cent above which the next band begins; the upper edge belongs to the band below it.
_EDGES, _MUSCLE_EDGES = (5, 15, 25, 40), (2, 10, 20, 30)
_POINTS: Mapping[Measure, tuple[str, str, str, str, str]] = {
    Measure.PHYSICIAN_GLOBAL: ("0", "7.5", "15", "17.5", "20"),
    Measure.PATIENT_GLOBAL: ("0", "2.5", "5", "7.5", "10"),
    Measure.MUSCLE_STRENGTH: ("0", "10", "20", "27.5", "32.5"),
    Measure.DISABILITY: ("0", "5", "7.5", "7.5", "10"),
    Measure.ENZYME: ("0", "2.5", "5", "7.5", "7.5"),
    Measure.EXTRAMUSCULAR: ("0", "7.5", "12.5", "15", "20"),
}


def points_for(measure: Measure, percent: Fraction) -> Decimal:
    """Points for an improvement in per cent of the range; a worsening is below 0 and gives none."""
    edges = _MUSCLE_EDGES if measure is Measure.MUSCLE_STRENGTH else _EDGES
    return Decimal(_POINTS[measure][sum(percent > edge for edge in edges)])
