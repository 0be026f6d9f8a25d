"""CTCAE grades: the worked numbers, that a worse value never has a lower grade, and what is missing."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.visits.derived import second
from visits.derived.toxicity import FALLS, grade_of_fall, grade_of_transaminase

D = Decimal
LLN = {"NEUT": D("1.8"), "PLAT": D(125), "HGB": D(115), "LYM": D("1.1")}
HIGHEST = {"NEUT": 4, "PLAT": 4, "HGB": 3, "LYM": 4}
hundredths = st.integers(0, 40_000).map(lambda value: D(value) / 100)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("NEUT", "1.8", 0),
        ("NEUT", "1.79", 1),
        ("NEUT", "1.5", 1),
        ("NEUT", "1.49", 2),
        ("NEUT", "1.0", 2),
        ("NEUT", "0.99", 3),
        ("NEUT", "0.5", 3),
        ("NEUT", "0.49", 4),
        ("PLAT", "125", 0),
        ("PLAT", "124", 1),
        ("PLAT", "75", 1),
        ("PLAT", "74", 2),
        ("PLAT", "50", 2),
        ("PLAT", "49", 3),
        ("PLAT", "25", 3),
        ("PLAT", "24", 4),
        ("HGB", "115", 0),
        ("HGB", "114", 1),
        ("HGB", "100", 1),
        ("HGB", "99", 2),
        ("HGB", "80", 2),
        ("HGB", "79", 3),
        ("HGB", "0", 3),
        ("LYM", "1.1", 0),
        ("LYM", "0.8", 1),
        ("LYM", "0.79", 2),
        ("LYM", "0.5", 2),
        ("LYM", "0.49", 3),
        ("LYM", "0.2", 3),
        ("LYM", "0.19", 4),
    ],
)
def test_the_worked_grades_of_counts(name: str, value: str, expected: int) -> None:
    assert grade_of_fall(name, D(value), LLN[name]) == expected


@pytest.mark.parametrize(
    ("baseline", "value", "expected"),
    [
        (30, 40, 0),
        (30, 41, 1),
        (30, 120, 1),
        (30, 121, 2),
        (30, 200, 2),
        (30, 201, 3),
        (30, 800, 3),
        (30, 801, 4),
        (40, 121, 2),
        (80, 119, 0),
        (80, 120, 1),
        (80, 240, 1),
        (80, 241, 2),
        (80, 400, 2),
        (80, 401, 3),
        (80, 1600, 3),
        (80, 1601, 4),
    ],
)
def test_the_worked_grades_of_alt_count_from_an_abnormal_baseline(
    baseline: int, value: int, expected: int
) -> None:
    assert grade_of_transaminase(value=value, uln=40, baseline=baseline, baseline_uln=40) == expected


def test_exact_decimals_decide_at_the_limits() -> None:
    uln = D("35.1")  # in binary floats 105.3 is less than three times this
    assert grade_of_transaminase(value=D("105.3"), uln=uln, baseline=30, baseline_uln=uln) == 1
    assert grade_of_transaminase(value=D("105.301"), uln=uln, baseline=30, baseline_uln=uln) == 2
    with pytest.raises(TypeError, match="a Decimal or a Fraction"):
        grade_of_fall("NEUT", 1.5, 2)  # type: ignore[arg-type]


@given(st.sampled_from(list(FALLS)), hundredths, hundredths, st.none() | hundredths.filter(bool))
def test_a_lower_count_never_has_a_lower_grade(
    name: str, one: Decimal, other: Decimal, lln: Decimal | None
) -> None:
    low, high = (grade_of_fall(name, value, lln) for value in sorted((one, other)))
    if high is not None:
        if low is None:
            assert high == 0
        else:
            assert 0 <= high <= low <= HIGHEST[name]


@given(hundredths, hundredths, hundredths.filter(bool), hundredths, hundredths.filter(bool))
def test_a_higher_transaminase_never_has_a_lower_grade(
    one: Decimal, other: Decimal, uln: Decimal, baseline: Decimal, baseline_uln: Decimal
) -> None:
    low, high = (
        grade_of_transaminase(value=value, uln=uln, baseline=baseline, baseline_uln=baseline_uln)
        for value in sorted((one, other))
    )
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= 4


@given(
    st.sampled_from(["value", "uln", "baseline", "baseline_uln"]),
    hundredths,
    hundredths.filter(bool),
    hundredths,
)
def test_a_missing_component_makes_the_grade_of_a_transaminase_missing(
    lost: str, value: Decimal, uln: Decimal, baseline: Decimal
) -> None:
    known: dict[str, Decimal | None] = {
        "value": value,
        "uln": uln,
        "baseline": min(baseline, uln),
        "baseline_uln": uln,
    }
    known[lost] = None
    assert grade_of_transaminase(**known) is None


def test_the_limit_of_today_does_not_matter_after_an_abnormal_baseline() -> None:
    assert grade_of_transaminase(value=120, uln=None, baseline=80, baseline_uln=40) == 1


@given(st.sampled_from(list(FALLS)), hundredths)
def test_without_a_lower_limit_only_what_is_below_the_fixed_steps_has_a_grade(
    name: str, value: Decimal
) -> None:
    found = grade_of_fall(name, value, None)
    assert (found is None) == (value >= Fraction(FALLS[name].below[0]))
    assert grade_of_fall(name, None, LLN[name]) is None


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="NEUT: only 0 or more"):
        grade_of_fall("NEUT", D("-0.1"), 2)
    with pytest.raises(ValueError, match="LLN of NEUT: only a number above 0"):
        grade_of_fall("NEUT", 1, 0)
    with pytest.raises(ValueError, match="ULN: only a number above 0"):
        grade_of_transaminase(value=1, uln=0, baseline=1, baseline_uln=1)


def test_a_second_implementation_agrees_on_ten_thousand_cases() -> None:
    dice = random.Random("CTCAE")
    steps = {"NEUT": 100, "PLAT": 1, "HGB": 1, "LYM": 100}
    most = {"NEUT": 250, "PLAT": 150, "HGB": 130, "LYM": 150}
    for _ in range(10_000):
        name = dice.choice(list(FALLS))
        value = D(dice.randint(0, most[name])) / steps[name]
        lln = dice.choice([None, LLN[name], D(dice.randint(1, most[name])) / steps[name]])
        assert grade_of_fall(name, value, lln) == second.fall(name, value, lln)
        uln, baseline_uln = dice.choice([40, 50]), dice.choice([40, 50])
        baseline = dice.randint(1, 120)
        times = D(dice.randint(0, 250)) / 10
        activity = dice.choice([D(dice.randint(0, 1500)), times * uln, times * baseline])
        assert grade_of_transaminase(
            value=activity, uln=uln, baseline=baseline, baseline_uln=baseline_uln
        ) == second.liver(activity, D(uln), D(baseline), D(baseline_uln))
