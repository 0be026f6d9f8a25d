"""A baseline in words: "Day 1: 58.0 kg · change −1.5 kg"."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from trialsite.crf.baseline import Before
from trialsite.crf.variables import Choice, Derived, Number, Variable


def words(variable: Variable, before: Before, now: Any) -> str:
    """The baseline, and for a number that is there now the change from it."""
    text = f"{before.visit}: {_value(variable, before.value)}"
    if not isinstance(before.value, Decimal) or not isinstance(now, Decimal):
        return text
    by = now - before.value
    return f"{text} · {_change(variable, by)}" if by else f"{text} · no change"


def cell_words(variable: Variable, before: Before) -> tuple[str, str]:
    """The same for a cell of a grid: (what stands there, what it means)."""
    value = _value(variable, before.value)
    return value, f"{before.visit}: {value}"


def _value(variable: Variable, value: Any) -> str:
    if isinstance(variable, Choice):
        return variable.codes.label(value)
    return f"{_rounded(variable, value)} {_unit(variable)}".strip()


def _change(variable: Variable, by: Decimal) -> str:
    rounded, unit = _rounded(variable, abs(by)), _unit(variable)
    if not Decimal(rounded):
        return f"change below {_least(variable)} {unit}".strip()
    return f"change {'+' if by > 0 else '−'}{rounded} {unit}".strip()


def _rounded(variable: Variable, value: Decimal) -> str:
    return str(value.quantize(_least(variable), ROUND_HALF_UP))


def _least(variable: Variable) -> Decimal:
    """The smallest difference that is shown."""
    return Decimal(1).scaleb(-variable.decimals if isinstance(variable, Number | Derived) else 0)


def _unit(variable: Variable) -> str:
    if isinstance(variable, Derived):
        return "" if variable.unit.startswith("of ") else variable.unit
    return variable.standard_unit if isinstance(variable, Number) else ""
