"""A form that was read, from the database, a file or a page, and the facts that it states."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from screening.facts import REFUSED, Fact, Source, Value
from screening.safety import READ_FOR_ALERTS
from trialsite.crf.forms import CaseReportForm, Rows
from trialsite.crf.typed import plain_number, text_of
from trialsite.crf.variables import Number, PartialDate, Variable
from trialsite.partial_date import PartialDate as PartialDateValue
from trialsite.protocol import SCREENING_VISIT

# Read for the signature, and for the alerts beside the verdict; by no criterion.
_BESIDE = ("RFICYN", "RFICDTC", *READ_FOR_ALERTS)


@dataclass(frozen=True)
class Answers:
    """A form as it was read: its columns, the columns of its rows (with `number`), and the names of
    inputs (IVAB-0-IVABENDTC) of which the value was refused. repeat: 0, or the number of the retest."""

    form: type[CaseReportForm]
    columns: Mapping[str, Any]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    refused: Collection[str] = ()
    source: Source | None = None
    repeat: int = 0


def wanted(variables: Mapping[str, Variable]) -> dict[str, Variable]:
    """Those of the variables that a criterion, the signature or a safety alert reads."""
    return {name: variable for name, variable in variables.items() if variable.feeds or name in _BESIDE}


def wanted_rows(form: type[CaseReportForm]) -> dict[str, tuple[Rows, dict[str, Variable]]]:
    """The repeating sections of which a criterion reads something, with those variables."""
    found = {section.name: (section, wanted(section.row().variables())) for section in form.repeating}
    return {name: (section, variables) for name, (section, variables) in found.items() if variables}


def facts_in(answers: Answers) -> Iterator[Fact]:
    """What the form states, variable by variable, then row by row; a blank field is a fact without value."""
    form = answers.form
    for name, variable in wanted(form.variables_at(SCREENING_VISIT)).items():
        yield _fact(answers, variable, answers.columns, refused=name in answers.refused)
    for section, (_, variables) in wanted_rows(form).items():
        for columns in answers.rows.get(section, ()):
            number = columns["number"]
            for name, variable in variables.items():
                refused = f"{section}-{number}-{name}" in answers.refused
                yield _fact(answers, variable, columns, refused=refused, section=section, row=number)


def _fact(
    answers: Answers,
    variable: Variable,
    columns: Mapping[str, Any],
    *,
    refused: bool,
    section: str = "",
    row: int | None = None,
) -> Fact:
    name = variable.name
    stored = None if refused else columns.get(name)
    uln, unit, typed, typed_unit = None, "", "", ""
    if isinstance(variable, Number):
        unit = variable.standard_unit
        uln = _plain(columns.get(f"{name}_ULN"))
        typed, typed_unit = text_of(stored), unit
        if len(variable.units) > 1 and not refused:
            typed, typed_unit = columns.get(f"{name}_ORRES", ""), columns.get(f"{name}_ORRESU", "")
        if any(each.by for each in variable.units):
            # Which factor counts, the criterion decides: it gets the number as it was typed.
            stored, unit = Decimal(typed) if typed else None, typed_unit
    missing = REFUSED if refused else columns.get(f"{name}_ND", "")
    return Fact(
        form=answers.form.code,
        field=name,
        value=_value(variable, stored),
        missing=missing,
        unit=unit,
        uln=uln,
        typed=typed,
        typed_unit=typed_unit,
        section=section,
        row=row,
        source=answers.source,
    )


def _value(variable: Variable, stored: Any) -> Value:
    if stored is None or stored == "":
        return None
    if isinstance(stored, Decimal):
        return _plain(stored)
    if isinstance(stored, date):
        return PartialDateValue.of(stored)
    if isinstance(variable, PartialDate):
        return PartialDateValue.parse(stored)
    return text_of(stored) if isinstance(stored, time) else str(stored)


def _plain(number: Decimal | None) -> Decimal | None:
    """58 rather than 58.0000000000, as the column gives it."""
    return None if number is None else Decimal(plain_number(number))
