"""IM: the three global assessments of the IMACS core set."""

from trialsite.crf.change import by_points
from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.units import VISUAL_SCALE
from trialsite.crf.variables import Date, Number, limits


def _scale(label: str, hint: str) -> Number:
    return Number(
        label,
        units=VISUAL_SCALE,
        unit_implied=True,
        decimals=1,
        hard=limits(0, 10),
        change=by_points(6, "cm"),
        hint=hint,
    )


class CoreSet(CaseReportForm):
    """IM: visual analogue scales of 10 cm."""

    code = "IM"
    sections = (
        Section(
            "Global assessments",
            "IMDTC",
            "PHGA",
            "PTGA",
            "EXMGA",
            hint="Visual analogue scales of 10 cm: 0 none, 10 the worst. Measure the mark in cm or mm.",
        ),
    )

    IMDTC = Date("Date of the assessment", procedure=True)
    PHGA = _scale("Physician global activity", "By the physician, over all organs.")
    PTGA = _scale("Patient global activity", "By the participant alone.")
    EXMGA = _scale("Extramuscular activity", "By the physician: skin, joints, lungs and the rest.")
