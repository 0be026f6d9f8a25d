"""CTCAE version 5 grades of laboratory values (clinical content 4.8). Grade 0 is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from visits.derived.exact import Exact, amount, limit


@dataclass(frozen=True)
class Fall:
    """A value whose fall is graded: below the LLN is grade 1, below each of `below` one grade more."""

    unit: str
    below: tuple[str, ...]


# Grade 4 of anaemia is a clinical one: haemoglobin alone gives 3 at most.
FALLS: Mapping[str, Fall] = {
    "NEUT": Fall("10^9/L", ("1.5", "1.0", "0.5")),
    "PLAT": Fall("10^9/L", ("75", "50", "25")),
    "HGB": Fall("g/L", ("100", "80")),
    "LYM": Fall("10^9/L", ("0.8", "0.5", "0.2")),
}
# ALT and AST, in multiples of the ULN or of an abnormal baseline: above each, one grade more.
_RISES = (3, 5, 20)
_FIRST_OF_ABNORMAL = Fraction(3, 2)


def grade_of_fall(name: str, value: Exact | None, lln: Exact | None) -> int | None:
    """The grade of a value of FALLS, in its unit; lln is the laboratory's lower limit of normal.

    None when the value is missing; and without an LLN when only that would tell grade 1 from none.
    KeyError for another value, ValueError below 0 or for an LLN of 0.
    """
    below = [Fraction(edge) for edge in FALLS[name].below]
    found, least_normal = amount(name, value), limit(f"LLN of {name}", lln)
    if found is None:
        return None
    if passed := sum(found < edge for edge in below):
        return passed + 1
    if least_normal is None:
        return None
    return int(found < least_normal)


def grade_of_transaminase(
    *, value: Exact | None, uln: Exact | None, baseline: Exact | None, baseline_uln: Exact | None
) -> int | None:
    """The grade of ALT or AST; all in one unit, each activity with the limit of its own laboratory.

    A baseline above its limit is abnormal: then the grade counts in multiples of the baseline. None when
    anything that it takes is missing. ValueError for an activity below 0 or a limit of 0.
    """
    found, before = amount("value", value), amount("baseline", baseline)
    normal, normal_before = limit("ULN", uln), limit("ULN at baseline", baseline_uln)
    if found is None or before is None or normal_before is None:
        return None
    if before > normal_before:
        return _steps(found / before, first=found / before >= _FIRST_OF_ABNORMAL)
    return None if normal is None else _steps(found / normal, first=found > normal)


def _steps(multiple: Fraction, *, first: bool) -> int:
    return int(first) + sum(multiple > edge for edge in _RISES)
