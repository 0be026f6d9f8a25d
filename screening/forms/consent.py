"""DS: informed consent, at screening."""

from datetime import date
from typing import Any

from trialsite.crf.codelists import NY
from trialsite.crf.forms import REGISTER, CaseReportForm, Context, Section, hard_check, soft_check
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.variables import Choice, Date, Text, Time, Values


class Consent(CaseReportForm):
    """DS: when the participant consented, and to which version. Nothing is done before it."""

    code = "DS"
    sections = (
        Section(
            "Informed consent",
            "RFICYN",
            "RFICDTC",
            "RFICTIM",
            "ICVER",
            hint="As on the signed consent form. The signed form itself stays in the site's file.",
        ),
    )

    RFICYN = Choice("Consent given", NY, missing=False)
    RFICDTC = Date("Date of consent", missing=False)
    RFICTIM = Time("Time of consent", hint="24 hours, such as 09:30.")
    ICVER = Text("Version of the consent form", length=20, hint="As printed in its footer, such as 1.0.")

    @soft_check("RFICYN")
    def consent_is_given(values: Values, context: Context) -> str | None:
        if values["RFICYN"] == "Y":
            return None
        return "Without consent the participant leaves the trial. Was consent really not given?"

    @hard_check("RFICDTC")
    def before_any_procedure(values: Values, context: Context) -> str | None:
        first = context.get("FIRST_PROCEDURE")
        if first is None or values["RFICDTC"] <= first:
            return None
        return f"A form has a procedure on {first.isoformat()}: allowed is that day or earlier."

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """FIRST_PROCEDURE: the earliest date of any procedure on record, if there is one."""
        return {"FIRST_PROCEDURE": first_procedure(participant)}


def first_procedure(participant: Any) -> date | None:
    """The earliest date of a trial procedure on any form of the participant, in one query."""
    dates = [
        form._default_manager.filter(record__participant=participant, **{f"{name}__isnull": False})
        .exclude(record__state=RecordState.NOT_DONE)
        .order_by()
        .values_list(name, flat=True)
        for form in REGISTER.values()
        for name, variable in form.variables().items()
        if isinstance(variable, Date) and variable.procedure
    ]
    if not dates:
        return None
    return min(dates[0].union(*dates[1:]), default=None)
