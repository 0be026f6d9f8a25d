"""MMT: manual muscle testing of eight muscle groups."""

from decimal import Decimal

from trialsite.crf.change import by_points
from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.grids import Grid, GridRow
from trialsite.crf.variables import Date, Derived, Number, Values, limits
from visits.derived.muscle_strength import NECK, PAIRED, POINTS, mmt8_total

NECK_FIELD = "MMTNECK"
# The start of the names of a pair; R and L complete them.
PAIRS = dict(
    zip(PAIRED, ("MMTDELT", "MMTBICE", "MMTWRIS", "MMTGMAX", "MMTGMED", "MMTQUAD", "MMTANKL"), strict=True)
)
MUSCLE_OF = {NECK_FIELD: NECK} | {
    f"{start}{side}": f"{muscle}_{side}" for muscle, start in PAIRS.items() for side in "RL"
}


def total_strength(values: Values) -> Decimal | None:
    """MMT-8, 0 to 150 points; None when any muscle is missing."""
    points = {muscle: _points(values.get(name)) for name, muscle in MUSCLE_OF.items()}
    found = mmt8_total(points)
    return None if found is None else Decimal(found)


def _points(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def _muscle(label: str) -> Number:
    return Number(label, whole=True, hard=limits(0, POINTS))


class MuscleTest(CaseReportForm):
    """MMT: strength 0 to 10; the neck flexors once, seven groups on the right and the left."""

    code = "MMT"
    sections = (
        Section("Test", "MMTDTC"),
        Grid(
            "Strength",
            ("Right", "Left"),
            GridRow("Neck flexors", NECK_FIELD, ""),
            GridRow("Deltoid", "MMTDELTR", "MMTDELTL"),
            GridRow("Biceps", "MMTBICER", "MMTBICEL"),
            GridRow("Wrist extensors", "MMTWRISR", "MMTWRISL"),
            GridRow("Gluteus maximus", "MMTGMAXR", "MMTGMAXL"),
            GridRow("Gluteus medius", "MMTGMEDR", "MMTGMEDL"),
            GridRow("Quadriceps", "MMTQUADR", "MMTQUADL"),
            GridRow("Ankle dorsiflexors", "MMTANKLR", "MMTANKLL"),
            hint="0 no contraction, 10 normal. ND where a muscle could not be tested: then no total.",
            blank="10",
        ),
        Section("Total", "MMT8TOT"),
    )

    MMTDTC = Date("Date of the test", procedure=True)
    MMTNECK = _muscle("Neck flexors")
    MMTDELTR = _muscle("Deltoid, right")
    MMTDELTL = _muscle("Deltoid, left")
    MMTBICER = _muscle("Biceps, right")
    MMTBICEL = _muscle("Biceps, left")
    MMTWRISR = _muscle("Wrist extensors, right")
    MMTWRISL = _muscle("Wrist extensors, left")
    MMTGMAXR = _muscle("Gluteus maximus, right")
    MMTGMAXL = _muscle("Gluteus maximus, left")
    MMTGMEDR = _muscle("Gluteus medius, right")
    MMTGMEDL = _muscle("Gluteus medius, left")
    MMTQUADR = _muscle("Quadriceps, right")
    MMTQUADL = _muscle("Quadriceps, left")
    MMTANKLR = _muscle("Ankle dorsiflexors, right")
    MMTANKLL = _muscle("Ankle dorsiflexors, left")
    MMT8TOT = Derived(
        "MMT-8 total",
        total_strength,
        reads=tuple(MUSCLE_OF),
        decimals=0,
        unit="of 150",
        change=by_points(50, "points"),
        formula="sum of the fifteen muscles; none when one is missing",
    )
