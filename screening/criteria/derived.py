"""Derived values (clinical content, section 4), unrounded; rounding is for display only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction

from trialsite.partial_date import PartialDate, days_between
from trialsite.protocol import PREDNISONE_FACTORS
from trialsite.truth import Truth

UMOL_PER_MG_DL = Fraction("88.4")  # creatinine
FEMALE_FACTOR = Fraction("0.85")
WASHOUT_HALF_LIVES = 5
FVC_FALL, DLCO_FALL = 10, 15  # EX08 item 2, per cent


def completed_years(birth: date, on: date) -> int:
    """Completed years of age; a birthday on 29 February completes on 1 March in other years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def age_range(birth: PartialDate, on: PartialDate) -> range:
    """All ages in completed years that the dates allow; a single one when both are full."""
    return range(completed_years(birth.latest, on.earliest), completed_years(birth.earliest, on.latest) + 1)


def birthday(birth: date, years: int) -> date:
    """The day on which that many years are completed."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


@dataclass(frozen=True)
class Clearance:
    """Cockcroft-Gault with its numbers: years, kg, M or F, umol/L. ValueError for another sex."""

    age: int
    weight: Decimal
    sex: str
    creatinine: Decimal

    def __post_init__(self) -> None:
        if self.sex not in ("M", "F"):
            raise ValueError("Creatinine clearance needs the sex M or F.")

    @property
    def mg_dl(self) -> Fraction:
        """The creatinine in mg/dL."""
        return Fraction(self.creatinine) / UMOL_PER_MG_DL

    @property
    def value(self) -> Fraction:
        """Creatinine clearance in mL/min."""
        clearance = (140 - self.age) * Fraction(self.weight) / (72 * self.mg_dl)
        return clearance * FEMALE_FACTOR if self.sex == "F" else clearance


def cockcroft_gault(*, age: int, weight: Decimal, sex: str, creatinine: Decimal) -> Fraction:
    """Creatinine clearance in mL/min from years, kg, M or F, umol/L."""
    return Clearance(age, weight, sex, creatinine).value


@dataclass(frozen=True)
class OxygenRatio:
    """PaO2/FiO2 with its numbers: mmHg and a fraction."""

    pao2: Decimal
    fio2: Decimal

    @property
    def value(self) -> Fraction:
        """The ratio in mmHg."""
        return Fraction(self.pao2) / Fraction(self.fio2)


def pf_ratio(pao2: Decimal, fio2: Decimal) -> Fraction:
    """PaO2/FiO2 in mmHg from mmHg and a fraction."""
    return OxygenRatio(pao2, fio2).value


def prednisone_equivalent(
    steroid: str, dose: Decimal, factors: Mapping[str, Fraction] = PREDNISONE_FACTORS
) -> Fraction:
    """Milligrams of prednisone that a dose of a steroid equals; KeyError for an unknown steroid."""
    return Fraction(dose) * factors[steroid]


def hours_of(time_of_day: str) -> Fraction | None:
    """Hours since midnight of a time such as 14:05; None when it is no time of day."""
    try:
        clock = time.fromisoformat(time_of_day)
    except ValueError:
        return None
    return Fraction(clock.hour * 3600 + clock.minute * 60 + clock.second, 3600)


@dataclass(frozen=True)
class Elimination:
    """The time from the last dose of a drug to the day `on`, against five half-lives (h).

    `ended_at`, hours since midnight, narrows it when the time of the last dose is known.
    """

    ended: PartialDate
    half_life: Decimal | None
    on: PartialDate
    ended_at: Fraction | None = None

    @property
    def shortest(self) -> Fraction:
        """The hours that have passed at least, at the first moment of the day."""
        return Fraction(days_between(self.ended, self.on).least * 24) - self._latest_hour

    @property
    def longest(self) -> Fraction:
        """The hours that can have passed at most, at the last moment of the day."""
        return Fraction(days_between(self.ended, self.on).most * 24 + 24) - self._earliest_hour

    @property
    def needed(self) -> Fraction | None:
        """Five half-lives in hours; None without a half-life."""
        return None if self.half_life is None else WASHOUT_HALF_LIVES * Fraction(self.half_life)

    @property
    def complete(self) -> Truth:
        """Whether five half-lives have passed; without one, only a dose after that day is too late."""
        if self.needed is None:
            return Truth.NO if self.longest <= 0 else Truth.UNKNOWN
        if self.shortest >= self.needed:
            return Truth.YES
        return Truth.NO if self.longest < self.needed else Truth.UNKNOWN

    @property
    def possible_from(self) -> date | None:
        """The first day on which the washout may be complete; None without a half-life."""
        if self.needed is None:
            return None
        return plus_days(self.ended.earliest, -(-(self.needed + self._earliest_hour) // 24) - 1)

    @property
    def over(self) -> date | None:
        """The first day on which the washout is complete for sure; None without a half-life."""
        if self.half_life is None:
            return None
        return washout_day(ended=self.ended, half_life=self.half_life, ended_at=self.ended_at)

    @property
    def _earliest_hour(self) -> Fraction:
        return Fraction(0) if self.ended_at is None else self.ended_at

    @property
    def _latest_hour(self) -> Fraction:
        return Fraction(24) if self.ended_at is None else self.ended_at


def washout_complete(
    *, ended: PartialDate, half_life: Decimal | None, on: PartialDate, ended_at: Fraction | None = None
) -> Truth:
    """Whether five half-lives (h) have passed since the last dose at any time of the day `on`.

    With dates only, (days - 1) x 24 h must reach them, and (days + 1) x 24 h below them is too short;
    between, it depends on the times of day.
    """
    return Elimination(ended, half_life, on, ended_at).complete


def washout_day(*, ended: PartialDate, half_life: Decimal, ended_at: Fraction | None = None) -> date | None:
    """The first day on which the washout is complete for sure."""
    hours = WASHOUT_HALF_LIVES * Fraction(half_life) + (24 if ended_at is None else ended_at)
    return plus_days(ended.latest, -(-hours // 24))


def plus_days(day: date, days: int) -> date | None:
    """The day so many days later; None beyond the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def suggest_rppft(
    *,
    fvc_before: Decimal | None,
    fvc_now: Decimal | None,
    dlco_before: Decimal | None = None,
    dlco_now: Decimal | None = None,
) -> str:
    """A proposal for RPPFT from values in % predicted: Y, N, or U when the investigator must decide.

    Y when FVC fell by more than 10 both in points and relative to before, N when in neither sense.
    A fall in one sense only is U, and so is a DLco fall above 15 without a fall of FVC.
    """
    if fvc_before is None or fvc_now is None or fvc_before <= 0:
        return "U"
    fell = _fell(fvc_before, fvc_now, FVC_FALL)
    if all(fell):
        return "Y"
    if any(fell):
        return "U"
    if dlco_before is not None and dlco_now is not None and dlco_before > 0:
        return "U" if any(_fell(dlco_before, dlco_now, DLCO_FALL)) else "N"
    return "N"


def _fell(before: Decimal, now: Decimal, more_than: int) -> tuple[bool, bool]:
    points = Fraction(before) - Fraction(now)
    return points > more_than, 100 * points / Fraction(before) > more_than


def round_half_up(value: Fraction, places: int) -> Decimal:
    """Rounded for display, halves away from zero."""
    scaled = abs(value) * 10**places
    whole = (scaled + Fraction(1, 2)) // 1
    return Decimal(f"{'-' if value < 0 else ''}{whole}E-{places}")
