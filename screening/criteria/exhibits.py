"""The numbers that a rule computed on its way to its outcome, for whoever wants to follow it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from screening.criteria.derived import Clearance, Elimination, OxygenRatio
from trialsite.partial_date import PartialDate
from trialsite.truth import Truth


@dataclass(frozen=True)
class Clearances:
    """Creatinine clearance (mL/min) for each age that the dates allow, and the limit that excludes."""

    possible: tuple[Clearance, ...]
    limit: int


@dataclass(frozen=True)
class PfRatio:
    """PaO2/FiO2 (mmHg), and the ratio below which lung failure is meant."""

    ratio: OxygenRatio
    limit: int


@dataclass(frozen=True)
class TimesUln:
    """A laboratory value as a multiple of its upper limit of normal, and the multiple that excludes."""

    analyte: str
    value: Decimal
    uln: Decimal
    unit: str
    limit: Fraction

    @property
    def times(self) -> Fraction:
        """The multiple, unrounded."""
        return Fraction(self.value) / Fraction(self.uln)


@dataclass(frozen=True)
class Copies:
    """HBV-DNA as typed, converted to copies/mL; `factor` is None where none was needed."""

    number: Decimal
    unit: str
    factor: Decimal | None
    copies: Fraction


@dataclass(frozen=True)
class Taken:
    """A drug of a day: its daily dose (mg) as recorded, and whether it was surely taken that day.

    `amount` is what the rule counts: mg of prednisone for a glucocorticoid, mg for an inhibitor.
    """

    drug: str | None
    dose: Decimal | None
    amount: Fraction | None
    sure: bool


@dataclass(frozen=True)
class DoseDays:
    """Consecutive days alike, both ends included; mg/kg/day, `most` None when no bound is known.

    `in_order` is what the rule says of one of these days.
    """

    first: date
    last: date
    least: Fraction | None
    most: Fraction | None
    in_order: Truth
    taken: tuple[Taken, ...]


@dataclass(frozen=True)
class Doses:
    """Prednisone equivalent day by day against a limit (mg/kg/day).

    `reached` are amounts at fault of courses that fell on some of the days, though perhaps not known on
    which. `earlier` are days before these, at fault too, which decide nothing alone.
    """

    days: tuple[DoseDays, ...]
    limit: int
    weight: Decimal | None
    reached: tuple[Fraction, ...] = ()
    earlier: tuple[DoseDays, ...] = ()


@dataclass(frozen=True)
class InhibitorDays:
    """Consecutive days with the same calcineurin inhibitors; `taken` is empty where none is recorded."""

    first: date
    last: date
    taken: tuple[Taken, ...]


@dataclass(frozen=True)
class Inhibitors:
    """The calcineurin inhibitors of the window, day by day."""

    days: tuple[InhibitorDays, ...]


@dataclass(frozen=True)
class Wait:
    """A time that must pass between an event and a reference day.

    `over` is the first reference day on which it has passed for sure, `possible_from` the first on which
    it may have; None when it cannot be told. `elimination` has the hours of a drug's washout.
    """

    what: str
    event: str
    since: PartialDate | None
    needed: str
    reference: str
    on: PartialDate | None
    passed: Truth
    possible_from: date | None
    over: date | None
    elimination: Elimination | None = None


Exhibit = Clearances | PfRatio | TimesUln | Copies | Doses | Inhibitors | Wait
