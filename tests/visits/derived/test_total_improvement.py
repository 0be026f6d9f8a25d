"""The Total Improvement Score: the worked numbers part by part, its edges, and what a missing part does."""

import random
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.visits.derived import second
from visits.derived.improvement_bands import ENZYME_RANGES, Measure, points_for
from visits.derived.total_improvement import (
    CoreSet,
    Enzyme,
    Response,
    most_abnormal_enzyme,
    total_improvement,
)

D = Decimal
ULN = {"CK": 200, "LDH": 250, "AST": 40, "ALT": 50}
NORMAL = {"CK": 60, "LDH": 100, "AST": 12, "ALT": 11}


def core(phga: str, ptga: str, mmt8: int, haqdi: str, exmga: str, /, **enzymes: int | None) -> CoreSet:
    """A core set; enzymes that are not given are far below their limit."""
    activities: dict[str, int | None] = {**NORMAL, **enzymes}
    return CoreSet(
        D(phga),
        D(ptga),
        D(exmga),
        mmt8,
        D(haqdi),
        {name: Enzyme(value, ULN[name]) for name, value in activities.items()},
    )


def having(core_set: CoreSet, name: str, value: Any) -> CoreSet:
    """The core set with another value of one measure."""
    return replace(core_set, **{name: value})


# Baseline, visit; per cent and points of PhGA, PtGA, MMT, HAQ, enzyme, extramuscular; total and category.
WORKED = [
    (
        core("6.0", "5.5", 138, "0.875", "4.5", LDH=480),
        core("3.5", "4.0", 146, "0.375", "1.5", LDH=300),
        ("25", "15", "5.33", "16.67", "24", "30"),
        ("15", "2.5", "10", "7.5", "5", "15"),
        ("LDH", "55", Response.MODERATE),
    ),
    (
        core("5", "4", 150, "0.125", "6", LDH=240),
        core("1", "2.4", 150, "0", "1.9", LDH=230),
        ("40", "16", "0", "4.17", "1.33", "41"),
        ("17.5", "5", "0", "0", "0", "20"),
        ("LDH", "42.5", Response.MODERATE),
    ),
    (
        core("3", "3", 140, "0.5", "2", LDH=260),
        core("4", "2.6", 143, "0.375", "2.5", LDH=290),
        ("-10", "4", "2", "4.17", "-4", "-5"),
        ("0", "0", "0", "0", "0", "0"),
        ("LDH", "0", Response.NONE),
    ),
    (
        core("8", "8", 100, "2.0", "5", CK=3200),
        core("2", "3", 148, "0.5", "2", CK=180),
        ("60", "50", "32", "50", "100.67", "30"),
        ("20", "10", "32.5", "10", "7.5", "15"),
        ("CK", "95", Response.MAJOR),
    ),
]
ORDER = (
    Measure.PHYSICIAN_GLOBAL,
    Measure.PATIENT_GLOBAL,
    Measure.MUSCLE_STRENGTH,
    Measure.DISABILITY,
    Measure.ENZYME,
    Measure.EXTRAMUSCULAR,
)


@pytest.mark.parametrize(("baseline", "current", "percents", "points", "result"), WORKED)
def test_the_worked_scores_part_by_part(
    baseline: CoreSet,
    current: CoreSet,
    percents: tuple[str, ...],
    points: tuple[str, ...],
    result: tuple[str, str, Response],
) -> None:
    found = total_improvement(baseline, current)
    parts = [found.parts[measure] for measure in ORDER]
    assert [round(float(part.percent), 2) for part in parts if part] == [float(each) for each in percents]
    assert [part.points for part in parts if part] == [D(each) for each in points]
    assert (found.enzyme, found.total, found.response) == (result[0], D(result[1]), result[2])


@pytest.mark.parametrize("measure", Measure)
def test_the_upper_edge_belongs_to_the_lower_band(measure: Measure) -> None:
    edges = (2, 10, 20, 30) if measure is Measure.MUSCLE_STRENGTH else (5, 15, 25, 40)
    at = [points_for(measure, Fraction(edge)) for edge in edges]
    above = [points_for(measure, edge + Fraction(1, 10**9)) for edge in edges]
    assert at[0] == 0
    assert at[1:] == above[:-1]
    assert all(high >= low for low, high in zip(at, above, strict=True))
    assert above[0] > 0


def test_all_parts_at_their_best_make_100_and_the_thresholds_are_inclusive() -> None:
    assert sum(points_for(measure, Fraction(100)) for measure in Measure) == 100
    worst = core("10", "10", 0, "3", "10", CK=9000)
    assert total_improvement(worst, core("0", "0", 150, "0", "0")).response is Response.MAJOR
    for phga, exmga, expected in (("0", "10", Response.MINIMAL), ("0", "0", Response.MODERATE)):
        improved = core(phga, "10", 0, "3", exmga, CK=9000)
        assert total_improvement(worst, improved).response is expected


def test_with_normal_strength_no_disability_and_normal_enzymes_50_is_the_ceiling() -> None:
    found = total_improvement(core("10", "10", 150, "0", "10"), core("0", "0", 150, "0", "0"))
    assert found.total == 50
    assert found.response is Response.MODERATE


@pytest.mark.parametrize(
    ("enzymes", "expected"),
    [
        ({"CK": 400, "LDH": 500}, "CK"),
        ({"CK": 200, "LDH": 251}, "LDH"),
        ({"AST": 80, "ALT": 100}, "AST"),
        ({"CK": 120, "LDH": 100, "AST": 24, "ALT": 31}, "ALT"),
        ({"CK": None}, None),
    ],
)
def test_the_most_abnormal_enzyme_is_that_with_the_highest_multiple_at_baseline(
    enzymes: dict[str, int | None], expected: str | None
) -> None:
    assert most_abnormal_enzyme(core("0", "0", 0, "0", "0", **enzymes).enzymes) == expected


def test_aldolase_counts_where_it_was_measured_and_another_enzyme_is_refused() -> None:
    enzymes = {name: Enzyme(value, ULN[name]) for name, value in NORMAL.items()}
    assert most_abnormal_enzyme(enzymes | {"ALDOLASE": Enzyme(D("15.2"), D("7.6"))}) == "ALDOLASE"
    assert most_abnormal_enzyme(enzymes | {"ALDOLASE": Enzyme(None, D("7.6"))}) == "LDH"
    with pytest.raises(KeyError, match="Not an enzyme of the core set: GGT"):
        most_abnormal_enzyme(enzymes | {"GGT": Enzyme(1, 1)})


def test_the_enzyme_of_the_baseline_counts_at_every_visit() -> None:
    baseline = core("5", "5", 100, "1", "5", CK=3200)
    found = total_improvement(baseline, core("5", "5", 100, "1", "5", CK=200, LDH=2500))
    part = found.parts[Measure.ENZYME]
    assert part is not None
    assert found.enzyme == "CK"
    assert part.percent == 100


tenths = st.integers(0, 100).map(lambda value: D(value) / 10)
eighths = st.integers(0, 24).map(lambda value: D(value) / 8)
ENZYMES = st.fixed_dictionaries(
    {name: st.builds(Enzyme, st.integers(0, 5000), st.sampled_from([40, 50, 200, 250])) for name in ULN}
)
CORES = st.builds(CoreSet, tenths, tenths, tenths, st.integers(0, 150), eighths, ENZYMES)


@given(CORES, CORES, st.sampled_from(["phga", "ptga", "exmga", "mmt8", "haqdi"]))
def test_a_better_measure_never_lowers_the_score(baseline: CoreSet, current: CoreSet, name: str) -> None:
    best = having(current, name, 150 if name == "mmt8" else 0)
    before, after = total_improvement(baseline, current).total, total_improvement(baseline, best).total
    assert before is not None
    assert after is not None
    assert 0 <= before <= after <= 100


@given(CORES, CORES, st.sampled_from([field.name for field in fields(CoreSet)]), st.booleans())
def test_a_missing_component_makes_the_score_missing_and_leaves_the_other_parts(
    baseline: CoreSet, current: CoreSet, name: str, at_baseline: bool
) -> None:
    lost: object = {} if name == "enzymes" else None
    pair = (having(baseline, name, lost), current) if at_baseline else (baseline, having(current, name, lost))
    found, whole = total_improvement(*pair), total_improvement(baseline, current)
    assert found.total is None
    assert found.response is None
    missing = [measure for measure, part in found.parts.items() if part is None]
    assert len(missing) == 1
    assert all(found.parts[measure] == whole.parts[measure] for measure in Measure if measure not in missing)


@given(CORES)
def test_nothing_changed_is_no_improvement(core_set: CoreSet) -> None:
    assert total_improvement(core_set, core_set).total == 0


def test_a_value_outside_its_range_is_refused() -> None:
    good = core("1", "1", 100, "1", "1")
    for name, wrong in (("phga", D("10.1")), ("mmt8", 151), ("haqdi", D("-0.1"))):
        with pytest.raises(ValueError, match="only 0 to"):
            total_improvement(good, having(good, name, wrong))
    with pytest.raises(ValueError, match="ULN: only a number above 0"):
        total_improvement(replace(good, enzymes=dict.fromkeys(ULN, Enzyme(1, 0))), good)


def test_a_second_implementation_agrees_on_ten_thousand_cases() -> None:
    dice = random.Random("TIS")
    for _ in range(10_000):
        lost = 0.05 if dice.random() < 0.3 else 0
        sets = [_random_core(dice, lost) for _ in range(2)]
        found = total_improvement(*sets)
        expected = second.tis(*({**vars(each), "enzymes": _pairs(each)} for each in sets))
        assert (found.total, found.response) == expected


def _random_core(dice: random.Random, lost: float) -> CoreSet:
    def some(value: Decimal | int) -> Decimal | int | None:
        return None if dice.random() < lost else value

    names = [*ULN, *(["ALDOLASE"] if dice.random() < 0.2 else [])]
    phga, ptga, exmga = (some(D(dice.randint(0, 100)) / 10) for _ in range(3))
    return CoreSet(
        phga,
        ptga,
        exmga,
        some(dice.randint(0, 150)),
        some(D(dice.randint(0, 24)) / 8),
        {name: Enzyme(some(dice.randint(1, 60) * 10), dice.choice([50, 200])) for name in names},
    )


def _pairs(core_set: CoreSet) -> dict[str, tuple[object, object]]:
    assert set(core_set.enzymes) <= set(ENZYME_RANGES)
    return {name: (enzyme.value, enzyme.uln) for name, enzyme in core_set.enzymes.items()}
