"""From what was typed to typed values: the one reading that browser, exchange file and tests share.

`typed` maps input names to text: WEIGHT, WEIGHT_UNIT, WEIGHT_ULN, WEIGHT_ND (why missing),
WEIGHT_OK (the person confirmed what the soft checks asked); rows as IVAB-0-IVABTRT.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from trialsite.crf.forms import CaseReportForm, Check, Context
from trialsite.crf.free_text import UNBLINDING_QUESTION, could_unblind
from trialsite.crf.parsing import NotUnderstood, companions_of, kept, parse
from trialsite.crf.retests import Retest
from trialsite.crf.suggestions import Suggestion
from trialsite.crf.typed import plain_number
from trialsite.crf.variables import Date, Derived, Number, PartialDate, Text, Variable
from trialsite.partial_date import PartialDate as PartialDateValue
from trialsite.protocol import SCREENING_VISIT

Typed = Mapping[str, str]


@dataclass(frozen=True)
class Problem:
    """Something the checks have to say about an input. `hard` refuses, otherwise it asks."""

    field: str
    hard: bool
    message: str
    check: str


def refusal(field: str, message: str, check: str) -> Problem:
    """A hard finding."""
    return Problem(field, hard=True, message=message, check=check)


def question(field: str, message: str, check: str) -> Problem:
    """A soft finding."""
    return Problem(field, hard=False, message=message, check=check)


@dataclass
class Reading:
    """What the typed answers mean: columns to store, and everything the checks found."""

    columns: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    not_asked: set[str] = field(default_factory=set)
    unanswered: list[str] = field(default_factory=list)
    # For questions that are asked and have no answer: what the numbers suggest.
    suggested: dict[str, Suggestion] = field(default_factory=dict)

    @property
    def refused(self) -> list[Problem]:
        """The hard findings."""
        return [problem for problem in self.problems if problem.hard]

    def asked(self, typed: Typed) -> list[Problem]:
        """The soft findings that were not confirmed yet."""
        return [p for p in self.problems if not p.hard and not typed.get(f"{p.field}_OK")]

    def confirmed(self, typed: Typed) -> list[Problem]:
        """The soft findings that the person said are right."""
        return [p for p in self.problems if not p.hard and typed.get(f"{p.field}_OK")]


def read(
    form: type[CaseReportForm], typed: Typed, *, visit: str, context: Context, repeat: int = 0
) -> Reading:
    """Read a whole form, or a retest of it, which may leave out whatever was not measured again.

    context: TODAY (date at the site), CONSENT (date or None), BASELINE (variable -> Before), and what
    cross-visit checks need.
    A refused value is left out of `columns` (it counts as missing); nothing is raised.
    """
    reading = Reading()
    # Before the first dose no word can tell who gets what.
    context = context | {"REPEAT": repeat, "BLINDED": visit != SCREENING_VISIT}
    _read_variables(form.variables_at(visit, repeat), typed, "", context, reading, reading.columns)
    for section in () if form.is_retest(repeat) else form.repeating:
        reading.rows[section.name] = []
        for number in row_numbers(typed, section.name):
            prefix = f"{section.name}-{number}-"
            columns: dict[str, Any] = {"number": number}
            row = section.row()
            _read_variables(row.variables(), typed, prefix, context, reading, columns)
            _derive(row.variables(), columns)
            _run_checks(row.checks(), row.variables(), prefix, context, reading, columns)
            reading.rows[section.name].append(columns)
    _derive(form.variables_at(visit, repeat), reading.columns, reading.rows)
    reading.problems.extend(_changes(form.variables_at(visit, repeat), reading.columns, context))
    _run_checks(
        form.checks(), form.variables(), "", context | {"ROWS": reading.rows}, reading, reading.columns
    )
    if repeat and form.retest:
        _read_as_retest(form.retest, reading)
    if form.suggestible:
        reading.suggested = {
            name: suggestion
            for name, suggestion in form.suggestions(reading.columns, context).items()
            if name not in reading.not_asked and not typed.get(name, "").strip()
        }
    return reading


def _read_as_retest(retest: Retest, reading: Reading) -> None:
    reading.unanswered = retest.unanswered(reading.columns, reading.unanswered)
    refused = {problem.field for problem in reading.refused}
    for name, message in retest.refusals(reading.columns, refused):
        reading.problems.append(refusal(name, message, "retest"))


def row_numbers(typed: Typed, section: str) -> list[int]:
    """The numbers of a section's rows that hold anything, in order."""
    start = f"{section}-"
    found = {
        int(name.split("-")[1])
        for name, text in typed.items()
        if name.startswith(start) and name.split("-")[1].isdecimal() and text.strip() and not is_default(name)
    }
    return sorted(found)


def is_default(name: str) -> bool:
    """True for inputs that a browser sends with an empty row too (the unit's first choice)."""
    return name.endswith("_UNIT")


def _read_variables(
    variables: Mapping[str, Variable],
    typed: Typed,
    prefix: str,
    context: Context,
    reading: Reading,
    columns: dict[str, Any],
) -> None:
    for variable in variables.values():
        if not isinstance(variable, Derived):
            reading.problems.extend(_read_one(variable, typed, prefix, context, columns))
    for name, variable in variables.items():
        answered = columns.get(name) not in (None, "") or bool(columns.get(f"{name}_ND"))
        if variable.when is not None and not variable.when.holds(columns):
            reading.not_asked.add(prefix + name)
            if answered and columns.get(name) not in (None, ""):
                message = f"Asked only when {variable.when.says}. Clear it, or correct that answer."
                reading.problems.append(question(prefix + name, message, "not_asked"))
        elif variable.required and not answered:
            reading.unanswered.append(prefix + name)


def _derive(
    variables: Mapping[str, Variable], columns: dict[str, Any], rows: Mapping[str, Any] | None = None
) -> None:
    for name, variable in variables.items():
        if isinstance(variable, Derived):
            columns[name] = kept(variable.compute({**columns, **(rows or {})}))


def _changes(
    variables: Mapping[str, Variable], columns: Mapping[str, Any], context: Context
) -> Iterator[Problem]:
    """What asks because it lies far from its baseline."""
    baseline = context.get("BASELINE", {})
    for name, variable in variables.items():
        if not isinstance(variable, Number | Derived) or variable.change is None:
            continue
        before, now = baseline.get(name), columns.get(name)
        if before is None or now is None or not variable.change.is_implausible(before.value, now):
            continue
        unit = variable.unit if isinstance(variable, Derived) else variable.standard_unit
        was = f"{plain_number(before.value)} {unit}".strip()
        text = f"Changed by {variable.change.says} since {before.visit} ({was}). Is the value right"
        several = isinstance(variable, Number) and len(variable.units) > 1
        yield question(name, text + (", and in the right unit?" if several else "?"), "change")


def _read_one(
    variable: Variable, typed: Typed, prefix: str, context: Context, columns: dict[str, Any]
) -> Iterator[Problem]:
    name = prefix + variable.name
    columns.update(companions_of(variable, typed, prefix))
    try:
        columns[variable.name] = parse(variable, typed, prefix, columns)
    except NotUnderstood as reason:
        columns[variable.name] = None if variable.null else ""
        yield refusal(name, str(reason), "format")
        return
    value = columns[variable.name]
    if value in (None, ""):
        return
    if columns.get(f"{variable.name}_ND"):
        columns[f"{variable.name}_ND"] = ""
        yield refusal(name, "Give either a value or a reason why it is missing, not both.", "missing")
    for problem in _range_problems(variable, name, value, columns, context):
        if problem.hard:
            columns[variable.name] = None if variable.null else ""
        yield problem


def _range_problems(
    variable: Variable, name: str, value: Any, columns: Mapping[str, Any], context: Context
) -> Iterator[Problem]:
    if isinstance(variable, Number):
        unit = f" {variable.standard_unit}" if variable.standard_unit else ""
        if variable.hard and not variable.hard.holds(value):
            yield refusal(name, f"Allowed: {variable.hard}{unit}.", "range")
        elif variable.soft and not variable.soft.holds(value):
            yield question(name, f"Usual: {variable.soft}{unit}. Is the value right?", "usual")
        elif variable.soft_uln:
            uln = columns.get(f"{variable.name}_ULN")
            if uln is not None and value > variable.soft_uln * uln:
                text = f"Above {variable.soft_uln} times the upper limit of normal. Is the value right?"
                yield question(name, text, "usual")
    elif isinstance(variable, Text):
        if context.get("BLINDED") and could_unblind(value):
            yield question(name, UNBLINDING_QUESTION, "unblinding")
    elif isinstance(variable, Date):
        yield from _date_problems(variable, name, value, context)
    elif (
        isinstance(variable, PartialDate)
        and not variable.future
        and PartialDateValue.parse(value).earliest > context["TODAY"]
    ):
        yield refusal(name, "This date lies in the future.", "future")


def _date_problems(variable: Date, name: str, value: date, context: Context) -> Iterator[Problem]:
    consent = context.get("CONSENT")
    if not variable.future and value > context["TODAY"]:
        yield refusal(name, "This date lies in the future.", "future")
    elif variable.earliest and value < date.fromisoformat(variable.earliest):
        yield refusal(name, f"Allowed: {variable.earliest} or later.", "range")
    elif variable.procedure and consent is not None and value < consent:
        text = f"Nothing is done before consent ({consent.isoformat()}): allowed is that day or later."
        yield refusal(name, text, "consent")


def _run_checks(
    checks: Iterable[Check],
    variables: Mapping[str, Variable],
    prefix: str,
    context: Context,
    reading: Reading,
    columns: dict[str, Any],
) -> None:
    refused = {problem.field for problem in reading.refused}
    for check in checks:
        values = [columns.get(name) for name in check.fields]
        if any(value in (None, "") for value in values):
            continue
        if refused & {prefix + name for name in check.fields}:
            continue
        message = check.finds(columns, context)
        if message:
            hard = check.severity == "hard"
            reading.problems.append(Problem(prefix + check.fields[0], hard, message, check.name))
            if hard:
                for name in check.fields:
                    columns[name] = None if variables[name].null else ""
