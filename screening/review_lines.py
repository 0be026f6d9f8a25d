"""The criteria as the review page shows them: verdict, values read, where to correct them, the rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from screening.case import Case
from screening.criteria import Criterion, Kind, Outcome, Part, Verdict, criteria_under
from screening.evidence.of_verdict import Shown, shown_of
from screening.facts import Fact
from screening.policies import words_of
from screening.retests import OUT_OF_WINDOW
from screening.snapshot import field_name
from trialsite.crf.addresses import form_address
from trialsite.crf.codelists import MISSING
from trialsite.crf.forms import CaseReportForm, form_by_code
from trialsite.crf.typed import plain_number
from trialsite.crf.variables import Choice, Variable
from trialsite.partial_date import PartialDate
from trialsite.protocol import SCREENING_VISIT, VISITS

NO_ROWS = "NO ROWS"
_VISITS = {visit.code: visit.label for visit in VISITS}


@dataclass(frozen=True)
class ValueLine:
    """A value that a criterion read, or lacks: in words, with who entered it and the field to correct."""

    label: str
    code: str
    text: str
    beside: str
    known: bool
    by: str
    at: datetime | None
    url: str
    visit: str = ""
    version: int | None = None
    measured: date | None = None
    carried: str = ""
    earlier: tuple[str, ...] = ()


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


def value_line(fact: Fact, SUBJID: str) -> ValueLine:
    """A fact for its reader."""
    form = form_by_code(fact.form)
    variable = _variable(form, fact)
    input_name = fact.field if fact.row is None else f"{fact.section}-{fact.row}-{fact.field}"
    repeat = fact.source.repeat if fact.source else 0
    address = form_address(SUBJID, SCREENING_VISIT, fact.form, repeat)
    row = "" if fact.row is None else f", row {fact.row + 1}"
    return ValueLine(
        label=f"{variable.label if variable else _section_title(form, fact)}{row}",
        code=field_name(fact.form, fact.section, fact.row, fact.field),
        text=_text(fact, variable),
        beside=_beside(fact),
        known=fact.value is not None or fact.missing == NO_ROWS,
        by=fact.source.entered_by if fact.source else "",
        at=datetime.fromisoformat(fact.source.entered_at) if fact.source else None,
        url=f"{address}#f-{input_name}" if variable else address,
        visit=f"{_VISITS[fact.source.visit]}{f', retest {repeat}' if repeat else ''}" if fact.source else "",
        version=fact.source.version if fact.source else None,
        measured=date.fromisoformat(fact.source.measured) if fact.source and fact.source.measured else None,
        carried=fact.source.carried if fact.source else "",
        earlier=tuple(_earlier(fact, other, variable) for other in fact.earlier),
    )


def _earlier(fact: Fact, other: Fact, variable: Variable | None) -> str:
    """A result of another sample, and why it does not count."""
    result = f"{_text(other, variable)}{_taken(other)}"
    if fact.missing == OUT_OF_WINDOW or _day(other) > _day(fact):
        return f"{result}: outside the screening window"
    kind = "retest" if fact.source and fact.source.repeat else "result"
    return f"{result}: replaced by the {kind}{_taken(fact)}"


def _day(fact: Fact) -> str:
    return fact.source.measured if fact.source else ""


def _taken(fact: Fact) -> str:
    if not _day(fact):
        return ""
    on = date.fromisoformat(_day(fact))
    return f" of {on.day} {on:%b %Y}"


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
    """The code of an outcome among trialsite.icons.STATES."""
    """The code of the state (trialsite.icons) in which an outcome is shown."""
    if outcome is Outcome.UNDETERMINED:
        return "unknown"
    favourable = (outcome is Outcome.MET) == (kind is Kind.INCLUSION)
    return "met" if favourable else "not-met"


def _tone(verdict: Verdict) -> str:
    if verdict.favourable:
        return ""
    return "tone-warn" if verdict.outcome is Outcome.UNDETERMINED else "tone-bad"


def _variable(form: type[CaseReportForm], fact: Fact) -> Variable | None:
    if fact.row is None:
        return form.variables().get(fact.field)
    section = next(section for section in form.repeating if section.name == fact.section)
    return section.row().variables().get(fact.field)


def _section_title(form: type[CaseReportForm], fact: Fact) -> str:
    return next((section.title for section in form.repeating if section.name == fact.field), fact.field)


def _text(fact: Fact, variable: Variable | None) -> str:
    if fact.value is None:
        if fact.missing == NO_ROWS:
            return "none"
        return MISSING.label(fact.missing).lower() if fact.missing else "not given"
    if isinstance(fact.value, Decimal):
        return f"{plain_number(fact.value)} {fact.unit}".strip()
    if isinstance(fact.value, PartialDate):
        return fact.value.text
    return variable.codes.label(fact.value) if isinstance(variable, Choice) else fact.value


def _beside(fact: Fact) -> str:
    """What was typed in another unit, and the upper limit of normal."""
    parts = []
    if fact.value is not None and fact.typed_unit and fact.typed_unit != fact.unit:
        parts.append(f"typed {fact.typed} {fact.typed_unit}")
    if fact.uln is not None:
        parts.append(f"ULN {plain_number(fact.uln)}")
    return ", ".join(parts)
