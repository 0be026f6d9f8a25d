"""Values in the sentences of a verdict."""

from decimal import Decimal
from fractions import Fraction

from screening.criteria.derived import round_half_up
from screening.facts import Fact
from trialsite.partial_date import PartialDate
from trialsite.truth import Truth

NOT_KNOWN = "not known"


def shown(value: Decimal | Fraction | None, unit: str = "", places: int = 3) -> str:
    """A value with its unit; a fraction is rounded to `places`."""
    if value is None:
        return NOT_KNOWN
    number = round_half_up(value, places) if isinstance(value, Fraction) else value
    return f"{number:f} {unit}".strip()


def shown_date(day: PartialDate | None) -> str:
    """A date as precise as it is known."""
    return "a date not known" if day is None else day.text


def shown_truth(truth: Truth) -> str:
    """Yes, no or not known."""
    return NOT_KNOWN if truth is Truth.UNKNOWN else truth.value


def shown_code(fact: Fact) -> str:
    """The code as answered, or why there is none."""
    return str(fact.value or fact.missing or NOT_KNOWN)
