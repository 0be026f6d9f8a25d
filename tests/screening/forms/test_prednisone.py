"""Prednisone equivalents on form GC: the worked numbers, partial dates, and a second implementation."""

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from screening.forms.computed import clearance, prednisone_per_kilogram
from screening.forms.prednisone import of_day, of_row

DAY = date(2026, 3, 16)


def row(drug: str, dose: str, start: str = "2026-01-01", end: str = "", why: str = "") -> dict[str, Any]:
    """A row as the form reads it."""
    return {"CMTRT": drug, "CMDOSTOT": Decimal(dose), "CMSTDTC": start, "CMENDTC": end, "CMENDTC_ND": why}


def on_day(*rows: dict[str, Any], complete: str = "Y") -> Decimal | None:
    """The equivalent of the rows on the day."""
    return of_day({"GCDTC": DAY, "GCHXCOMP": complete, "RECORDS": rows})


@pytest.mark.req("D5")
@pytest.mark.parametrize(
    ("rows", "weight", "daily", "per_kilogram"),
    [
        ([row("METHYLPREDNISOLONE", "48")], 60, "60", "1.000"),
        ([row("DEXAMETHASONE", "9")], 60, "60", "1.000"),
        ([row("PREDNISONE", "40"), row("METHYLPREDNISOLONE", "8")], 58, "50", "0.862"),
        ([row("HYDROCORTISONE", "200")], 50, "50", "1.000"),
        ([row("METHYLPREDNISOLONE", "500")], 66, "625", "9.470"),
    ],
)
def test_the_worked_equivalents(
    rows: list[dict[str, Any]], weight: int, daily: str, per_kilogram: str
) -> None:
    total = on_day(*rows)
    assert total == Decimal(daily)
    share = prednisone_per_kilogram({"PREDDAY": total}, {"WEIGHT": Decimal(weight)})
    assert share is not None
    assert f"{float(share):.3f}" == per_kilogram


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("PREDNISONE", "40", end="2026-03-16")], "40"),
        ([row("PREDNISONE", "40", end="2026-03-15")], "0"),
        ([row("PREDNISONE", "40", start="2026-03-17")], "0"),
        ([row("PREDNISONE", "40", start="2026-03")], None),
        ([row("PREDNISONE", "40", end="2026-03")], None),
        ([row("PREDNISONE", "40", why="UNKNOWN")], None),
        ([row("PREDNISONE", "40", why="NOT APPLICABLE")], "40"),
        ([row("PREDNISONE", "40") | {"CMDOSTOT": None}], None),
    ],
)
def test_a_row_counts_only_when_its_dates_say_so(rows: list[dict[str, Any]], expected: str | None) -> None:
    assert on_day(*rows) == (None if expected is None else Decimal(expected))


def test_without_a_row_only_a_complete_history_means_none() -> None:
    assert on_day() == 0
    assert on_day(complete="N") is None


def test_a_row_without_drug_or_dose_has_no_equivalent() -> None:
    assert of_row({"CMTRT": "", "CMDOSTOT": Decimal(5)}) is None
    assert of_row({"CMTRT": "PREDNISONE", "CMDOSTOT": None}) is None


# Written a second time: milligrams of each drug that equal 5 mg of prednisone, in hundredths.
FIVE_MG = {
    "PREDNISONE": 500,
    "METHYLPREDNISOLONE": 400,
    "DEXAMETHASONE": 75,
    "HYDROCORTISONE": 2000,
    "CORTISONE": 2500,
}


@pytest.mark.req("D5")
def test_a_second_implementation_agrees_on_ten_thousand_cases() -> None:
    dice = random.Random("prednisone")
    for _ in range(10_000):
        rows, expected = [], Fraction(0)
        for _ in range(dice.randint(0, 3)):
            drug = dice.choice(list(FIVE_MG))
            dose = Decimal(dice.randint(1, 8000)) / 100
            start = DAY + timedelta(days=dice.randint(-40, 3))
            end = start + timedelta(days=dice.randint(0, 60)) if dice.random() < 0.7 else None
            rows.append(row(drug, str(dose), start.isoformat(), end.isoformat() if end else ""))
            if (start - DAY).days <= 0 and (end is None or (end - DAY).days >= 0):
                expected += Fraction(dose) * 500 / FIVE_MG[drug]
        found = on_day(*rows)
        assert found is not None
        assert abs(Fraction(found) - expected) < Fraction(1, 10**9)


@pytest.mark.req("D5")
@pytest.mark.parametrize(
    ("sex", "born", "weight", "creatinine", "expected"),
    [
        ("F", "1978-06-14", "58", "52", "108.25"),
        ("M", "1975-06-14", "54", "132.6", "45.00"),
        ("F", "1961-06-14", "47", "130", "28.68"),
        ("F", "1995-06-14", "45", "53.04", "97.40"),
    ],
)
def test_the_worked_clearances(sex: str, born: str, weight: str, creatinine: str, expected: str) -> None:
    context = {"SEX": sex, "BRTHDTC": date.fromisoformat(born), "WEIGHT": Decimal(weight), "TODAY": DAY}
    found = clearance({"CREAT": Decimal(creatinine), "LBDTC": DAY}, context)
    assert found is not None
    assert f"{float(found):.2f}" == expected
    for missing in ("SEX", "BRTHDTC", "WEIGHT"):
        assert clearance({"CREAT": Decimal(creatinine)}, context | {missing: None}) is None


@pytest.mark.req("D5")
def test_a_second_clearance_agrees_on_ten_thousand_cases() -> None:
    dice = random.Random("clearance")
    for _ in range(10_000):
        born = date(dice.randint(1950, 2007), dice.randint(1, 12), dice.randint(1, 28))
        sample = date(2026, dice.randint(1, 12), dice.randint(1, 28))
        weight, creatinine = Decimal(dice.randint(300, 1800)) / 10, Decimal(dice.randint(150, 15000)) / 10
        sex = dice.choice("MF")
        age = int(f"{sample:%Y%m%d}") - int(f"{born:%Y%m%d}")
        years = age // 10000
        expected = (140 - years) * Fraction(weight) * Fraction(884, 10) / (72 * Fraction(creatinine))
        expected = expected * 85 / 100 if sex == "F" else expected
        context = {"SEX": sex, "BRTHDTC": born, "WEIGHT": weight, "TODAY": DAY}
        assert clearance({"CREAT": creatinine, "LBDTC": sample}, context) == expected
