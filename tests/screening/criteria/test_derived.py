"""The worked numbers of the clinical content, section 4, and the edges around them."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from screening.criteria.derived import (
    age_range,
    birthday,
    cockcroft_gault,
    completed_years,
    hours_of,
    pf_ratio,
    plus_days,
    prednisone_equivalent,
    round_half_up,
    suggest_rppft,
    washout_complete,
    washout_day,
)
from trialsite.partial_date import PartialDate
from trialsite.truth import Truth

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
UMOL = Decimal("88.4")  # umol/L in 1 mg/dL of creatinine


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("1978-06-14", "2026-03-02", 47),
        ("2008-03-02", "2026-03-02", 18),
        ("2008-03-03", "2026-03-02", 17),
        ("1961-03-03", "2026-03-02", 64),
        ("1961-03-02", "2026-03-02", 65),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2024-02-29", 16),
        ("2026-03-03", "2026-03-02", -1),
    ],
)
def test_completed_years(born: str, on: str, years: int) -> None:
    assert completed_years(date.fromisoformat(born), date.fromisoformat(on)) == years


@pytest.mark.parametrize(
    ("born", "ages"),
    [("1978-06-14", [47]), ("1978-06", [47]), ("1978-03", [47, 48]), ("1978", [47, 48]), ("1978-02", [48])],
)
def test_a_partial_birth_date_gives_every_possible_age(born: str, ages: list[int]) -> None:
    assert list(age_range(PartialDate.parse(born), PartialDate.parse("2026-03-02"))) == ages


@pytest.mark.parametrize(
    ("born", "years", "day"),
    [("2008-03-03", 18, "2026-03-03"), ("2008-02-29", 18, "2026-03-01"), ("2008-02-29", 20, "2028-02-29")],
)
def test_birthday_is_the_day_on_which_the_years_are_completed(born: str, years: int, day: str) -> None:
    found = birthday(date.fromisoformat(born), years)
    assert found == date.fromisoformat(day)
    assert completed_years(date.fromisoformat(born), found) == years


@pytest.mark.parametrize(
    ("sex", "age", "weight", "creatinine", "clearance"),
    [
        ("F", 47, "58", Decimal(52), "108.25"),
        ("M", 50, "54", Decimal("1.5") * UMOL, "45.00"),
        ("F", 64, "47", Decimal(130), "28.68"),
        ("F", 30, "45", Decimal("0.6") * UMOL, "97.40"),
    ],
)
def test_cockcroft_gault_worked_values(
    sex: str, age: int, weight: str, creatinine: Decimal, clearance: str
) -> None:
    found = cockcroft_gault(age=age, weight=Decimal(weight), sex=sex, creatinine=creatinine)
    assert round_half_up(found, 2) == Decimal(clearance)


def test_cockcroft_gault_is_exact_on_the_boundary() -> None:
    found = cockcroft_gault(age=50, weight=Decimal(54), sex="M", creatinine=Decimal("132.6"))
    assert found == 45


def test_cockcroft_gault_refuses_an_unknown_sex() -> None:
    with pytest.raises(ValueError, match="M or F"):
        cockcroft_gault(age=50, weight=Decimal(54), sex="U", creatinine=Decimal(80))


@pytest.mark.parametrize(
    ("pao2", "fio2", "ratio"),
    [
        ("78", "0.21", "371.4"),
        ("70", "0.40", "175.0"),
        ("62", "0.28", "221.4"),
        ("60", "0.21", "285.7"),
        ("82", "0.21", "390.5"),
    ],
)
def test_pf_ratio_worked_values(pao2: str, fio2: str, ratio: str) -> None:
    assert round_half_up(pf_ratio(Decimal(pao2), Decimal(fio2)), 1) == Decimal(ratio)


@pytest.mark.parametrize(
    ("doses", "weight", "prednisone", "per_kg"),
    [
        ({"METHYLPREDNISOLONE": "48"}, 60, 60, "1.000"),
        ({"DEXAMETHASONE": "9"}, 60, 60, "1.000"),
        ({"PREDNISONE": "40", "METHYLPREDNISOLONE": "8"}, 58, 50, "0.862"),
        ({"HYDROCORTISONE": "200"}, 50, 50, "1.000"),
        ({"METHYLPREDNISOLONE": "500"}, 66, 625, "9.470"),
    ],
)
def test_prednisone_equivalents_worked_values(
    doses: dict[str, str], weight: int, prednisone: int, per_kg: str
) -> None:
    total = sum((prednisone_equivalent(drug, Decimal(dose)) for drug, dose in doses.items()), Fraction(0))
    assert total == prednisone
    assert round_half_up(total / weight, 3) == Decimal(per_kg)


@pytest.mark.parametrize(
    ("steroid", "dose"),
    [
        ("PREDNISONE", "5"),
        ("PREDNISOLONE", "5"),
        ("METHYLPREDNISOLONE", "4"),
        ("DEXAMETHASONE", "0.75"),
        ("HYDROCORTISONE", "20"),
        ("TRIAMCINOLONE", "4"),
        ("CORTISONE", "25"),
        ("BETAMETHASONE", "0.75"),
        ("DEFLAZACORT", "6"),
    ],
)
def test_each_steroid_has_an_exact_dose_equal_to_5_mg_of_prednisone(steroid: str, dose: str) -> None:
    assert prednisone_equivalent(steroid, Decimal(dose)) == 5


@pytest.mark.parametrize(
    ("time", "hours"),
    [
        ("00:00", Fraction(0)),
        ("14:30", Fraction(29, 2)),
        ("23:59:59", Fraction(86399, 3600)),
        ("24:00", None),
        ("noon", None),
        ("", None),
    ],
)
def test_hours_of_a_time_of_day(time: str, hours: Fraction | None) -> None:
    assert hours_of(time) == hours


# Ceftriaxone, half-life 8 h: 40 h are needed. With dates only (days - 1) x 24 >= 40 from day 3 on;
# (days + 1) x 24 < 40 on day 0. Days 1 and 2 depend on the times.
@pytest.mark.parametrize(
    ("half_life", "ended", "ended_at", "complete"),
    [
        ("8", "2026-03-16", None, NO),
        ("8", "2026-03-15", None, UNKNOWN),
        ("8", "2026-03-14", None, UNKNOWN),
        ("8", "2026-03-13", None, YES),
        # exactly 48 h needed: day 3 has (3 - 1) x 24 = 48, which is enough; day 1 has 48, not below 48
        ("9.6", "2026-03-13", None, YES),
        ("9.6", "2026-03-15", None, UNKNOWN),
        ("9.6", "2026-03-16", None, NO),
        ("9.61", "2026-03-13", None, UNKNOWN),
        ("9.61", "2026-03-15", None, NO),
        # the time of day narrows it: 16 March 00:00 is 40 h after 14 March 08:00
        ("8", "2026-03-14", "08:00", YES),
        ("8", "2026-03-14", "08:01", UNKNOWN),
        ("8", "2026-03-15", "08:00", UNKNOWN),
        ("8", "2026-03-15", "08:01", NO),
        # partial dates: both ends must agree
        ("8", "2026-02", None, YES),
        ("8", "2026-03", None, UNKNOWN),
        ("8", "2026-04", None, NO),
        (None, "2026-02", None, UNKNOWN),
        (None, "2026-03-16", None, UNKNOWN),
        (None, "2026-03-17", None, NO),
    ],
)
def test_washout_of_five_half_lives(
    half_life: str | None, ended: str, ended_at: str | None, complete: Truth
) -> None:
    found = washout_complete(
        ended=PartialDate.parse(ended),
        half_life=None if half_life is None else Decimal(half_life),
        on=PartialDate.parse("2026-03-16"),
        ended_at=None if ended_at is None else hours_of(ended_at),
    )
    assert found is complete


@pytest.mark.parametrize("half_life", ["0.2", "1", "8", "9.6", "9.61", "42", "170"])
@pytest.mark.parametrize("ended_at", [None, "00:00", "08:00", "23:59"])
@pytest.mark.parametrize("ended", ["2026-03-10", "2026-02"])
def test_washout_day_is_the_first_on_which_the_washout_is_complete(
    half_life: str, ended_at: str | None, ended: str
) -> None:
    last, hours, needed = (
        PartialDate.parse(ended),
        hours_of(ended_at) if ended_at else None,
        Decimal(half_life),
    )
    day = washout_day(ended=last, half_life=needed, ended_at=hours)
    assert day is not None

    def complete(on: date | None) -> Truth:
        assert on is not None
        return washout_complete(ended=last, half_life=needed, on=PartialDate.of(on), ended_at=hours)

    assert complete(day) is YES
    assert complete(plus_days(day, -1)) is not YES


def test_a_day_beyond_the_calendar_is_no_day() -> None:
    assert washout_day(ended=PartialDate.parse("2026-03-10"), half_life=Decimal("1E+20")) is None
    assert plus_days(date(9999, 12, 31), 1) is None


@pytest.mark.parametrize(
    ("before", "now", "suggestion"),
    [
        ("80", "69", "Y"),  # 11 points, 13.75 %
        ("80", "71", "U"),  # 9 points, 11.25 %
        ("80", "70", "U"),  # exactly 10 points, 12.5 %
        ("80", "72", "N"),  # 8 points, exactly 10 %
        ("100", "90", "N"),  # exactly 10 in both senses
        ("100", "89.9", "Y"),
        ("120", "109", "U"),  # 11 points, 9.2 %
        ("80", "85", "N"),
        (None, "70", "U"),
        ("80", None, "U"),
        ("0", "70", "U"),
    ],
)
def test_fvc_fall_suggests_the_answer(before: str | None, now: str | None, suggestion: str) -> None:
    assert suggest_rppft(fvc_before=_decimal(before), fvc_now=_decimal(now)) == suggestion


@pytest.mark.parametrize(
    ("before", "now", "suggestion"),
    [
        ("60", "44", "U"),
        ("60", "51", "N"),
        ("60", "50.9", "U"),
        ("100", "85", "N"),
        (None, "40", "N"),
        ("60", None, "N"),
    ],
)
def test_a_dlco_fall_alone_is_for_the_investigator(
    before: str | None, now: str | None, suggestion: str
) -> None:
    found = suggest_rppft(
        fvc_before=Decimal(80), fvc_now=Decimal(80), dlco_before=_decimal(before), dlco_now=_decimal(now)
    )
    assert found == suggestion


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        (Fraction("0.0005"), 3, "0.001"),
        (Fraction("0.00049999"), 3, "0.000"),
        (Fraction("2.675"), 2, "2.68"),
        (Fraction("-2.675"), 2, "-2.68"),
        (Fraction(2, 3), 1, "0.7"),
        (Fraction(45), 2, "45.00"),
    ],
)
def test_rounding_takes_halves_up_and_is_exact(value: Fraction, places: int, rounded: str) -> None:
    assert str(round_half_up(value, places)) == rounded
