"""One form of an exchange file, read through its declaration into answers for the criteria."""

from collections.abc import Iterator, Mapping
from typing import Any

from screening.answers import Answers
from trialsite.crf.codelists import MISSING
from trialsite.crf.exchange import typed_from, unit_keys
from trialsite.crf.forms import CaseReportForm, Context
from trialsite.crf.reading import Problem, read, row_numbers
from trialsite.crf.variables import Choice, Number, Variable
from trialsite.protocol import SCREENING_VISIT


def read_form(
    form: type[CaseReportForm], data: Mapping[str, Any], context: Context, repeat: int = 0
) -> tuple[Answers, list[Problem]]:
    """The answers at the screening visit, and every hard finding; a refused value counts as missing.

    context: TODAY, CONSENT (None when not known), and SCRNDTC once it is known. repeat: number of a retest.
    """
    typed, problems = typed_from(form, data)
    _spell_codes(form, typed)
    problems += [*_without_unit(form, typed), *_unknown_status(form, typed)]
    reading = read(form, typed, visit=SCREENING_VISIT, context=context, repeat=repeat)
    problems += reading.refused
    refused = {problem.field for problem in problems}
    refused |= _emptied(form.variables_at(SCREENING_VISIT, repeat), "", typed, reading.columns)
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for section in () if repeat else form.repeating:
        read_rows = {columns["number"]: columns for columns in reading.rows[section.name]}
        # A row without a readable answer is still a row: what it says is unknown, not that it is not there.
        count = _row_count(data.get(section.name))
        rows[section.name] = [read_rows.get(number, {"number": number}) for number in range(count)]
        for columns in rows[section.name]:
            prefix = f"{section.name}-{columns['number']}-"
            variables = section.row().variables()
            if {section.name, prefix[:-1]} & refused:
                refused |= {prefix + name for name in variables}
            refused |= _emptied(variables, prefix, typed, columns)
    return Answers(form, reading.columns, rows, refused, repeat=repeat), problems


def _spell_codes(form: type[CaseReportForm], typed: dict[str, str]) -> None:
    """Codes are upper case; a file may write them as names are written (Roche, QFT-Plus, Prednisone)."""
    rows = {section.name: section.row().variables() for section in form.repeating}
    for name, text in typed.items():
        section, _, place = name.partition("-")
        variable = rows[section].get(place.partition("-")[2]) if place else form.variables().get(name)
        if isinstance(variable, Choice) and text.strip().upper() in variable.codes.codes:
            typed[name] = text.strip().upper()


def _row_count(value: Any) -> int:
    if value is None:
        return 0
    return len(value) if isinstance(value, list) else 1


def _emptied(
    variables: Mapping[str, Variable], prefix: str, typed: Mapping[str, str], columns: Mapping[str, Any]
) -> set[str]:
    """Inputs that hold something of which no value was left: a check over several answers refused them.

    A result whose unit depends on an assay that is not known keeps what was typed.
    """
    return {
        prefix + name
        for name, variable in variables.items()
        if typed.get(prefix + name, "").strip()
        and columns.get(name) in (None, "")
        and not (isinstance(variable, Number) and any(unit.by for unit in variable.units))
    }


def _without_unit(form: type[CaseReportForm], typed: dict[str, str]) -> list[Problem]:
    """Takes out numbers whose unit has a key of its own (CMDOSU) that is missing."""
    problems = []
    for section in form.repeating:
        variables = section.row().variables()
        for key, name in unit_keys(variables).items():
            for number in row_numbers(typed, section.name):
                field = f"{section.name}-{number}-{name}"
                if typed.get(field, "").strip() and not typed.get(f"{field}_UNIT", "").strip():
                    del typed[field]
                    problems.append(
                        Problem(field, hard=True, message=_unit_needed(variables[name], key), check="unit")
                    )
    return problems


def _unknown_status(form: type[CaseReportForm], typed: Mapping[str, str]) -> Iterator[Problem]:
    """A {status} says why a value is missing, except where it is a variable of its own (HBVDNASTAT)."""
    for name, status in typed.items():
        own = name.removesuffix("STAT")
        if own != name and name not in form.variables() and status not in (*MISSING.codes, "U"):
            message = f"The status {status[:20]} is not one of: {', '.join(MISSING.codes)}."
            yield Problem(own, hard=True, message=message, check="status")


def _unit_needed(variable: Variable, key: str) -> str:
    assert isinstance(variable, Number)
    allowed = ", ".join(unit.name for unit in variable.units)
    return f"Give the unit in {key}, one of: {allowed}. Without it the value counts as missing."
