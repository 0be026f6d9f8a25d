"""DM: demographics, at screening."""

from datetime import date

from screening.criteria.derived import completed_years
from trialsite.crf.codelists import SEX, codelist
from trialsite.crf.forms import CaseReportForm, Context, Section, soft_check
from trialsite.crf.variables import Choice, Date, Values

ETHNIC_GROUP = codelist("ETHNIC", HAN="Han", OTHER="Other")
YOUNGEST, OLDEST = 18, 64


class Demographics(CaseReportForm):
    """DM: date of birth, sex, ethnic group; nothing else about the person is kept (P1)."""

    code = "DM"
    sections = (Section("Demographics", "DMDTC", "BRTHDTC", "SEX", "ETHNIC"),)

    DMDTC = Date("Date of the interview", procedure=True)
    BRTHDTC = Date("Date of birth", earliest="1926-01-01", feeds=("IN01", "EX03"))
    SEX = Choice("Sex", SEX, feeds=("EX03",))
    ETHNIC = Choice("Ethnic group", ETHNIC_GROUP)

    @soft_check("BRTHDTC")
    def age_of_the_trial(values: Values, context: Context) -> str | None:
        on: date = context.get("CONSENT") or context["TODAY"]
        born: date = values["BRTHDTC"]
        age = completed_years(born, on)
        if YOUNGEST <= age <= OLDEST:
            return None
        return f"Age {age}: the trial takes {YOUNGEST} to {OLDEST} years. Is the date of birth right?"
