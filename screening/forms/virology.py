"""VIR: hepatitis B and C, HIV, at screening."""

from trialsite.crf.codelists import NYU, RESULT, codelist
from trialsite.crf.forms import CaseReportForm, Context, Section, soft_check
from trialsite.crf.retests import Retest
from trialsite.crf.units import Unit, unit
from trialsite.crf.variables import Choice, Date, Number, Values, answered, limits
from trialsite.protocol import HBVDNA_FACTORS, SCREENING_VISIT

DNA_STATUS = codelist("HBVDNASTAT", "NOT DETECTED", "DETECTED BELOW LLOQ", "QUANTIFIED", "NOT DONE")
DNA_ASSAY = codelist("HBVASSAY", *HBVDNA_FACTORS, "OTHER")
# IU/mL become copies/mL by the factor of the assay.
DNA_UNITS = (
    unit("copies/mL"),
    unit("copies/L", per="1000"),
    Unit("IU/mL", by="HBVASSAY", factors=HBVDNA_FACTORS),
)
QUANTIFIED = answered("HBVDNASTAT", "QUANTIFIED")


def _serology(label: str, *feeds: str) -> Choice:
    return Choice(label, RESULT, feeds=feeds)


class Virology(CaseReportForm):
    """VIR: serology, hepatitis B DNA, HIV history."""

    code = "VIR"
    sections = (
        Section("Sample", "VIRDTC"),
        Section("Hepatitis B", "HBSAG", "HBEAG", "HBSAB", "HBCAB"),
        Section(
            "Hepatitis B DNA",
            "HBVDNASTAT",
            "HBVASSAY",
            "HBVDNA",
            hint="Required when HBcAb is positive.",
        ),
        Section("Hepatitis C and HIV", "HCVAB", "HIVAB", "HIVHX"),
    )

    retest = Retest(
        date="VIRDTC",
        groups=(
            ("HBSAG",),
            ("HBEAG",),
            ("HBSAB",),
            ("HBCAB",),
            ("HBVDNASTAT", "HBVASSAY", "HBVDNA"),
            ("HCVAB",),
            ("HIVAB",),
        ),
        visits=(SCREENING_VISIT,),
    )

    VIRDTC = Date("Date of the sample", procedure=True)
    HBSAG = _serology("HBsAg", "EX06")
    HBEAG = _serology("HBeAg", "EX06")
    HBSAB = _serology("HBsAb")
    HBCAB = _serology("HBcAb", "EX06")
    HBVDNASTAT = Choice("HBV-DNA", DNA_STATUS, feeds=("EX06",))
    HBVASSAY = Choice(
        "Assay",
        DNA_ASSAY,
        when=QUANTIFIED,
        feeds=("EX06",),
        hint="Needed for a result in IU/mL.",
    )
    HBVDNA = Number(
        "HBV-DNA result", units=DNA_UNITS, hard=limits(0, 10**10), when=QUANTIFIED, feeds=("EX06",)
    )
    HCVAB = _serology("HCV antibody", "EX06")
    HIVAB = _serology("HIV antibody", "EX07")
    HIVHX = Choice("HIV infection in the history", NYU, feeds=("EX07",))

    @soft_check("HBCAB", "HBVDNASTAT")
    def dna_with_core_antibody(values: Values, context: Context) -> str | None:
        if values["HBCAB"] != "POSITIVE" or values["HBVDNASTAT"] != "NOT DONE":
            return None
        return "HBV-DNA is required when HBcAb is positive. Was it really not done?"
