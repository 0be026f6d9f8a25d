"""SV: the dates of a visit; at screening also the two days that the criteria count from."""

from typing import Any

from trialsite.crf.codelists import codelist
from trialsite.crf.forms import CaseReportForm, Context, Section, soft_check
from trialsite.crf.variables import Choice, Date, Text, Values
from trialsite.protocol import SCREENING_DAYS, SCREENING_VISIT, VISITS
from trialsite.windows import VISIT_BY_CODE, WindowState, window, window_state

VISIT_MODE = codelist("VISIT_MODE", **{"ON-SITE": "On site", "PHONE": "By telephone"})
_LATER = tuple(visit.code for visit in VISITS if visit.code != SCREENING_VISIT)


class VisitDates(CaseReportForm):
    """SV: screening and planned randomization at screening; day and mode of every later visit."""

    code = "SV"
    sections = (
        Section(
            "Screening",
            "SCRNDTC",
            "RANDDTC",
            hint="Age, washouts and the 28 days of background treatment are counted from these two days.",
        ),
        Section("Visit", "SVSTDTC", "SVCONTMO", "SVREASND"),
    )

    SCRNDTC = Date(
        "Date of screening",
        procedure=True,
        visits=(SCREENING_VISIT,),
        feeds=("IN01", "EX02", "EX04", "EX12", "EX13", "EX14"),
    )
    RANDDTC = Date(
        "Planned date of randomization",
        future=True,
        procedure=True,
        visits=(SCREENING_VISIT,),
        feeds=("IN01", "IN04", "IN05", "EX04", "EX05", "EX14"),
        hint="Eligibility is computed again with the actual day before the treatment number is asked for.",
    )
    SVSTDTC = Date("Date of the visit", procedure=True, visits=_LATER)
    SVCONTMO = Choice("Mode of the visit", VISIT_MODE, visits=_LATER)
    SVREASND = Text(
        "Reason, when something of the visit was missed", required=False, wide=True, visits=_LATER
    )

    @soft_check("RANDDTC", "SCRNDTC")
    def randomization_after_screening(values: Values, context: Context) -> str | None:
        days = (values["RANDDTC"] - values["SCRNDTC"]).days
        if 1 <= days <= SCREENING_DAYS:
            return None
        return f"Usual: 1 to {SCREENING_DAYS} days after screening; these are {days}. Is the date right?"

    @soft_check("SVSTDTC")
    def within_window(values: Values, context: Context) -> str | None:
        day1, visit = context.get("DAY1"), context.get("VISIT")
        if day1 is None or visit is None or VISIT_BY_CODE[visit].day is None:
            return None
        planned = window(day1, visit)
        if window_state(values["SVSTDTC"], planned.opens, planned.closes) is WindowState.INSIDE:
            return None
        days = dict.fromkeys((planned.opens.isoformat(), planned.closes.isoformat()))
        return f"Outside the window of this visit ({' to '.join(days)}). Is the date right?"

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """VISIT: the code of the visit, for its window."""
        return {"VISIT": visit}
