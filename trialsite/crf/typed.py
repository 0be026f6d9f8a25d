"""From a stored form back to what a person would type: the inputs of the entry screen."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from trialsite.crf.codelists import NOT_APPLICABLE, NOT_DONE, UNKNOWN
from trialsite.crf.forms import CaseReportForm, Row
from trialsite.crf.variables import Choice, Derived, Number, Variable

CONTROLS = frozenset({"csrfmiddlewaretoken", "version", "key", "reason", "then"})
# What says in a number's or a code's own input why there is none, so that a hand stays on the keys.
SHORT_REASONS = {"ND": NOT_DONE, "NA": NOT_APPLICABLE, "UNK": UNKNOWN}
_SUFFIXES = ("_UNIT", "_ULN", "_ND", "_OK")


def text_of(value: Any) -> str:
    """A value as one types it: 58, not 58.0000000000; 14:05; 2026-03-16."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def plain_number(value: Decimal) -> str:
    """A decimal without trailing zeros and without an exponent."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def typed_of(
    form: CaseReportForm, rows: Mapping[str, Iterable[Row]], visit: str, repeat: int = 0
) -> dict[str, str]:
    """The inputs that would give exactly this stored form; empty inputs are left out."""
    typed = _inputs(form.variables_at(visit, repeat), form, "")
    for section, each in rows.items():
        for row in each:
            typed |= _inputs(row.variables(), row, f"{section}-{row.number}-")
    return {name: text for name, text in typed.items() if text}


def _inputs(variables: Mapping[str, Variable], stored: Any, prefix: str) -> dict[str, str]:
    typed: dict[str, str] = {}
    for name, variable in variables.items():
        if isinstance(variable, Derived):
            continue
        own = prefix + name
        typed[own] = text_of(getattr(stored, name))
        if variable.takes_missing:
            typed[f"{own}_ND"] = getattr(stored, f"{name}_ND")
        if isinstance(variable, Number):
            if len(variable.units) > 1:
                typed[own] = getattr(stored, f"{name}_ORRES")
                typed[f"{own}_UNIT"] = getattr(stored, f"{name}_ORRESU")
            if variable.uln:
                typed[f"{own}_ULN"] = getattr(stored, f"{name}_ULN_ORRES")
    return typed


def known_inputs(
    form: type[CaseReportForm], sent: Mapping[str, str], visit: str, repeat: int = 0
) -> dict[str, str]:
    """What was sent for inputs of this form; anything else is dropped.

    A short reason in place of a value (SHORT_REASONS) becomes the coded one beside it.
    """
    variables = form.variables_at(visit, repeat)
    names = {name + suffix for name in variables for suffix in ("", *_SUFFIXES)}
    rows = {
        section.name: {name + suffix for name in section.row().variables() for suffix in ("", *_SUFFIXES)}
        for section in form.repeating
    }
    known: dict[str, str] = {}
    for name, text in sent.items():
        section, _, rest = name.partition("-")
        number, _, own = rest.partition("-")
        in_row = section in rows and number.isdecimal() and len(number) < 5 and own in rows[section]
        if name in names or in_row:
            known[name] = text
    for name, variable in variables.items():
        reason = _short_reason(variable, known.get(name, ""))
        if reason and not known.get(f"{name}_ND"):
            known |= {name: "", f"{name}_ND": reason}
    return known


def _short_reason(variable: Variable, text: str) -> str:
    """The code of the reason that stands in the place of a value; "" when there is none."""
    if not variable.takes_missing or not isinstance(variable, Number | Choice):
        return ""
    own = variable.codes.codes if isinstance(variable, Choice) else ()
    short = text.strip().upper()
    return "" if short in own else SHORT_REASONS.get(short, "")


def shown_in_cell(typed: Mapping[str, str], name: str) -> str:
    """What a cell of a grid holds: the value, or in short why there is none."""
    missing = typed.get(f"{name}_ND", "")
    return typed.get(name, "") or next((each for each, code in SHORT_REASONS.items() if code == missing), "")


def answers(typed: Mapping[str, str]) -> dict[str, str]:
    """What was answered: without confirmations, and without the unit that comes with an empty value."""
    return {
        name: text
        for name, text in typed.items()
        if text.strip() and not name.endswith("_OK") and not _is_unit_of_nothing(name, typed)
    }


def _is_unit_of_nothing(name: str, typed: Mapping[str, str]) -> bool:
    value = name.removesuffix("_UNIT")
    return value != name and not (typed.get(value, "").strip() or typed.get(f"{value}_ULN", "").strip())
