"""RS: episodes of oxygen or ventilation, from consent on."""

from screening.forms.periods import end_not_before_start
from trialsite.crf.codelists import NY
from trialsite.crf.forms import CaseReportForm, Context, Section, hard_check
from trialsite.crf.variables import Choice, PartialDate, Values
from visits.safety.codelists import SUPPORT
from visits.safety.rules import began_before


class RespiratorySupport(CaseReportForm):
    """RS: one episode; a change of the kind of support is the next one."""

    code = "RS"
    sections = (Section("Episode", "RSTYPE", "RSSTDTC", "RSENDTC", "RSICU", "RSWORSE"),)

    RSTYPE = Choice("Kind of support", SUPPORT, missing=False)
    RSSTDTC = PartialDate("Start")
    RSENDTC = PartialDate("End", required=False, missing=True, hint="Leave it blank while it goes on.")
    RSICU = Choice("In intensive care", NY, missing=False)
    RSWORSE = Choice("Because the lung got worse", NY, missing=False, judgement=True)

    end_on_or_after_start = end_not_before_start("RSSTDTC", "RSENDTC")

    @hard_check("RSSTDTC")
    def from_consent_on(values: Values, context: Context) -> str | None:
        return began_before(values["RSSTDTC"], context.get("CONSENT"))
