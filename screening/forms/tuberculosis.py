"""TB: tuberculosis, at screening."""

from trialsite.crf.codelists import NYU, RESULT, codelist
from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.retests import Retest
from trialsite.crf.variables import Choice, Date, Number, PartialDate, Text, answered, limits
from trialsite.protocol import SCREENING_VISIT

ASSAY = codelist(
    "IGRATYPE",
    **{
        "QFT-GIT": "QuantiFERON-TB Gold In-Tube",
        "QFT-G": "QuantiFERON-TB Gold",
        "QFT-PLUS": "QuantiFERON-TB Gold Plus",
        "T-SPOT.TB": "T-SPOT.TB",
        "OTHER": "Other",
    },
)
TREATED = answered("TPTYN", "Y")


class Tuberculosis(CaseReportForm):
    """TB: active disease, interferon-gamma release assay, preventive therapy."""

    code = "TB"
    sections = (
        Section("Active tuberculosis", "TBDTC", "TBACT", "TBTRTADQ"),
        Section(
            "Interferon-gamma release assay",
            "IGRATYPE",
            "IGRARES",
            "IGRADTC",
            hint="QuantiFERON-TB Gold Plus is not a registered assay: EX05 stays undetermined with it.",
        ),
        Section(
            "Preventive therapy",
            "TPTYN",
            "TPTNDRUG",
            "TPTDRUG",
            "TPTSTDTC",
            "TPTCONT",
            hint="With a positive assay: two drugs or more, begun 14 days or more before randomization. "
            "Rifamycins lower the levels of tacrolimus and ciclosporin.",
        ),
    )

    # An indeterminate assay is repeated; the rest of the form is an interview.
    retest = Retest(date="IGRADTC", groups=(("IGRARES", "IGRATYPE", "IGRADTC"),), visits=(SCREENING_VISIT,))

    TBDTC = Date("Date of the assessment", procedure=True)
    TBACT = Choice("Active tuberculosis", NYU, feeds=("EX05",))
    TBTRTADQ = Choice(
        "Adequately treated",
        NYU,
        when=answered("TBACT", "Y"),
        feeds=("EX05",),
        hint="The investigator's judgement.",
    )
    IGRATYPE = Choice("Assay", ASSAY, feeds=("EX05",))
    IGRARES = Choice("Result", RESULT, feeds=("EX05",))
    IGRADTC = Date("Date of the sample", hint="May lie before consent.")
    TPTYN = Choice("Preventive therapy given", NYU, feeds=("EX05",))
    TPTNDRUG = Number("Number of drugs", hard=limits(0, 4), whole=True, when=TREATED, feeds=("EX05",))
    TPTDRUG = Text("Drugs", when=TREATED, hint="Generic names.")
    TPTSTDTC = PartialDate("Start of preventive therapy", when=TREATED, feeds=("EX05",))
    TPTCONT = Choice("To be continued during the trial", NYU, when=TREATED, feeds=("EX05",))
