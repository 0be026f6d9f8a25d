"""The eligible participant of the boundaries, and ways to look at what a criterion answers."""

from screening.boundaries.participant import (
    CNI,
    EXAMPLE,
    GC,
    NO_UNIT,
    Plain,
    Quantity,
    Row,
    attested,
    cm,
    cni,
    fact,
    gc,
    ivab,
    participant,
    place,
    q,
)
from screening.criteria import Part, Verdict
from screening.facts import Fact

__all__ = [
    "CNI",
    "EXAMPLE",
    "GC",
    "NO_UNIT",
    "Plain",
    "Quantity",
    "Row",
    "attested",
    "cm",
    "cni",
    "fact",
    "fields",
    "gc",
    "ivab",
    "part",
    "participant",
    "place",
    "q",
]


def part(verdict: Verdict, code: str) -> Part:
    """One part of a verdict."""
    return next(each for each in verdict.parts if each.code == code)


def fields(facts: tuple[Fact, ...]) -> set[str]:
    """The names of the variables."""
    return {f"{each.form}.{each.field}" for each in facts}
