"""MH: medical history, at screening."""

from django.db import models

from screening.forms.judgement import reason_of
from screening.forms.periods import end_not_before_start
from trialsite.crf.codelists import NY, NYU, codelist
from trialsite.crf.forms import CaseReportForm, Context, Row, Rows, Section, soft_check
from trialsite.crf.variables import Choice, Date, PartialDate, Text, Values, answered

PREGNANCY_TEST = codelist("PREGTEST", NEG="Negative", POS="Positive", NA="Not applicable")


class MedicalHistory(CaseReportForm):
    """MH: complications that exclude, conditions that matter under the study drug, other history."""

    code = "MH"
    sections = (
        Section("Date", "MHDTC"),
        Section(
            "Life-threatening complications",
            "ACSYN",
            "ACSDTC",
            "CVDYN",
            "CVDREAS",
            "LTCOMP",
            "LTCREAS",
            hint="Whether a cerebrovascular disease is significant, and a complication life-threatening, is "
            "the investigator's judgement.",
        ),
        Section("Before a biological", "DIVERT", "ZOSTER", "MALIG", "PREGTEST"),
    )
    repeating = (Rows("RECORDS", "Other conditions", lambda: Condition, add_label="Add a condition"),)

    MHDTC = Date("Date of the interview", procedure=True)
    ACSYN = Choice("Acute coronary syndrome, ever", NYU, feeds=("EX02",))
    ACSDTC = PartialDate(
        "Date of the latest acute coronary syndrome", when=answered("ACSYN", "Y"), feeds=("EX02",)
    )
    CVDYN = Choice("Significant cerebrovascular disease, ever", NYU, feeds=("EX02",), judgement=True)
    CVDREAS = reason_of(
        "CVDYN", "Y", label="Which cerebrovascular disease, and why it is significant", feeds=("EX02",)
    )
    LTCOMP = Choice("Other life-threatening complication", NYU, feeds=("EX02",), judgement=True)
    LTCREAS = reason_of(
        "LTCOMP", "Y", label="Which complication, and why it is life-threatening", feeds=("EX02",)
    )
    DIVERT = Choice("Diverticulitis or gastrointestinal ulcer", NYU)
    ZOSTER = Choice("Herpes zoster", NYU)
    MALIG = Choice("Malignancy", NYU)
    PREGTEST = Choice("Pregnancy test", PREGNANCY_TEST, hint="Not applicable for men.")

    @soft_check("PREGTEST")
    def not_pregnant(values: Values, context: Context) -> str | None:
        if values["PREGTEST"] != "POS":
            return None
        return "A positive pregnancy test before a biological drug. Is the result right?"


class Condition(Row):
    """One condition of the medical history."""

    form = models.ForeignKey(MedicalHistory, on_delete=models.PROTECT, related_name="records")

    MHTERM = Text("Condition", hint="The diagnosis only, never a name or number of a person.")
    MHSTDTC = PartialDate("Start")
    MHONGO = Choice("Ongoing", NY)
    MHENDTC = PartialDate("End", when=answered("MHONGO", "N"))

    end_on_or_after_start = end_not_before_start("MHSTDTC", "MHENDTC")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="mh_condition_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"condition {self.number}"
