"""What is computed beside screening forms from several of them: clearance, prednisone per kilogram."""

from fractions import Fraction

from screening.criteria.derived import cockcroft_gault, completed_years
from screening.forms.person import person_at
from trialsite.crf.computed import Computed, Context, show_beside
from trialsite.crf.variables import Values


def clearance(values: Values, context: Context) -> Fraction | None:
    """Creatinine clearance in mL/min; the age counts on the day of the sample, or today without one."""
    creatinine, born = values.get("CREAT"), context.get("BRTHDTC")
    sex, weight = context.get("SEX"), context.get("WEIGHT")
    if creatinine is None or born is None or not sex or weight is None:
        return None
    age = completed_years(born, values.get("LBDTC") or context["TODAY"])
    return cockcroft_gault(age=age, weight=weight, sex=sex, creatinine=creatinine)


def prednisone_per_kilogram(values: Values, context: Context) -> Fraction | None:
    """Prednisone equivalent on the day of the interview, mg per kg."""
    daily, weight = values.get("PREDDAY"), context.get("WEIGHT")
    return None if daily is None or weight is None else Fraction(daily) / Fraction(weight)


_WEIGHT = "weight of this visit, else of screening"

show_beside(
    "LB",
    Computed(
        "CRCL",
        beside="CREAT",
        label="Creatinine clearance",
        formula=f"(140 − age) × kg × 0.85 if female ÷ (72 × creatinine in mg/dL); {_WEIGHT}",
        compute=clearance,
        decimals=1,
        unit="mL/min",
    ),
    gather=person_at,
)
show_beside(
    "GC",
    Computed(
        "PREDKG",
        beside="PREDDAY",
        label="Per kilogram",
        formula=f"prednisone equivalent ÷ kg; {_WEIGHT}",
        compute=prednisone_per_kilogram,
        decimals=3,
        unit="mg/kg/day",
    ),
    gather=person_at,
)
