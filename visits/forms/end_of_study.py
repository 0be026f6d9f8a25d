"""DSE: how treatment and study ended, at week 8 or at an early end."""

from typing import Any

from trialsite.crf.codelists import Codelist
from trialsite.crf.forms import CaseReportForm, Context, Section, hard_check, soft_check
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.variables import Choice, Date, Values
from visits.forms.dose_given import DoseGiven

OUTCOME = Codelist(
    "DSDECOD",
    (
        ("COMPLETED", "Completed"),
        ("AE", "Adverse event"),
        ("DEATH", "Death"),
        ("WITHDREW CONSENT", "Consent withdrawn"),
        ("LOST", "Lost to follow-up"),
        ("LACK OF EFFICACY", "Lack of efficacy"),
        ("PHYSICIAN DECISION", "Physician’s decision"),
        ("OTHER", "Other"),
    ),
)


class EndOfStudy(CaseReportForm):
    """DSE: the reason, and the days on which dosing, treatment and study ended."""

    code = "DSE"
    sections = (Section("End", "DSDECOD", "DSSTDTC", "EOTDTC", "LASTDOSE"),)

    DSDECOD = Choice("Completed, or reason for the early end", OUTCOME, missing=False)
    DSSTDTC = Date("End of study", hint="The last contact that belongs to the study.")
    EOTDTC = Date("End of treatment", hint="The day on which it was decided that no dose follows, or week 8.")
    LASTDOSE = Date("Last dose", hint="“Not applicable” when no dose was given.")

    @hard_check("EOTDTC", "LASTDOSE")
    def treatment_ends_after_last_dose(values: Values, context: Context) -> str | None:
        if values["EOTDTC"] >= values["LASTDOSE"]:
            return None
        return "Treatment ends on the day of the last dose or later. Correct one of the two days."

    @hard_check("DSSTDTC", "EOTDTC")
    def study_ends_after_treatment(values: Values, context: Context) -> str | None:
        if values["DSSTDTC"] >= values["EOTDTC"]:
            return None
        return "The study ends on the day on which treatment ends or later. Correct one of the two days."

    @hard_check("LASTDOSE")
    def no_dose_before_day_1(values: Values, context: Context) -> str | None:
        day1 = context.get("DAY1")
        if day1 is None or values["LASTDOSE"] >= day1:
            return None
        return f"No dose was given before Day 1 ({day1.isoformat()}): allowed is that day or later."

    @soft_check("LASTDOSE")
    def last_dose_as_recorded(values: Values, context: Context) -> str | None:
        recorded = context.get("LAST_DOSE")
        if recorded is None or recorded == values["LASTDOSE"]:
            return None
        return f"The last dose on the forms “Dose given” is of {recorded.isoformat()}. Which day is right?"

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """LAST_DOSE: the day of the last dose that is recorded as given; one query."""
        given = (
            DoseGiven._default_manager.filter(record__participant=participant, EXPERF="Y")
            .exclude(record__state=RecordState.NOT_DONE)
            .exclude(EXSTDTC=None)
        )
        return {"LAST_DOSE": given.order_by("-EXSTDTC").values_list("EXSTDTC", flat=True).first()}
