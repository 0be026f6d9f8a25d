"""PE: physical examination by system."""

from trialsite.crf.codelists import Codelist
from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.variables import Choice, Date, Text, When

FINDING = Codelist("PE_FINDING", (("NORMAL", "Normal"), ("ABNORMAL", "Abnormal"), ("ND", "Not examined")))
SYSTEMS = ("PESKIN", "PELUNG", "PEHEART", "PEABD", "PEMSK", "PEOTH")
ANY_ABNORMAL = When(
    "a system is abnormal", SYSTEMS, lambda values: any(values.get(name) == "ABNORMAL" for name in SYSTEMS)
)


def _system(label: str) -> Choice:
    return Choice(label, FINDING, missing=False)


class PhysicalExamination(CaseReportForm):
    """PE: each system normal, abnormal or not examined; what is abnormal is described."""

    code = "PE"
    sections = (
        Section("Examination", "PEDTC", *SYSTEMS),
        Section(
            "Findings",
            "PEDESC",
            hint="System by system. No laboratory values, and no guess about the treatment.",
        ),
    )

    PEDTC = Date("Date of the examination", procedure=True)
    PESKIN = _system("Skin")
    PELUNG = _system("Lungs")
    PEHEART = _system("Heart")
    PEABD = _system("Abdomen")
    PEMSK = _system("Muscles and joints")
    PEOTH = _system("Other")
    PEDESC = Text("Description of what is abnormal", length=500, wide=True, when=ANY_ABNORMAL)
