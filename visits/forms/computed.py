"""CTCAE grades beside the laboratory values (clinical content 4.8); ALT and AST depend on baseline."""

from decimal import Decimal

from screening.forms.person import person_at
from trialsite.crf.computed import Computed, Context, show_beside
from trialsite.crf.variables import Values
from trialsite.protocol import LOWER_LIMITS
from visits.derived.toxicity import FALLS, grade_of_fall, grade_of_transaminase

_LABEL = "CTCAE v5 grade"


def _of_fall(name: str) -> Computed:
    edges = FALLS[name]

    def grade(values: Values, context: Context) -> int | None:
        return grade_of_fall(name, values.get(name), lower_limit(name, context.get("SEX", "")))

    below = ", ".join(f"{place} below {edge}" for place, edge in enumerate(edges.below, start=2))
    formula = f"1 below the lower limit of normal, {below} {edges.unit}"
    return Computed(f"{name}_CTC", beside=name, label=_LABEL, formula=formula, compute=grade)


def _of_transaminase(name: str) -> Computed:
    def grade(values: Values, context: Context) -> int | None:
        before = context["BASELINE"].get(name)
        return grade_of_transaminase(
            value=values.get(name),
            uln=values.get(f"{name}_ULN"),
            baseline=before.value if before else None,
            baseline_uln=before.uln if before else None,
        )

    formula = "1 above, 2 above 3, 3 above 5, 4 above 20 times the ULN, or times a raised baseline"
    return Computed(f"{name}_CTC", beside=name, label=_LABEL, formula=formula, compute=grade)


def lower_limit(name: str, sex: str) -> Decimal | None:
    """The lower limit of normal that is assumed; None when it depends on a sex that is not known."""
    limit = LOWER_LIMITS[name]
    return limit.get(sex) if isinstance(limit, dict) else limit


show_beside("LB", *map(_of_fall, FALLS), *map(_of_transaminase, ("ALT", "AST")), gather=person_at)
