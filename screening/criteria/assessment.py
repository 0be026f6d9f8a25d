"""All criteria together: eligible, ineligible, or not yet known."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.registry import criteria_under
from screening.criteria.verdict import Derived, Outcome, Verdict
from screening.facts import Facts

DERIVED = ("AGE", "CRCL", "PFRATIO", "GC_MAX_MGKG_28D_PRE_RAND")


class Overall(StrEnum):
    """Only eligible may be randomized."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Assessment:
    """The verdicts in the order of the criteria, and the derived values (None: not computable).

    AGE in completed years at screening, CRCL in mL/min (2 decimals), PFRATIO in mmHg (1 decimal),
    GC_MAX_MGKG_28D_PRE_RAND in mg/kg/day (3 decimals); rounded half up, for display.
    """

    overall: Overall
    verdicts: tuple[Verdict, ...]
    derived: Mapping[str, Derived]

    def verdict(self, code: str) -> Verdict:
        """The verdict of one criterion; KeyError for an unknown code."""
        return {verdict.code: verdict for verdict in self.verdicts}[code]


def assess(facts: Facts, *, readings: Readings = DEFAULT) -> Assessment:
    """A definite failure makes ineligible, else anything undetermined makes undetermined."""
    verdicts = tuple(criterion.judge(facts, readings) for criterion in criteria_under(readings))
    found = {
        name: value for verdict in verdicts for part in verdict.parts for name, value in part.derived.items()
    }
    return Assessment(_overall(verdicts), verdicts, {name: found.get(name) for name in DERIVED})


def _overall(verdicts: tuple[Verdict, ...]) -> Overall:
    in_the_way = {verdict.outcome for verdict in verdicts if not verdict.favourable}
    if in_the_way - {Outcome.UNDETERMINED}:
        return Overall.INELIGIBLE
    return Overall.UNDETERMINED if in_the_way else Overall.ELIGIBLE
