"""LBI: inflammation and lipids. These move with the study drug: masked after Day 1 (L19)."""

from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.units import CHOLESTEROL, CRP, FERRITIN, INTERLEUKIN, SEDIMENTATION, TRIGLYCERIDES, Unit
from trialsite.crf.variables import Blinding, Date, Number, Range, limits

INTERLEUKIN_VISITS = ("S", "D1", "W4", "W8")
LIPID_VISITS = ("S", "W4", "W8")


def _masked(
    label: str,
    units: tuple[Unit, ...],
    hard: Range,
    *,
    decimals: int = 0,
    soft: Range | None = None,
    visits: tuple[str, ...] = (),
) -> Number:
    return Number(
        label,
        units=units,
        decimals=decimals,
        hard=hard,
        soft=soft,
        uln=True,
        visits=visits,
        blinding=Blinding.MASKED,
    )


class LaboratoryMasked(CaseReportForm):
    """LBI: a record of its own, so that it can be wholly absent for whoever must stay blind."""

    code = "LBI"
    sections = (
        Section(
            "Sample",
            "LBIDTC",
            hint="After Day 1 only the laboratory assessor enters this form. Until the study is locked nobody"
            " else sees it.",
        ),
        Section("Inflammation", "CRP", "ESR", "FERRITIN", "IL6"),
        Section("Lipids", "CHOL", "TRIG", "LDL"),
    )

    LBIDTC = Date("Date of the sample", procedure=True)
    CRP = _masked("hs-CRP", CRP, limits(0, 500), decimals=2)
    ESR = _masked("ESR", SEDIMENTATION, limits(0, 150))
    FERRITIN = _masked("Ferritin", FERRITIN, limits(1, 50000), soft=limits(None, 1500))
    IL6 = _masked("IL-6", INTERLEUKIN, limits(0, 50000), decimals=1, visits=INTERLEUKIN_VISITS)
    CHOL = _masked("Total cholesterol", CHOLESTEROL, limits("0.5", 30), decimals=2, visits=LIPID_VISITS)
    TRIG = _masked("Triglycerides", TRIGLYCERIDES, limits("0.1", 60), decimals=2, visits=LIPID_VISITS)
    LDL = _masked("LDL cholesterol", CHOLESTEROL, limits("0.1", 25), decimals=2, visits=LIPID_VISITS)
