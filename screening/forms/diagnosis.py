"""DC: anti-MDA5 antibody-positive dermatomyositis, at screening."""

from typing import Any

from screening.forms.stored import stored_values
from screening.forms.visit_dates import VisitDates
from trialsite.crf.codelists import NYU, codelist
from trialsite.crf.forms import CaseReportForm, Check, Context, Section, hard_check
from trialsite.crf.variables import Choice, Date, PartialDate, Text, Values
from trialsite.partial_date import PartialDate as PartialDateValue

ANTIBODY_RESULT = codelist("ANTIBODY", "POSITIVE", "NEGATIVE", "EQUIVOCAL", "NOT DONE")


def _not_after_screening(name: str) -> Check:
    @hard_check(name)
    def on_or_before_screening(values: Values, context: Context) -> str | None:
        screening = context.get("SCRNDTC")
        if screening is None or PartialDateValue.parse(values[name]).earliest <= screening:
            return None
        return f"Allowed: the day of screening ({screening.isoformat()}) or earlier."

    return on_or_before_screening


def _exclusive(label: str) -> Choice:
    return Choice(label, NYU, feeds=("EX01",))


class Diagnosis(CaseReportForm):
    """DC: onset, skin, antibody, organs, and other myositis or overlap."""

    code = "DC"
    sections = (
        Section("Course", "DCDTC", "DXDTC", "ONSETDTC", "RESPONDTC"),
        Section(
            "Skin",
            "GOTTPAP",
            "GOTTRSH",
            "ERYABIG",
            "HELIOT",
            "SKULCER",
            "MECHHAND",
            "PALMPAP",
            hint="The first three are the registered findings. Heliotrope rash is recorded apart: alone it "
            "leaves IN02 undetermined.",
        ),
        Section("Anti-MDA5 antibody", "MDA5RES", "MDA5DTC", "MDA5TITR", "MDA5METH", "RO52"),
        Section("Organs", "ILDYN", "ARTHR", "MUSCLE"),
        Section("Other myositis or overlap", "DXPM", "DXASYS", "DXIMNM", "DXOVERLAP"),
    )

    DCDTC = Date("Date of the assessment", procedure=True)
    DXDTC = PartialDate("Date of diagnosis")
    ONSETDTC = PartialDate("First symptom")
    RESPONDTC = PartialDate(
        "First respiratory symptom", hint="Choose “Not applicable” when there never was one."
    )
    GOTTPAP = Choice("Gottron papules", NYU, feeds=("IN02",))
    GOTTRSH = Choice("Gottron rash (sign)", NYU, feeds=("IN02",))
    ERYABIG = Choice("Erythema ab igne (as registered)", NYU, feeds=("IN02",))
    HELIOT = Choice("Heliotrope rash", NYU, feeds=("IN02",))
    SKULCER = Choice("Skin ulcers", NYU)
    MECHHAND = Choice("Mechanic's hands", NYU)
    PALMPAP = Choice("Palmar papules", NYU)
    MDA5RES = Choice("Anti-MDA5 antibody", ANTIBODY_RESULT, feeds=("IN02",))
    MDA5DTC = PartialDate("Date of the sample", hint="May lie before consent.")
    MDA5TITR = Text("Titre or concentration", length=40, required=False)
    MDA5METH = Text("Method", length=60, required=False, hint="Such as line blot or ELISA.")
    RO52 = Choice("Anti-Ro52 antibody", ANTIBODY_RESULT)
    ILDYN = Choice("Interstitial lung disease", NYU, feeds=("IN03",), hint="Also settles the stratum.")
    ARTHR = Choice("Arthritis", NYU)
    MUSCLE = Choice("Muscle involvement", NYU)
    DXPM = _exclusive("Polymyositis")
    DXASYS = _exclusive("Antisynthetase syndrome")
    DXIMNM = _exclusive("Immune-mediated necrotizing myopathy")
    DXOVERLAP = _exclusive("Overlap with another connective tissue disease")

    diagnosis_by_screening = _not_after_screening("DXDTC")
    onset_by_screening = _not_after_screening("ONSETDTC")
    respiratory_by_screening = _not_after_screening("RESPONDTC")

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """SCRNDTC: the date of screening, when it is known."""
        return stored_values(VisitDates, participant, "SCRNDTC")
