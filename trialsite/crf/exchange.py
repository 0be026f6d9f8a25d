"""From the exchange format (one JSON object a form) to what a person would have typed.

A quantity is {value, unit, uln} or {status}; a bare number has no unit. Rows are lists of objects.
null, "U" and "NOT DONE" are answers only where the variable's codelist has them; elsewhere they
are the coded reason why the value is missing.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from trialsite.crf.codelists import MISSING, NOT_DONE, UNKNOWN
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.reading import Problem, refusal
from trialsite.crf.variables import Choice, Derived, Number, Variable

_REASONS = {"U": UNKNOWN, "ND": NOT_DONE} | {code: code for code in MISSING.codes}


def typed_from(form: type[CaseReportForm], data: Mapping[str, Any]) -> tuple[dict[str, str], list[Problem]]:
    """The typed inputs of a form, and a problem for every key that the form does not know."""
    typed: dict[str, str] = {}
    problems: list[Problem] = []
    sections = {section.name: section for section in form.repeating}
    variables = form.variables()
    unit_names = unit_keys(variables)
    for key, value in data.items():
        if key in sections:
            rows = value if isinstance(value, list) else []
            if value is not None and not isinstance(value, list):
                problems.append(refusal(key, "A list of rows is expected here.", "format"))
            for number, row in enumerate(rows):
                _row(sections[key].row().variables(), key, number, row, typed, problems)
        elif key in variables:
            typed.update(_one(variables[key], key, value, problems))
        elif key in unit_names:
            typed[f"{unit_names[key]}_UNIT"] = _text(value)
        else:
            problems.append(refusal(key, f"The form {form.code} has no such field.", "unknown"))
    return typed, problems


def unit_keys(variables: Mapping[str, Variable]) -> dict[str, str]:
    """Keys that carry a unit of their own (CMDOSU) -> the variable they belong to."""
    return {
        variable.unit_name: name
        for name, variable in variables.items()
        if isinstance(variable, Number) and variable.unit_name
    }


def _row(
    variables: Mapping[str, Variable],
    section: str,
    number: int,
    row: Any,
    typed: dict[str, str],
    problems: list[Problem],
) -> None:
    prefix = f"{section}-{number}-"
    if not isinstance(row, Mapping):
        problems.append(refusal(f"{section}-{number}", "A row is an object.", "format"))
        return
    unit_names = unit_keys(variables)
    for key, value in row.items():
        if key in variables:
            typed.update(_one(variables[key], prefix + key, value, problems))
        elif key in unit_names:
            typed[f"{prefix}{unit_names[key]}_UNIT"] = _text(value)
        else:
            problems.append(refusal(prefix + key, "A row of this section has no such field.", "unknown"))


def _one(variable: Variable, name: str, value: Any, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    if value is None or isinstance(variable, Derived):
        return
    if isinstance(value, Mapping):
        yield from _quantity(variable, name, value, problems)
    elif isinstance(value, (str, int, Decimal)) and not isinstance(value, bool):
        text = _text(value)
        own_codes = variable.codes.codes if isinstance(variable, Choice) else ()
        if text in _REASONS and text not in own_codes and variable.takes_missing:
            yield f"{name}_ND", _REASONS[text]
        else:
            yield name, text
    else:
        problems.append(refusal(name, "A text, a number or {value, unit, uln} is expected.", "format"))


def _quantity(
    variable: Variable, name: str, value: Mapping[str, Any], problems: list[Problem]
) -> Iterator[tuple[str, str]]:
    inputs = {"value": name, "unit": f"{name}_UNIT", "uln": f"{name}_ULN"}
    for key, part in value.items():
        if key == "status":
            status = _text(part)
            yield f"{name}STAT", status
            if status in _REASONS and variable.takes_missing:
                yield f"{name}_ND", _REASONS[status]
        elif key not in inputs or isinstance(part, (Mapping, list, bool)):
            problems.append(refusal(name, "Expected: {value, unit, uln} or {status}.", "format"))
        elif part is not None:
            yield inputs[key], _text(part)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
