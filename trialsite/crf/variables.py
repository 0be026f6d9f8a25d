"""The variables of a case report form: each is declared once, on its form's model.

A variable is a Django model field that also knows its label, units, codes, ranges, condition and
blinding class. Entry screen, edit checks, dictionary, export and metadata all read it from here.
In migrations it is the plain column: a changed label or range changes no table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import models

from trialsite.crf.change import Change
from trialsite.crf.codelists import MISSING, Codelist
from trialsite.crf.units import Unit

Values = Mapping[str, Any]


class Blinding(StrEnum):
    """Who may see a value (blinding class)."""

    OPEN = "open"
    MASKED = "masked after Day 1"


@dataclass(frozen=True)
class When:
    """A condition on other answers of the form: `says` completes 'Asked when …'."""

    says: str
    reads: tuple[str, ...]
    holds: Callable[[Values], bool]


def answered(field: str, *codes: str) -> When:
    """The question is asked when field was answered with one of the codes."""
    return When(f"{field} is {' or '.join(codes)}", (field,), lambda values: values.get(field) in codes)


def at_least_times_uln(field: str, times: int) -> When:
    """The question is asked when a laboratory value reaches a multiple of its upper limit."""

    def holds(values: Values) -> bool:
        value, uln = values.get(field), values.get(f"{field}_ULN")
        return value is not None and uln is not None and bool(value >= times * uln)

    return When(f"{field} is at least {times} times its ULN", (field, f"{field}_ULN"), holds)


@dataclass(frozen=True)
class Range:
    """Inclusive limits in the standard unit; None is no limit."""

    low: Decimal | None
    high: Decimal | None

    def holds(self, value: Decimal) -> bool:
        """True when the value lies within the limits."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        if self.low is None:
            return f"at most {self.high}"
        if self.high is None:
            return f"at least {self.low}"
        return f"{self.low} to {self.high}"


def limits(low: str | int | None, high: str | int | None) -> Range:
    """A Range from literals: limits("0.1", 100)."""
    return Range(*(None if end is None else Decimal(end) for end in (low, high)))


class Variable(models.Field):  # type: ignore[type-arg]  # mixed into typed Django fields below
    """What every variable of a form knows besides its column."""

    kind: str
    wide = False

    def _describe(
        self,
        label: str,
        *,
        hint: str = "",
        required: bool = True,
        when: When | None = None,
        feeds: tuple[str, ...] = (),
        blinding: Blinding = Blinding.OPEN,
        visits: tuple[str, ...] = (),
        missing: bool | None = None,
        given: bool = False,
        judgement: bool = False,
    ) -> None:
        self.label = label
        self.hint = hint
        self.required = required
        self.when = when
        self.feeds = feeds
        self.blinding = blinding
        self.visits = visits
        # The form gives the value (`CaseReportForm.with_given`); the screen shows it as text.
        self.given = given
        # The protocol leaves the answer to the investigator's judgement; nothing measured settles it.
        self.judgement = judgement
        # A required question needs a way to say why there is no answer.
        self.takes_missing = required if missing is None else missing

    def companions(self) -> dict[str, "models.Field[Any, Any]"]:
        """Columns that stand beside the value: suffix -> plain Django field."""
        if not self.takes_missing:
            return {}
        return {"ND": models.CharField(max_length=14, blank=True, default="", choices=MISSING.items)}

    def contribute_to_class(
        self,
        cls: type[models.Model],
        name: str,
        private_only: bool = False,  # noqa: FBT001, FBT002  # Django's signature
    ) -> None:
        """Add the column and its companions to the form's model."""
        super().contribute_to_class(cls, name, private_only=private_only)
        for suffix, companion in self.companions().items():
            companion.contribute_to_class(cls, f"{name}_{suffix}")

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """In migrations a variable is the plain Django column that it is stored in."""
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("verbose_name", None)
        return name, f"django.db.models.{self.stored_as}", list(args), kwargs

    def clone(self) -> "models.Field[Any, Any]":  # type: ignore[override]
        """The plain column; migrations build their picture of a model from clones."""
        _, _, args, kwargs = self.deconstruct()
        column: models.Field[Any, Any] = getattr(models, self.stored_as)(*args, **kwargs)
        return column

    stored_as: str


class Number(Variable, models.DecimalField):  # type: ignore[type-arg]
    """A decimal number, kept in the standard unit (the first of `units`).

    With several units, what was typed is kept beside it (_ORRES, _ORRESU). With uln=True the
    laboratory's upper limit of normal is asked beside the value, in the value's unit.
    `hard` refuses, `soft` asks; `soft_uln` asks above that multiple of the ULN, `change` beyond that change
    from baseline.
    """

    kind = "number"
    stored_as = "DecimalField"

    def __init__(
        self,
        label: str,
        *,
        units: tuple[Unit, ...] = (),
        decimals: int = 0,
        hard: Range | None = None,
        soft: Range | None = None,
        soft_uln: int | None = None,
        change: Change | None = None,
        uln: bool = False,
        whole: bool = False,
        unit_name: str = "",
        unit_implied: bool = False,
        **described: Any,
    ) -> None:
        self._describe(label, **described)
        self.units = units
        self.decimals = decimals
        self.hard = hard
        self.soft = soft
        self.soft_uln = soft_uln
        self.change = change
        self.uln = uln
        self.whole = whole
        self.unit_name = unit_name
        self.unit_implied = unit_implied or len(units) < 2
        super().__init__(label, max_digits=24, decimal_places=10, null=True, blank=True)

    @property
    def standard_unit(self) -> str:
        """Name of the standard unit; empty for a number without one."""
        return self.units[0].name if self.units else ""

    def companions(self) -> dict[str, "models.Field[Any, Any]"]:
        columns = super().companions()
        if len(self.units) > 1:
            columns["ORRES"] = models.CharField(max_length=40, blank=True, default="")
            columns["ORRESU"] = models.CharField(max_length=20, blank=True, default="")
        if self.uln:
            columns["ULN"] = models.DecimalField(max_digits=24, decimal_places=10, null=True, blank=True)
            columns["ULN_ORRES"] = models.CharField(max_length=40, blank=True, default="")
        return columns


class Derived(Variable, models.DecimalField):  # type: ignore[type-arg]
    """A number computed from other values of the form whenever it is saved; read only.

    `compute` gets the form's values, and under the name of a repeating section its rows. `formula` is shown
    beside the number. What depends on other forms too is not stored: see `trialsite.crf.computed`.
    """

    kind = "derived"
    stored_as = "DecimalField"

    def __init__(
        self,
        label: str,
        compute: Callable[[Values], Decimal | None],
        *,
        reads: tuple[str, ...],
        decimals: int,
        formula: str,
        unit: str = "",
        change: Change | None = None,
        **described: Any,
    ) -> None:
        self._describe(label, required=False, **described)
        self.change = change
        self.compute = compute
        self.reads = reads
        self.decimals = decimals
        self.formula = formula
        self.unit = unit
        super().__init__(label, max_digits=24, decimal_places=10, null=True, blank=True)


class Choice(Variable, models.CharField):  # type: ignore[type-arg]
    """A coded answer out of a codelist; the code is stored."""

    kind = "choice"
    stored_as = "CharField"

    def __init__(self, label: str, codes: Codelist, **described: Any) -> None:
        # "Unknown" and "not done" are answers where the codelist has them.
        says_missing = {"U", "NOT DONE"} & set(codes.codes)
        described.setdefault("missing", False if says_missing else None)
        self._describe(label, **described)
        self.codes = codes
        super().__init__(label, max_length=40, blank=True, default="")


class Date(Variable, models.DateField):  # type: ignore[type-arg,misc]
    """A full calendar date (YYYY-MM-DD). Dates after today are refused unless `future`."""

    kind = "date"
    stored_as = "DateField"

    def __init__(
        self,
        label: str,
        *,
        future: bool = False,
        procedure: bool = False,
        earliest: str = "",
        **described: Any,
    ) -> None:
        self._describe(label, **described)
        self.future = future
        # A trial procedure: refused before the date of consent.
        self.procedure = procedure
        self.earliest = earliest
        super().__init__(label, null=True, blank=True)


class PartialDate(Variable, models.CharField):  # type: ignore[type-arg]
    """A date of which the day, or month and day, may be unknown: 2026, 2026-02, 2026-02-14."""

    kind = "partial date"
    stored_as = "CharField"

    def __init__(self, label: str, *, future: bool = False, **described: Any) -> None:
        self._describe(label, **described)
        self.future = future
        super().__init__(label, max_length=10, blank=True, default="")


class Time(Variable, models.TimeField):  # type: ignore[type-arg]
    """A time of day at the site, 24 hours (HH:MM)."""

    kind = "time"
    stored_as = "TimeField"

    def __init__(self, label: str, **described: Any) -> None:
        self._describe(label, **described)
        super().__init__(label, null=True, blank=True)


class Text(Variable, models.CharField):  # type: ignore[type-arg]
    """Free text; identity numbers, telephone numbers and the like are refused (P1)."""

    kind = "text"
    stored_as = "CharField"

    def __init__(self, label: str, *, length: int = 200, wide: bool = False, **described: Any) -> None:
        described.setdefault("missing", False)
        self._describe(label, **described)
        self.wide = wide
        super().__init__(label, max_length=length, blank=True, default="")
