"""A boundary: one value of an otherwise eligible participant, and what the criterion must say of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from screening.boundaries.participant import CNI, GC, Plain, Row, participant, q
from screening.criteria import CRITERIA, DEFAULT, Outcome

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED
_CRITERIA = {criterion.code: criterion for criterion in CRITERIA}


@dataclass(frozen=True)
class Boundary:
    """One value as people write it, the outcome expected of the part, and how the participant differs."""

    value: str
    expected: Outcome
    changes: Mapping[str, Plain] = field(default_factory=dict)
    steroids: tuple[Row, ...] = GC
    inhibitors: tuple[Row, ...] = CNI
    antibiotics: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Limit:
    """A part of a criterion (EX03a) with the value that is varied and its boundaries, in order."""

    part: str
    varied: str
    boundaries: tuple[Boundary, ...]

    @property
    def criterion(self) -> str:
        """The code of the criterion."""
        return self.part[:4]


def outcome_of(limit: Limit, boundary: Boundary) -> Outcome:
    """What the part says, from the function that decides for participants."""
    facts = participant(
        boundary.changes,
        steroids=boundary.steroids,
        inhibitors=boundary.inhibitors,
        antibiotics=boundary.antibiotics,
    )
    verdict = _CRITERIA[limit.criterion].judge(facts, DEFAULT)
    return next(part.outcome for part in verdict.parts if part.code == limit.part)


def numbers(
    part: str,
    varied: str,
    name: str,
    unit: str,
    outcomes: Mapping[str, Outcome],
    *,
    uln: str | None = None,
    also: Mapping[str, Plain] | None = None,
) -> Limit:
    """A quantity on both sides of its limit; `also` is what else the participant then has."""
    limit = f", ULN {uln}" if uln else ""
    return Limit(
        part,
        varied,
        tuple(
            Boundary(f"{value} {unit}".strip() + limit, outcome, {**(also or {}), name: q(value, uln=uln)})
            for value, outcome in outcomes.items()
        ),
    )


def answers(
    part: str,
    varied: str,
    name: str,
    outcomes: Mapping[str, Outcome],
    *,
    also: Mapping[str, Plain] | None = None,
) -> Limit:
    """A date or a code; an empty text is no answer."""
    return Limit(
        part,
        varied,
        tuple(
            Boundary(value or "not answered", outcome, {**(also or {}), name: value or None})
            for value, outcome in outcomes.items()
        ),
    )
