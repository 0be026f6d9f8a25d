"""CNI: tacrolimus and ciclosporin, at every visit."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from screening.forms import running_log
from screening.forms.periods import end_not_before_start, end_of_medication, start_of_medication
from trialsite.crf.codelists import NY, Codelist, codelist
from trialsite.crf.forms import CaseReportForm, Context, Row, Rows, Section, hard_check, soft_check
from trialsite.crf.units import DOSE_PER_DAY, TROUGH
from trialsite.crf.variables import Choice, Date, Number, Range, Text, Values, limits

INHIBITOR = codelist("CNI_CMTRT", "TACROLIMUS", "CICLOSPORIN")
ROUTE = Codelist("CNI_CMROUTE", (("ORAL", "Oral"), ("INTRAVENOUS", "Intravenous")))
POSSIBLE: Mapping[str, Range] = {"TACROLIMUS": limits("0.25", 30), "CICLOSPORIN": limits(10, 1000)}
USUAL: Mapping[str, Range] = {"TACROLIMUS": limits(1, 6), "CICLOSPORIN": limits(50, 300)}
FEEDS = ("IN05",)


class CalcineurinInhibitors(CaseReportForm):
    """CNI: the inhibitor with its total daily dose; a change of dose is a new row."""

    code = "CNI"
    sections = (Section("History", "CNIDTC", "CNIHXCOMP", "TROUGH"),)
    repeating = (
        Rows(
            "RECORDS",
            "Calcineurin inhibitors",
            lambda: CalcineurinInhibitor,
            add_label="Add an inhibitor or dose",
            hint="One row for each drug and total daily dose; 1.5 mg twice a day is 3 mg/day.",
        ),
    )

    CNIDTC = Date("Date of the interview", procedure=True)
    CNIHXCOMP = Choice(
        "History complete",
        NY,
        feeds=FEEDS,
        hint="Yes when every calcineurin inhibitor of the last weeks stands below. Only then does a day "
        "without a row count as a gap.",
    )
    TROUGH = Number("Trough level", units=TROUGH, decimals=1, hard=limits(0, 2000), required=False)

    fits_the_visit_before = running_log.fits_visit_before("CNIDTC")

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """What went on at the visit before; two queries after screening."""
        return running_log.context_of(cls, participant, visit)


class CalcineurinInhibitor(Row):
    """One calcineurin inhibitor at one daily dose."""

    form = models.ForeignKey(CalcineurinInhibitors, on_delete=models.PROTECT, related_name="records")

    CMTRT = Choice("Drug", INHIBITOR, feeds=(*FEEDS, "EX14"))
    CMDOSTOT = Number(
        "Total daily dose",
        units=DOSE_PER_DAY,
        unit_name="CMDOSU",
        decimals=2,
        hard=limits("0.25", 1000),
        feeds=FEEDS,
        hint="Tacrolimus usually 1 to 6, ciclosporin 50 to 300 mg/day.",
    )
    CMROUTE = Choice("Route", ROUTE)
    CMSTDTC = start_of_medication((*FEEDS, "EX14"))
    CMENDTC = end_of_medication((*FEEDS, "EX14"))
    CMINDC = Text("Indication", length=100, required=False)

    end_on_or_after_start = end_not_before_start("CMSTDTC", "CMENDTC")

    @hard_check("CMDOSTOT", "CMTRT")
    def dose_possible_for_drug(values: Values, context: Context) -> str | None:
        possible = POSSIBLE[values["CMTRT"]]
        if possible.holds(values["CMDOSTOT"]):
            return None
        return f"Allowed for {INHIBITOR.label(values['CMTRT']).lower()}: {possible} mg/day."

    @soft_check("CMDOSTOT", "CMTRT")
    def dose_usual_for_drug(values: Values, context: Context) -> str | None:
        usual = USUAL[values["CMTRT"]]
        if usual.holds(values["CMDOSTOT"]):
            return None
        drug = INHIBITOR.label(values["CMTRT"]).lower()
        return f"Usual for {drug}: {usual} mg/day. Is the dose right?"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="cni_record_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"calcineurin inhibitor {self.number}"
