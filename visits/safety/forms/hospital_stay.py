"""HO: hospital stays, from consent on."""

from typing import Any

from screening.forms.periods import end_not_before_start
from trialsite.crf.forms import CaseReportForm, Context, Section, hard_check, soft_check
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.variables import PartialDate, Text, Values
from visits.safety.forms.adverse_event import AdverseEvent
from visits.safety.rules import began_before


class HospitalStay(CaseReportForm):
    """HO: one stay; an adverse event that led to it is serious."""

    code = "HO"
    sections = (Section("Stay", "HOSTDTC", "HOENDTC", "HOREAS"),)

    HOSTDTC = PartialDate("Admitted")
    HOENDTC = PartialDate("Discharged", required=False, missing=True, hint="Leave it blank while it goes on.")
    HOREAS = Text("Reason", wide=True, hint="“Planned” when it was planned before consent.")

    end_on_or_after_start = end_not_before_start("HOSTDTC", "HOENDTC")

    @hard_check("HOSTDTC")
    def from_consent_on(values: Values, context: Context) -> str | None:
        return began_before(values["HOSTDTC"], context.get("CONSENT"))

    @soft_check("HOREAS")
    def stay_has_event(values: Values, context: Context) -> str | None:
        if context.get("HOSPITAL_EVENT", True):
            return None
        return (
            "No adverse event is serious because of a hospital stay. Was it planned, or is an event missing?"
        )

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """HOSPITAL_EVENT: whether an adverse event has the criterion hospital stay; one query."""
        events = AdverseEvent._default_manager.filter(record__participant=participant, AESHOSP="Y")
        return {"HOSPITAL_EVENT": events.exclude(record__state=RecordState.VOID).exists()}
