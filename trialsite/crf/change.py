"""Changes from baseline that are hardly believed: declared on a variable, asked about when it is entered."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Change:
    """How far from its baseline a value is hardly believed: `says` completes 'Changed by …'."""

    says: str
    is_implausible: Callable[[Decimal, Decimal], bool]


def by_points(most: int, unit: str = "") -> Change:
    """A change by more than this, in the standard unit, asks."""
    return Change(f"more than {most} {unit}".strip(), lambda before, now: abs(now - before) > most)


def by_percent(most: int) -> Change:
    """A change by more than this share of the baseline asks."""
    return Change(f"more than {most} %", lambda before, now: abs(now - before) * 100 > most * abs(before))


def by_factor(least: int) -> Change:
    """A rise to this multiple of the baseline asks."""
    return Change(f"a factor of {least} or more", lambda before, now: before > 0 and now >= least * before)
