"""Derived values (clinical content, section 4), unrounded; rounding is for display only."""

from collections.abc import Mapping
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


def cockcroft_gault(*, age: int, weight: Decimal, sex: str, creatinine: Decimal) -> Fraction:
    """Creatinine clearance in mL/min from years, kg, M or F, umol/L."""
    if sex not in ("M", "F"):
        raise ValueError("Creatinine clearance needs the sex M or F.")
    clearance = (140 - age) * Fraction(weight) / (72 * Fraction(creatinine) / UMOL_PER_MG_DL)
    return clearance * FEMALE_FACTOR if sex == "F" else clearance


def pf_ratio(pao2: Decimal, fio2: Decimal) -> Fraction:
    """PaO2/FiO2 in mmHg from mmHg and a fraction."""
    return Fraction(pao2) / Fraction(fio2)


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


def washout_complete(
    *, ended: PartialDate, half_life: Decimal | None, on: PartialDate, ended_at: Fraction | None = None
) -> Truth:
    """Whether five half-lives (h) have passed since the last dose at any time of the day `on`.

    With dates only, (days - 1) x 24 h must reach them, and (days + 1) x 24 h below them is too short;
    between, it depends on the times of day. `ended_at`, hours since midnight, narrows this. Without
    a half-life only a dose after that day is sure to be too short.
    """
    days = days_between(ended, on)
    shortest = days.least * 24 - (24 if ended_at is None else ended_at)
    longest = days.most * 24 + 24 - (0 if ended_at is None else ended_at)
    if half_life is None:
        return Truth.NO if longest <= 0 else Truth.UNKNOWN
    needed = WASHOUT_HALF_LIVES * Fraction(half_life)
    if shortest >= needed:
        return Truth.YES
    return Truth.NO if longest < needed else Truth.UNKNOWN


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
