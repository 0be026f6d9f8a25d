"""All boundaries, and what the criteria answer to them: computed when first asked for, once a process."""

from dataclasses import dataclass
from functools import cache

from screening.boundaries import drugs, history, inclusion, laboratory
from screening.boundaries.cases import Boundary, Limit, outcome_of
from screening.criteria import Outcome

LIMITS: tuple[Limit, ...] = (*inclusion.LIMITS, *drugs.LIMITS, *laboratory.LIMITS, *history.LIMITS)


@dataclass(frozen=True)
class Answered:
    """A boundary and what its criterion answers to it."""

    boundary: Boundary
    outcome: Outcome


@cache
def answered(criterion: str) -> tuple[tuple[Limit, tuple[Answered, ...]], ...]:
    """The boundaries of a criterion, part by part, each with the answer of the function that decides."""
    limits = sorted((limit for limit in LIMITS if limit.criterion == criterion), key=lambda limit: limit.part)
    return tuple(
        (limit, tuple(Answered(each, outcome_of(limit, each)) for each in limit.boundaries))
        for limit in limits
    )
