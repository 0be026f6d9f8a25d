"""CM: other medication, immunoglobulin, prohibited medication, at every visit."""

from typing import Any

from django.db import models

from screening.forms import running_log
from screening.forms.periods import end_not_before_start, end_of_medication, start_of_medication
from trialsite.crf.codelists import NYU, Codelist
from trialsite.crf.forms import CaseReportForm, Context, Row, Rows, Section
from trialsite.crf.variables import Choice, Date, Number, PartialDate, Text, answered, limits

ROUTE = Codelist(
    "CM_CMROUTE",
    (
        ("ORAL", "Oral"),
        ("INTRAVENOUS", "Intravenous"),
        ("IM", "Intramuscular"),
        ("SUBCUTANEOUS", "Subcutaneous"),
        ("INHALED", "Inhaled"),
        ("TOPICAL", "Topical"),
        ("OTHER", "Other"),
    ),
)


FEEDS = ("EX14",)


class OtherMedication(CaseReportForm):
    """CM: everything but systemic glucocorticoids and calcineurin inhibitors."""

    code = "CM"
    sections = (
        Section("Date", "CMDTC"),
        Section("Immunoglobulin", "IVIGYN", "IVIGENDTC"),
        Section(
            "Prohibited medication",
            "PROHMED",
            hint="The investigator answers against the protocol. Its list, where the protocol's version has "
            "one, is compared with the medication below as well.",
        ),
    )
    repeating = (
        Rows(
            "RECORDS",
            "Medication",
            lambda: Medication,
            add_label="Add a medication",
            hint="Glucocorticoids and calcineurin inhibitors have forms of their own.",
        ),
    )

    CMDTC = Date("Date of the interview", procedure=True)
    IVIGYN = Choice("Intravenous immunoglobulin, ever", NYU, feeds=("EX13",))
    IVIGENDTC = PartialDate("Last infusion", when=answered("IVIGYN", "Y"), feeds=("EX13",))
    PROHMED = Choice("Medication that the protocol prohibits", NYU, feeds=FEEDS)

    fits_the_visit_before = running_log.fits_visit_before("CMDTC")

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """What went on at the visit before; two queries after screening."""
        return running_log.context_of(cls, participant, visit)


class Medication(Row):
    """One other medication."""

    form = models.ForeignKey(OtherMedication, on_delete=models.PROTECT, related_name="records")

    CMTRT = Text("Drug", length=100, feeds=FEEDS, hint="Generic name.")
    CMDOSE = Number("Dose", decimals=2, hard=limits(0, 1_000_000))
    CMDOSU = Text("Unit of the dose", length=20, hint="Such as mg/day.")
    CMROUTE = Choice("Route", ROUTE)
    CMSTDTC = start_of_medication(FEEDS)
    CMENDTC = end_of_medication(FEEDS)
    CMINDC = Text("Indication", length=100, required=False)

    end_on_or_after_start = end_not_before_start("CMSTDTC", "CMENDTC")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="cm_record_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"medication {self.number}"
