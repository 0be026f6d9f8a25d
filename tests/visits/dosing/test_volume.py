"""Volumes and intervals against the worked numbers, and against a second implementation, by milligrams."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from visits.dosing.gate import Facts, Gate, Laboratory, State, lines_of
from visits.dosing.volume import planned_volume, share_of_plan

CASES = 10_000


@pytest.mark.req("L2")
@pytest.mark.parametrize(
    ("weight", "volume"), [("45", "18.0"), ("58", "23.2"), ("72", "28.8"), ("104", "40.0"), ("100", "40.0")]
)
def test_the_worked_volumes_by_vein(weight: str, volume: str) -> None:
    assert planned_volume("INTRAVENOUS", Decimal(weight)) == Decimal(volume)


def test_under_the_skin_the_volume_is_that_of_a_syringe_and_by_vein_it_needs_a_weight() -> None:
    assert (
        planned_volume("SUBCUTANEOUS", None) == planned_volume("SUBCUTANEOUS", Decimal(90)) == Decimal("0.9")
    )
    assert planned_volume("INTRAVENOUS", None) is None
    for wrong in (Decimal(0), Decimal(-1)):
        with pytest.raises(ValueError, match="more than 0 kg"):
            planned_volume("INTRAVENOUS", wrong)
    with pytest.raises(ValueError, match="ORAL"):
        planned_volume("ORAL", Decimal(58))


def tenths_of_a_millilitre(grams: int) -> int:
    """The volume by another way: whole micrograms at 8 mg/kg, the cap of 800 mg, then 20 mg/mL."""
    micrograms = min(8 * grams, 800_000)
    tenths, rest = divmod(micrograms, 2_000)  # a tenth of a millilitre holds 2 mg
    return tenths + (1 if 2 * rest >= 2_000 else 0)


def days_apart(one: tuple[int, int, int], other: tuple[int, int, int]) -> int:
    """Days between two dates by counting Julian day numbers."""

    def julian(year: int, month: int, day: int) -> int:
        before = (14 - month) // 12
        years, months = year + 4800 - before, month + 12 * before - 3
        leap = years // 4 - years // 100 + years // 400
        return day + (153 * months + 2) // 5 + 365 * years + leap - 32045

    return abs(julian(*one) - julian(*other))


@pytest.mark.req("L2", "D5")
def test_a_second_implementation_agrees_on_ten_thousand_random_doses() -> None:
    random = Random(7377058)
    for _ in range(CASES):
        grams = random.randrange(30_000, 180_001)
        volume = planned_volume("INTRAVENOUS", Decimal(grams) / 1000)
        assert volume is not None
        assert int(volume * 10) == tenths_of_a_millilitre(grams), grams

        first = date(2026, 1, 1) + timedelta(days=random.randrange(3 * 366))
        second = first + timedelta(days=random.randrange(-25, 26))
        opens = second - timedelta(days=random.randrange(-2, 9))
        closes = opens + timedelta(days=6)
        states = {line.gate: line.state for line in lines_of(_facts(first, opens, closes), second)}
        apart = days_apart(_parts(first), _parts(second))
        assert (states[Gate.INTERVAL] is State.PASSED) is (apart >= 11), (first, second)
        inside = _parts(opens) <= _parts(second) <= _parts(closes)
        assert (states[Gate.WINDOW] is State.PASSED) is inside, (opens, second, closes)


def _parts(day: date) -> tuple[int, int, int]:
    return day.year, day.month, day.day


def _facts(other: date, opens: date, closes: date) -> Facts:
    return Facts(
        visit="W2",
        opens=opens,
        closes=closes,
        first_dose=False,
        laboratory=Laboratory("Week 2"),
        judged=None,
        kits=(),
        weight="",
        weighed_at="",
        weight_needed=True,
        doses=(("Day 1", other),),
    )


@pytest.mark.parametrize(
    ("given", "planned", "percent"),
    [
        ("23.2", "23.2", "100.0"),
        ("11.6", "23.2", "50.0"),
        ("1", "3", "33.3"),
        ("2", "3", "66.7"),
        ("0", "3", "0"),
    ],
)
def test_the_share_of_the_plan_is_percent_to_one_decimal(given: str, planned: str, percent: str) -> None:
    assert share_of_plan(Decimal(given), Decimal(planned)) == Decimal(percent)


def test_there_is_no_share_of_an_empty_plan() -> None:
    with pytest.raises(ValueError, match="more than 0 mL"):
        share_of_plan(Decimal(1), Decimal(0))
