"""Answers in the exchange format, so that what is invented passes through the same reading as everybody's."""

from typing import Any

Form = dict[str, Any]
Forms = dict[str, Form]


def quantity(value: float, unit: str, uln: float | None = None) -> dict[str, Any]:
    """A number with its unit, and the laboratory's upper limit of normal."""
    found: dict[str, Any] = {"value": text(value), "unit": unit}
    return found if uln is None else found | {"uln": text(uln)}


def text(value: float) -> str:
    """As written on a report: no binary remainders."""
    return str(int(value)) if value == int(value) else str(round(value, 2))


def number(form: Form, name: str) -> float:
    """What an invented form says of a number, with or without a unit."""
    answer = form[name]
    return float(answer["value"] if isinstance(answer, dict) else answer)


def between(low: int, value: float, high: int) -> int:
    """The nearest whole number of a scale."""
    return min(max(round(value), low), high)
