"""The planned volume of a dose, in mL: by weight by vein, fixed under the skin (clinical content 4.9)."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from trialsite.protocol import VOLUME_AT_MOST, VOLUME_OF_A_SYRINGE, VOLUME_PER_KG

INTRAVENOUS, SUBCUTANEOUS = "INTRAVENOUS", "SUBCUTANEOUS"
_STEP = Decimal("0.1")


def needs_weight(route: str) -> bool:
    """Whether the volume depends on the body weight."""
    return route == INTRAVENOUS


def planned_volume(route: str, weight: Decimal | None) -> Decimal | None:
    """mL to one decimal, half a tenth upwards; weight in kg. None when the route needs a weight and has none.

    ValueError for a route that does not exist, or a weight of 0 or less.
    """
    if route == SUBCUTANEOUS:
        return VOLUME_OF_A_SYRINGE
    if route != INTRAVENOUS:
        raise ValueError(f"No dose is planned by the route “{route}”.")
    if weight is None:
        return None
    if weight <= 0:
        raise ValueError("A body weight is more than 0 kg.")
    return min(weight * VOLUME_PER_KG, VOLUME_AT_MOST).quantize(_STEP, ROUND_HALF_UP)


def share_of_plan(given: Decimal, planned: Decimal) -> Decimal:
    """Percent of the planned volume that was given, to one decimal. ValueError for a plan of 0 mL or less."""
    if planned <= 0:
        raise ValueError("A planned volume is more than 0 mL.")
    exact = Fraction(given) / Fraction(planned) * 100
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_STEP, ROUND_HALF_UP)
