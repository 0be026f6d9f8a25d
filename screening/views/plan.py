"""The panel "When" of the eligibility page: from which day randomization is possible."""

from datetime import date
from functools import partial
from typing import Any

from screening.case import Case
from screening.criteria import Overall, assess, criteria_under
from screening.eligible_from import eligible_from
from screening.plan_lines import plan_lines
from trialsite.partial_date import PartialDate


def plan_context(case: Case) -> dict[str, Any]:
    """Nothing with a treatment number, or while the day of screening is not known."""
    participant = case.participant
    today = participant.today()
    plan = eligible_from(case.facts, today=today, assess=partial(assess, readings=case.readings))
    if plan is None or participant.RANDNO:
        return {}
    titles = {criterion.code: criterion.title for criterion in criteria_under(case.readings)}
    planned = _planned(case)
    return {
        "lines": plan_lines(plan, titles=titles, planned=planned, today=today),
        "planned": planned,
        "undecided": case.assessment.overall is Overall.UNDETERMINED,
        # Whoever is eligible today needs no reminder of it.
        "offers_reminder": plan.first_day is not None and plan.first_day > today,
    }


def _planned(case: Case) -> date | None:
    """The planned day of randomization, when it is a full date."""
    value = case.facts.get("SV", "RANDDTC").value
    return value.earliest if isinstance(value, PartialDate) and value.is_full else None
