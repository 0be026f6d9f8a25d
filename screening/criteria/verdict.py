"""What a criterion answers: verdict, parts, and the evidence they rest on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from screening.criteria.exhibits import Exhibit
from screening.facts import Fact
from trialsite.truth import Truth, every, some


class Outcome(StrEnum):
    """For an inclusion criterion met is good; for an exclusion criterion met excludes."""

    MET = "met"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"


class Kind(StrEnum):
    """Inclusion criteria must all be met, exclusion criteria must all be not met."""

    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"


OUTCOMES: Mapping[Truth, Outcome] = {
    Truth.YES: Outcome.MET,
    Truth.NO: Outcome.NOT_MET,
    Truth.UNKNOWN: Outcome.UNDETERMINED,
}
TRUTHS: Mapping[Outcome, Truth] = {outcome: truth for truth, outcome in OUTCOMES.items()}
FAVOURABLE: Mapping[Kind, Outcome] = {Kind.INCLUSION: Outcome.MET, Kind.EXCLUSION: Outcome.NOT_MET}

Derived = Decimal | int | None


@dataclass(frozen=True)
class Part:
    """One lettered rule of a criterion (IN01a); the criterion itself where it has a single rule.

    `missing` are the facts that would settle an undetermined part. `earliest` is the first reference
    day (screening or randomization, whichever the rule counts from) on which the part would turn
    favourable if nothing else changed; None when it is favourable already or time does not cure it.
    `exhibits` are the numbers that the outcome was computed with.
    """

    code: str
    outcome: Outcome
    says: str
    read: tuple[Fact, ...]
    missing: tuple[Fact, ...] = ()
    earliest: date | None = None
    derived: Mapping[str, Derived] = field(default_factory=dict)
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The answer of one criterion. Alerts ask for attention and never change the outcome."""

    code: str
    kind: Kind
    outcome: Outcome
    parts: tuple[Part, ...]
    read: tuple[Fact, ...]
    missing: tuple[Fact, ...]
    earliest: date | None
    alerts: tuple[str, ...] = ()

    @property
    def favourable(self) -> bool:
        """True when this criterion does not stand in the way of randomization."""
        return self.outcome is FAVOURABLE[self.kind]


def conclude(code: str, kind: Kind, parts: Sequence[Part], alerts: Iterable[str] = ()) -> Verdict:
    """Inclusion is the AND of its parts, exclusion the OR: a definite failure beats an unknown."""
    truths = [TRUTHS[part.outcome] for part in parts]
    outcome = OUTCOMES[every(truths) if kind is Kind.INCLUSION else some(truths)]
    in_the_way = [part for part in parts if part.outcome is not FAVOURABLE[kind]]
    cured = [part.earliest for part in in_the_way if part.earliest is not None]
    return Verdict(
        code=code,
        kind=kind,
        outcome=outcome,
        parts=tuple(parts),
        read=distinct(fact for part in parts for fact in part.read),
        missing=distinct(fact for part in parts for fact in part.missing)
        if outcome is Outcome.UNDETERMINED
        else (),
        earliest=max(cured) if cured and len(cured) == len(in_the_way) else None,
        alerts=tuple(alerts),
    )


def distinct(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Each variable once, in the order of first reading."""
    by_place: dict[tuple[str, str, int | None, str], Fact] = {}
    for fact in facts:
        by_place.setdefault((fact.form, fact.section, fact.row, fact.field), fact)
    return tuple(by_place.values())
