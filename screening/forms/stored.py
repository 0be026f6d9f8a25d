"""What other forms of the participant say, for checks that look beyond their own form."""

from typing import Any

from trialsite.crf.forms import CaseReportForm
from trialsite.crf.lifecycle import RecordState
from trialsite.protocol import SCREENING_VISIT


def stored_values(
    form: type[CaseReportForm], participant: Any, *names: str, visit: str = SCREENING_VISIT
) -> dict[str, Any]:
    """The named values of a form at a visit; none when it was not entered, or marked not done. One query."""
    found = (
        form._default_manager.filter(record__participant=participant, record__visit=visit, record__repeat=0)
        .exclude(record__state=RecordState.NOT_DONE)
        .values(*names)
        .first()
    )
    return dict(found) if found else {}
