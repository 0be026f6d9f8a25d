"""The web forms of the supply. What is allowed is decided by the actions."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from randomization.supply.actions import MOST_PAIRS, Temperature
from randomization.supply.models import Quarantine
from randomization.supply.states import Verb

_DEGREES = "Write degrees Celsius, such as 5.2."


class Signed(forms.Form):
    """A form that its sender signs. `place` tells its inputs from those of other forms on the page."""

    def __init__(self, data: Any = None, *, place: str = "id", **given: Any) -> None:
        super().__init__(data, auto_id=f"{place}_%s", **given)

    password = forms.CharField(
        strip=False,
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Give your password: you sign this."},
    )


def _degrees(label: str, *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=4,
        decimal_places=1,
        error_messages=dict.fromkeys(("required", "invalid", "max_digits", "max_decimal_places"), _DEGREES),
        widget=forms.NumberInput(attrs={"step": "0.1", "class": "input input-number"}),
    )


def _why(label: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=500, error_messages={"required": "Say why."})


class OrderForm(forms.Form):
    """How many pairs a site wants."""

    pairs = forms.IntegerField(
        label="Pairs of kits",
        min_value=1,
        max_value=MOST_PAIRS,
        widget=forms.NumberInput(attrs={"class": "input input-number"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), f"Order 1 to {MOST_PAIRS} pairs."
        ),
    )


class SendForm(Signed):
    """The signature under a shipment that leaves."""


class ReceiveForm(Signed):
    """What arrived: for each kit in order, damaged or missing; and the temperatures of the logger."""

    field_order = ("lowest", "highest", "password")
    lowest = _degrees("Lowest temperature, °C")
    highest = _degrees("Highest temperature, °C")

    def __init__(self, data: Any = None, *, numbers: Iterable[str]) -> None:
        super().__init__(data, place="receipt")
        self.numbers = tuple(numbers)

    def clean(self) -> dict[str, Any]:
        """Every kit was looked at."""
        given = super().clean() or {}
        unsaid = [KITNO for KITNO in self.numbers if self.found(KITNO) not in {"ok", "damaged", "missing"}]
        if unsaid:
            self.add_error(
                None, f"Say of each kit how it arrived; {len(unsaid)} are left, first {unsaid[0]}."
            )
        return given

    def found(self, KITNO: str) -> str:
        """What was ticked for a kit."""
        return str(self.data.get(f"kit_{KITNO}", ""))

    def those(self, found: str) -> frozenset[str]:
        """The kits for which this was ticked."""
        return frozenset(KITNO for KITNO in self.numbers if self.found(KITNO) == found)

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Each kit and what was ticked for it."""
        return [(KITNO, self.found(KITNO)) for KITNO in self.numbers]

    @property
    def temperature(self) -> Temperature:
        """What the logger showed."""
        return Temperature(self.cleaned_data["lowest"], self.cleaned_data["highest"])


class KitsForm(Signed):
    """Something done with the ticked kits of a site, and why."""

    field_order = ("act", "cause", "reason", "lowest", "highest", "password")
    reason = _why("What happened, or why")
    cause = forms.ChoiceField(label="Cause, when set aside", choices=Quarantine.Cause.choices, required=False)
    lowest = _degrees("Lowest temperature, °C, if it was that", required=False)
    highest = _degrees("Highest temperature, °C", required=False)

    def __init__(self, data: Any = None, *, acts: Iterable[tuple[str, str]]) -> None:
        super().__init__(data, place="kits")
        choices = list(acts)
        self.fields["act"] = forms.ChoiceField(label="What to do with the ticked kits", choices=choices)
        if Verb.QUARANTINE not in dict(choices):
            for name in ("cause", "lowest", "highest"):
                del self.fields[name]
        self.order_fields(self.field_order)

    @property
    def temperature(self) -> Temperature | None:
        """What the logger showed; None when nothing was written."""
        lowest: Decimal | None = self.cleaned_data["lowest"]
        highest: Decimal | None = self.cleaned_data["highest"]
        return None if lowest is None or highest is None else Temperature(lowest, highest)


class DecisionForm(Signed):
    """One decision about all kits of a quarantine."""

    field_order = ("decision", "reason", "password")
    decision = forms.ChoiceField(label="Decision", choices=Quarantine.Decision.choices)
    reason = _why("Reason")


class NumberErrorForm(Signed):
    """Why a number or kit should not have been given."""

    field_order = ("reason", "password")
    reason = _why("What went wrong")
