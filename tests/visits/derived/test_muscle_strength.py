"""MMT-8: the worked numbers, the bounds, and what a missing muscle does."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.visits.derived import second
from visits.derived.muscle_strength import MUSCLES, NECK, mmt8_total

NORMAL = dict.fromkeys(MUSCLES, 10)
POINTS = st.fixed_dictionaries({muscle: st.integers(0, 10) for muscle in MUSCLES})


def both(**points: int) -> dict[str, int]:
    """Right and left alike."""
    return {f"{muscle}_{side}": value for muscle, value in points.items() for side in "RL"}


@pytest.mark.parametrize(
    ("weak", "expected"),
    [
        ({}, 150),
        ({NECK: 6} | both(DELTOID=8, BICEPS=9, GLUTEUS_MAXIMUS=6, GLUTEUS_MEDIUS=7), 126),
        ({NECK: 8} | both(GLUTEUS_MAXIMUS=9), 146),
        (dict.fromkeys(MUSCLES, 0), 0),
        ({"DELTOID_R": None}, None),
    ],
)
def test_the_worked_totals(weak: dict[str, int | None], expected: int | None) -> None:
    assert mmt8_total(NORMAL | weak) == expected


def test_fifteen_muscles_are_tested() -> None:
    assert len(MUSCLES) == len(set(MUSCLES)) == 15


@given(POINTS, st.sampled_from(MUSCLES))
def test_a_stronger_muscle_never_lowers_the_total(points: dict[str, int], muscle: str) -> None:
    before = mmt8_total(points)
    after = mmt8_total(points | {muscle: min(10, points[muscle] + 1)})
    assert before is not None
    assert after is not None
    assert 0 <= before <= after <= 150


@given(POINTS, st.sets(st.sampled_from(MUSCLES), min_size=1), st.booleans())
def test_any_missing_muscle_makes_the_total_missing(
    points: dict[str, int], lost: set[str], absent: bool
) -> None:
    left: dict[str, int | None] = dict(points)
    for muscle in lost:
        if absent:
            del left[muscle]
        else:
            left[muscle] = None
    assert mmt8_total(left) is None


def test_what_is_no_muscle_or_no_point_is_refused() -> None:
    with pytest.raises(KeyError, match="Not a muscle of the MMT-8: TOE"):
        mmt8_total(NORMAL | {"TOE": 10})
    for wrong in (-1, 11):
        with pytest.raises(ValueError, match="only whole points from 0 to 10"):
            mmt8_total(NORMAL | {NECK: wrong})


def test_a_second_implementation_agrees_on_ten_thousand_cases() -> None:
    dice = random.Random("MMT-8")
    for _ in range(10_000):
        choice = [*range(11), *([None] if dice.random() < 0.1 else [])]
        points = {muscle: dice.choice(choice) for muscle in MUSCLES}
        assert mmt8_total(points) == second.mmt8(list(points.values()))
