"""DD: death, at most once."""

from trialsite.crf.codelists import NYU
from trialsite.crf.forms import CaseReportForm, Context, Section, hard_check
from trialsite.crf.variables import Choice, PartialDate, Text, Time, Values
from visits.safety.rules import began_before


class Death(CaseReportForm):
    """DD: when and of what; a fatal adverse event (grade 5) belongs to it."""

    code = "DD"
    at_most = 1
    sections = (Section("Death", "DTHDTC", "DTHTIM", "DTHCAUS", "DTHAUTOP", "DTHREL"),)

    DTHDTC = PartialDate("Date of death")
    DTHTIM = Time("Time", required=False, missing=True)
    DTHCAUS = Text("Cause of death", wide=True, hint="As on the adverse event that led to it.")
    DTHAUTOP = Choice("Autopsy done", NYU)
    DTHREL = Choice("Related to the study drug", NYU, judgement=True)

    @hard_check("DTHDTC")
    def from_consent_on(values: Values, context: Context) -> str | None:
        return began_before(values["DTHDTC"], context.get("CONSENT"))
