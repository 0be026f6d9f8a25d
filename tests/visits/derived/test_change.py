"""Change from baseline, absolute and in per cent."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.visits.derived import second
from visits.derived.change import change, percent_change

numbers = st.decimals(-1000, 1000, places=3)


@pytest.mark.parametrize(
    ("baseline", "current", "absolute", "percent"),
    [
        (Decimal(18), Decimal(13), "-5", Fraction(-250, 9)),
        (Decimal("0.2"), Decimal("0.3"), "0.1", Fraction(50)),
        (Decimal(0), Decimal(3), "3", None),
        (Decimal(-2), Decimal(-1), "1", Fraction(50)),
        (None, Decimal(3), None, None),
        (Decimal(3), None, None, None),
    ],
)
def test_the_change_is_exact_and_missing_without_both(
    baseline: Decimal | None, current: Decimal | None, absolute: str | None, percent: Fraction | None
) -> None:
    assert change(baseline, current) == (None if absolute is None else Fraction(absolute))
    assert percent_change(baseline, current) == percent


@given(numbers, numbers)
def test_the_change_back_is_its_opposite_and_the_per_cent_has_its_sign(one: Decimal, other: Decimal) -> None:
    there, back = change(one, other), change(other, one)
    assert there is not None
    assert back == -there
    percent = percent_change(one, other)
    if one:
        assert percent is not None
        assert (percent > 0, percent < 0) == (there > 0, there < 0)
        assert percent * abs(Fraction(one)) / 100 == there
    else:
        assert percent is None


def test_a_second_implementation_agrees_on_ten_thousand_cases() -> None:
    dice = random.Random("change")
    for _ in range(10_000):
        before, now = (dice.choice([None, Decimal(dice.randint(-500, 5000)) / 10]) for _ in range(2))
        assert (change(before, now), percent_change(before, now)) == second.changed(before, now)
