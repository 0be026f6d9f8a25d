"""Exact numbers: what the derived values take and give. A binary float would fail at real limits."""

from decimal import Decimal
from fractions import Fraction

Exact = int | Decimal | Fraction


def exact(value: Exact) -> Fraction:
    """The number as a fraction; TypeError for a float, which has lost its decimals already."""
    if isinstance(value, float | bool):
        raise TypeError(f"An int, a Decimal or a Fraction is allowed here, not {value!r}.")
    return Fraction(value)


def limit(name: str, value: Exact | None) -> Fraction | None:
    """A limit of normal of a laboratory; ValueError unless above 0, None stays None."""
    if value is None:
        return None
    if exact(value) <= 0:
        raise ValueError(f"{name}: only a number above 0 is allowed, not {value}.")
    return exact(value)


def amount(name: str, value: Exact | None) -> Fraction | None:
    """A measured amount; ValueError below 0, None stays None."""
    if value is None:
        return None
    if exact(value) < 0:
        raise ValueError(f"{name}: only 0 or more is allowed, not {value}.")
    return exact(value)


def score(name: str, value: int | None, most: int) -> int | None:
    """A whole number of points from 0; ValueError for another, None stays None."""
    if value is None or exact(value) in range(most + 1):
        return value
    raise ValueError(f"{name}: only whole points from 0 to {most} are allowed, not {value}.")


def total(points: "list[int | None]") -> int | None:
    """The sum; None when any part is missing."""
    known = [each for each in points if each is not None]
    return sum(known) if len(known) == len(points) else None
