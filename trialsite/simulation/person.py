"""An invented participant: who they are, and what will happen to them."""

from dataclasses import dataclass
from datetime import date
from random import Random

from trialsite.protocol import VISITS
from trialsite.simulation.answers import Forms

ASSESSED_VISITS = tuple(visit.code for visit in VISITS if visit.scheduled)
_DAYS_OF_TREATMENT = 56


@dataclass(frozen=True)
class Person:
    """One invented participant with everything that will happen to them.

    severity: 0 to 1 at the start; improvement: the share of it that is gone after eight weeks.
    unscheduled: visit -> the reason (UNREAS) of an unscheduled visit in the days after it.
    """

    consent: date
    randomization: date
    failure: str
    finished: bool
    ild: bool
    weight: float
    severity: float
    improvement: float
    leaves_after: str
    leaves_because: str
    unscheduled: dict[str, str]
    shifts: dict[str, int]
    missed: frozenset[str]
    reacts: frozenset[str]
    screening: Forms

    def severity_on(self, day: date) -> float:
        """The severity on a day; it falls evenly from the first dose on."""
        share = min(max((day - self.randomization).days / _DAYS_OF_TREATMENT, 0), 1)
        return self.severity * (1 - self.improvement * share)

    def trait(self, name: str) -> Random:
        """Chance that is the same whenever it is asked: where this person's skin or strength is affected."""
        return Random(f"{name} {self.consent} {self.weight} {self.severity}")  # noqa: S311 - no secret
