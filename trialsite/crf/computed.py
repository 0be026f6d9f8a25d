"""Values that are computed for display from a form and others beside it: shown next to an input, not stored.

A number that only its own form decides is a `Derived` variable. What reads other forms as well would grow
old in a table when these change; it is computed whenever the form is looked at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from trialsite.crf.variables import Values

Context = Mapping[str, Any]
Number = Decimal | Fraction | int


@dataclass(frozen=True)
class Computed:
    """One value: shown beside the variable `beside`, with its formula; `compute` gets (values, context)."""

    name: str
    beside: str
    label: str
    formula: str
    compute: Callable[[Values, Context], Number | None]
    decimals: int = 0
    unit: str = ""

    def shown(self, values: Values, context: Context) -> str:
        """The value for a reader, halves away from zero; "" when something that it takes is missing."""
        found = self.compute(values, context)
        if found is None:
            return ""
        exact = Fraction(found)
        number = Decimal(exact.numerator) / exact.denominator
        return str(number.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP))


# What a participant's other forms say, for the values of one form.
Gather = Callable[[Any, str], Context]

_COMPUTED: dict[str, list[Computed]] = {}
_GATHER: dict[str, list[Gather]] = {}


def show_beside(form: str, *computed: Computed, gather: Gather | None = None) -> None:
    """Let a form show these values. gather(participant, visit): what they need beyond the checks' context."""
    _COMPUTED.setdefault(form, []).extend(computed)
    if gather is not None and gather not in _GATHER.get(form, ()):
        _GATHER.setdefault(form, []).append(gather)


def computed_of(form: str) -> tuple[Computed, ...]:
    """The values that a form shows."""
    return tuple(_COMPUTED.get(form, ()))


def gathered(form: str, participant: Any, visit: str) -> dict[str, Any]:
    """What the values of a form need of the participant's other forms; one query for each that gathers."""
    context: dict[str, Any] = {}
    for gather in _GATHER.get(form, ()):
        context |= gather(participant, visit)
    return context
