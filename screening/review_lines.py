"""The criteria as the review page shows them: verdict, values read, where to correct them, the rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from screening.case import Case
from screening.criteria import Criterion, Kind, Outcome, Part, Verdict, criteria_under
from screening.evidence.of_verdict import Shown, shown_of
from screening.policies import words_of
from screening.value_lines import ValueLine, ValueRow, value_line, value_rows


@dataclass(frozen=True)
class PartLine:
    """One lettered rule of a criterion, with its outcome in words and its sentence."""

    code: str
    state: str
    word: str
    says: str


@dataclass(frozen=True)
class CriterionLine:
    """One criterion of the page. `state` is a code of trialsite.icons.STATES, `tone` a class or empty."""

    criterion: Criterion
    state: str
    word: str
    tone: str
    parts: tuple[PartLine, ...]
    values: tuple[ValueLine, ...]
    missing: tuple[ValueLine, ...]
    alerts: tuple[str, ...]
    earliest: date | None
    verdict: Verdict

    @cached_property
    def shown(self) -> Shown:
        """Arithmetic and charts; made when they are looked at."""
        return shown_of(self.verdict)

    @cached_property
    def rows(self) -> list[ValueRow]:
        """The values as lines of a table."""
        return value_rows(self.values)

    @property
    def given(self) -> tuple[ValueLine, ...]:
        """The values that there are."""
        return tuple(value for value in self.values if value.known)

    @property
    def in_order(self) -> bool:
        """True when this criterion does not stand in the way."""
        return not self.tone


@dataclass(frozen=True)
class FrozenLine:
    """One criterion as it was frozen."""

    code: str
    state: str
    word: str
    says: tuple[str, ...]


def frozen_lines(content: Mapping[str, Any]) -> list[FrozenLine]:
    """The criteria of a frozen content, inclusion first."""
    lines = []
    for code, verdict in content["criteria"].items():
        kind = Kind.INCLUSION if code.startswith("IN") else Kind.EXCLUSION
        outcome = Outcome(verdict["outcome"])
        says = tuple(part["says"] for part in verdict["parts"].values())
        word = words_of(kind, outcome).capitalize()
        lines.append(FrozenLine(code, state_of(kind, outcome), word, says))
    return sorted(lines, key=lambda line: (line.code.startswith("EX"), line.code))


def criterion_lines(case: Case) -> list[CriterionLine]:
    """All criteria in their order."""
    return [
        _line(criterion, case.assessment.verdict(criterion.code), case.participant.SUBJID)
        for criterion in criteria_under(case.readings)
    ]


def _line(criterion: Criterion, verdict: Verdict, SUBJID: str) -> CriterionLine:
    return CriterionLine(
        criterion=criterion,
        state=state_of(verdict.kind, verdict.outcome),
        word=words_of(verdict.kind, verdict.outcome).capitalize(),
        tone=_tone(verdict),
        parts=tuple(part_line(verdict.kind, part) for part in verdict.parts),
        values=tuple(value_line(fact, SUBJID) for fact in verdict.read),
        missing=tuple(value_line(fact, SUBJID) for fact in verdict.missing),
        alerts=verdict.alerts,
        verdict=verdict,
        earliest=None if verdict.favourable else verdict.earliest,
    )


def part_line(kind: Kind, part: Part) -> PartLine:
    """A part in words."""
    word = words_of(kind, part.outcome).capitalize()
    return PartLine(part.code, state_of(kind, part.outcome), word, part.says)


def state_of(kind: Kind, outcome: Outcome) -> str:
    """The code of the state (trialsite.icons) in which an outcome is shown."""
    if outcome is Outcome.UNDETERMINED:
        return "unknown"
    favourable = (outcome is Outcome.MET) == (kind is Kind.INCLUSION)
    return "met" if favourable else "not-met"


def _tone(verdict: Verdict) -> str:
    if verdict.favourable:
        return ""
    return "tone-warn" if verdict.outcome is Outcome.UNDETERMINED else "tone-bad"
