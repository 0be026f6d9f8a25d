"""HRCT: high-resolution computed tomography of the chest, at screening and week 8."""

from trialsite.crf.codelists import Codelist, codelist
from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.units import PERCENT
from trialsite.crf.variables import Choice, Date, Number, Text, limits
from trialsite.protocol import UNSCHEDULED

PATTERN = Codelist(
    "CTPATT",
    (
        ("OP", "Organizing pneumonia"),
        ("NSIP", "NSIP"),
        ("NSIP+OP", "NSIP with organizing pneumonia"),
        ("DAD", "Diffuse alveolar damage"),
        ("UIP", "UIP"),
        ("OTHER", "Other"),
    ),
)
CHANGE = codelist("CTCHG", "BETTER", "SAME", "WORSE")


class ChestCT(CaseReportForm):
    """HRCT: extent and pattern of the interstitial changes."""

    code = "HRCT"
    sections = (
        Section("Examination", "HRCTDTC", "CTREADER"),
        Section("Findings", "CTEXTPCT", "CTPATT", "CTCHG"),
    )

    HRCTDTC = Date("Date of the examination", procedure=True)
    CTREADER = Text("Reader", length=20, hint="The reader's code at the site, not a name.")
    CTEXTPCT = Number(
        "Extent",
        units=PERCENT,
        hard=limits(0, 100),
        feeds=("IN03",),
        hint="Share of the lung fields; 0 when there is no interstitial change. IN03 asks for below 50 %.",
    )
    CTPATT = Choice("Pattern", PATTERN, hint="Choose “Not applicable” when there is no interstitial change.")
    CTCHG = Choice("Change since the examination before", CHANGE, visits=("W8", *UNSCHEDULED, "E"))
