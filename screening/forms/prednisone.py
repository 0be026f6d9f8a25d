"""Prednisone equivalents on form GC (clinical content 4.3): of each row, and of the day of the interview."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from screening.criteria.derived import prednisone_equivalent
from trialsite.crf.codelists import NOT_APPLICABLE
from trialsite.crf.variables import Values
from trialsite.partial_date import PartialDate
from trialsite.truth import Truth, every

_GOES_ON = ("", NOT_APPLICABLE)  # why an end is missing while the dose goes on


def of_row(values: Values) -> Decimal | None:
    """Milligrams of prednisone a day that a row equals; None without drug or dose."""
    drug, dose = values.get("CMTRT"), values.get("CMDOSTOT")
    if not drug or dose is None:
        return None
    exact = prednisone_equivalent(drug, dose)
    return Decimal(exact.numerator) / exact.denominator


def of_day(values: Values) -> Decimal | None:
    """Milligrams of prednisone that all rows equal on the day of the interview (GCDTC).

    None when a date leaves open whether a row counts, when a row that counts has no dose, and without any
    row unless the history is complete: then it is 0.
    """
    day, rows = values.get("GCDTC"), values.get("RECORDS", ())
    if day is None or (not rows and values.get("GCHXCOMP") != "Y"):
        return None
    total = Fraction(0)
    for row in rows:
        taken = taken_on(row, day)
        dose = of_row(row)
        if taken is Truth.UNKNOWN or (taken is Truth.YES and dose is None):
            return None
        if taken is Truth.YES and dose is not None:
            total += prednisone_equivalent(row["CMTRT"], row["CMDOSTOT"])
    return Decimal(total.numerator) / total.denominator


def taken_on(row: Mapping[str, Any], day: date) -> Truth:
    """Whether the dose of a row was taken on a day, as far as its partial dates tell."""
    begins, ends = row.get("CMSTDTC"), row.get("CMENDTC")
    started = _not_after(PartialDate.parse(begins), day) if begins else Truth.UNKNOWN
    if ends:
        ended = PartialDate.parse(ends)
        goes_on = Truth.YES if ended.earliest >= day else Truth.NO if ended.latest < day else Truth.UNKNOWN
    else:
        goes_on = Truth.YES if row.get("CMENDTC_ND", "") in _GOES_ON else Truth.UNKNOWN
    return every((started, goes_on))


def _not_after(began: PartialDate, day: date) -> Truth:
    if began.latest <= day:
        return Truth.YES
    return Truth.NO if began.earliest > day else Truth.UNKNOWN
