"""What the checks of a form may read beyond the form itself."""

from typing import Any

from trialsite.crf.baseline import Baseline, baseline_of
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.variables import Derived, Number


def context_of(
    form: type[CaseReportForm], participant: Any, visit: str, baseline: Baseline | None = None
) -> dict[str, Any]:
    """The context of all forms, the form's own, and BASELINE, read here unless it is given."""
    context: dict[str, Any] = participant.check_context() | form.context_for(participant, visit)
    if baseline is None:
        baseline = baseline_of(form, participant, visit) if _asks_about_change(form) else {}
    return context | {"BASELINE": baseline}


def _asks_about_change(form: type[CaseReportForm]) -> bool:
    return any(
        isinstance(variable, Number | Derived) and variable.change is not None
        for variable in form.variables().values()
    )
