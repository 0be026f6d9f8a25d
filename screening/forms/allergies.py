"""AL: allergies, at screening."""

from trialsite.crf.codelists import NYU
from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.variables import Choice, Date, Text


class Allergies(CaseReportForm):
    """AL: allergies that exclude, and others."""

    code = "AL"
    sections = (Section("Allergies", "ALDTC", "ALLTCZ", "ALLSULF", "ALLOTH"),)

    ALDTC = Date("Date of the interview", procedure=True)
    ALLTCZ = Choice(
        "Tocilizumab or one of its excipients",
        NYU,
        feeds=("EX09",),
        hint="Excipients: sucrose, polysorbate 80, phosphates; subcutaneous also arginine, histidine, "
        "methionine.",
    )
    ALLSULF = Choice("Sulfonamides", NYU, feeds=("EX10",), hint="Co-trimoxazole included.")
    ALLOTH = Text("Other allergies", required=False, wide=True)
