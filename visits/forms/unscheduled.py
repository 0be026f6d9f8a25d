"""UN: why there was a visit that the schedule does not have."""

from trialsite.crf.codelists import Codelist
from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.variables import Choice

REASON = Codelist(
    "UNREAS",
    (
        ("AE", "Adverse event"),
        ("ILD WORSENING", "Worsening of the lung disease"),
        ("LAB REPEAT", "Repeat of laboratory values"),
        ("OTHER", "Other"),
    ),
)


class UnscheduledVisit(CaseReportForm):
    """UN: the reason; what was done stands on the other forms of the visit."""

    code = "UN"
    sections = (
        Section(
            "Visit",
            "UNREAS",
            hint="The day stands on the form “Visit dates”. Fill in whichever other forms the visit needs.",
        ),
    )

    UNREAS = Choice("Reason for the visit", REASON, missing=False)
