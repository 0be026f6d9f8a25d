"""One typed answer into one value: the format of each kind of variable."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from trialsite.crf.codelists import MISSING
from trialsite.crf.free_text import identifying
from trialsite.crf.units import Unit, plain
from trialsite.crf.variables import Choice, Date, Number, PartialDate, Text, Time, Variable
from trialsite.partial_date import PartialDate as PartialDateValue

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
# What the columns hold: 14 digits before the point, 10 after; 40 characters as typed.
_LARGEST = Decimal(10) ** 14
_PLACES = 10
_LONGEST = 40
_FULL_DATE = "Write a full date as year-month-day, such as 2026-03-16; years 1900 to 2100."


class NotUnderstood(ValueError):
    """The typed text is not allowed; the message says what is."""


def decimal_of(text: str) -> Decimal:
    """A typed number; a comma is refused, because 1,5 and 1,500 cannot be told apart."""
    if "," in text or "，" in text:
        raise NotUnderstood("Write the number with a point and without separators: 1500 or 1.5.")
    if not _NUMBER.fullmatch(text):
        raise NotUnderstood("Write a number, such as 12 or 12.5.")
    if len(text) > _LONGEST:
        raise NotUnderstood(f"At most {_LONGEST} characters are kept of a number.")
    number = Decimal(text)
    if abs(number) >= _LARGEST:
        raise NotUnderstood("This number is too large.")
    return number


def kept(value: Decimal | None) -> Decimal | None:
    """The value as its column keeps it, so that what was saved reads back as the same number.

    NotUnderstood when it is too large for the column.
    """
    if value is None:
        return None
    if abs(value) >= _LARGEST:
        raise NotUnderstood("This number is too large.")
    exponent = value.as_tuple().exponent
    return round(value, _PLACES) if isinstance(exponent, int) and exponent < -_PLACES else value


def unit_of(variable: Number, typed: Mapping[str, str], prefix: str = "") -> Unit | None:
    """The unit in which a number was typed; None when it is needed and not given.

    NotUnderstood when the unit is not one of the variable's.
    """
    given = typed.get(f"{prefix}{variable.name}_UNIT", "").strip()
    if not given:
        return variable.units[0] if variable.unit_implied and variable.units else None
    for unit in variable.units:
        if plain(given) in unit.names():
            return unit
    allowed = ", ".join(unit.name for unit in variable.units)
    raise NotUnderstood(f"The unit {given[:20]} is not one of: {allowed}.")


def companions_of(variable: Variable, typed: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """The columns beside the value: why missing, what was typed, upper limit of normal.

    A wrong unit or limit is reported when the value itself is parsed.
    """
    columns: dict[str, Any] = {}
    name = prefix + variable.name
    if variable.takes_missing:
        reason = typed.get(f"{name}_ND", "").strip()
        columns[f"{variable.name}_ND"] = reason if reason in MISSING.codes else ""
    if isinstance(variable, Number):
        if len(variable.units) > 1:
            columns[f"{variable.name}_ORRES"] = ""
            columns[f"{variable.name}_ORRESU"] = ""
        if variable.uln:
            columns[f"{variable.name}_ULN"] = None
            columns[f"{variable.name}_ULN_ORRES"] = ""
    return columns


def parse(variable: Variable, typed: Mapping[str, str], prefix: str, columns: dict[str, Any]) -> Any:
    """The value of a variable in its column's type; None or "" when nothing was typed.

    For a number, `columns` also receives what was typed and the upper limit of normal.
    """
    text = typed.get(prefix + variable.name, "").strip()
    if isinstance(variable, Number):
        return _number(variable, text, typed, prefix, columns)
    if not text:
        return None if variable.null else ""
    if isinstance(variable, Choice):
        return _code(variable, text)
    if isinstance(variable, Date):
        return _full_date(text)
    if isinstance(variable, PartialDate):
        return _partial_date(text)
    if isinstance(variable, Time):
        return _time(text)
    return _text(variable, text)


def _number(
    variable: Number, text: str, typed: Mapping[str, str], prefix: str, columns: dict[str, Any]
) -> Decimal | None:
    limit_text = typed.get(f"{prefix}{variable.name}_ULN", "").strip() if variable.uln else ""
    if not text and not limit_text:
        return None
    unit = unit_of(variable, typed, prefix)
    if unit is None and variable.units:
        allowed = ", ".join(each.name for each in variable.units)
        raise NotUnderstood(f"Give the unit, one of: {allowed}. Without it the value counts as missing.")
    if limit_text:
        limit = decimal_of(limit_text)
        if limit <= 0:
            raise NotUnderstood("The upper limit of normal (ULN) is a number above 0.")
        columns[f"{variable.name}_ULN"] = kept(unit.to_standard(limit, columns) if unit else limit)
        columns[f"{variable.name}_ULN_ORRES"] = limit_text
    if not text:
        return None
    number = decimal_of(text)
    if variable.whole and number != number.to_integral_value():
        raise NotUnderstood("Write a whole number.")
    if len(variable.units) > 1 and unit is not None:
        columns[f"{variable.name}_ORRES"] = text
        columns[f"{variable.name}_ORRESU"] = unit.name
    return kept(unit.to_standard(number, columns) if unit else number)


def _code(variable: Choice, text: str) -> str:
    if text not in variable.codes.codes:
        allowed = ", ".join(variable.codes.codes)
        raise NotUnderstood(f"Choose one of: {allowed}.")
    return text


def _full_date(text: str) -> date:
    try:
        day = PartialDateValue.parse(text)
    except ValueError as error:
        raise NotUnderstood(_FULL_DATE) from error
    if not day.is_full:
        raise NotUnderstood(_FULL_DATE)
    return day.earliest


def _partial_date(text: str) -> str:
    try:
        return PartialDateValue.parse(text).text
    except ValueError as error:
        raise NotUnderstood(str(error)) from error


def _time(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day at the site
    except ValueError as error:
        raise NotUnderstood("Write a time of day with 24 hours, such as 14:05.") from error


def _text(variable: Variable, text: str) -> str:
    longest = variable.max_length if isinstance(variable, Text) else None
    if longest is not None and len(text) > longest:
        raise NotUnderstood(f"At most {longest} characters are kept; these are {len(text)}.")
    refusal = identifying(text)
    if refusal:
        raise NotUnderstood(refusal)
    return text
