"""CDASI: the worked numbers, the bounds, and what a missing score does."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.visits.derived import second
from trialsite.truth import Truth
from visits.derived.skin import (
    AREAS,
    Area,
    Hands,
    cdasi_activity,
    cdasi_damage,
    is_mild,
    meaningful_change,
)

CLEAR, WORST = Area(0, 0, 0, 0, 0), Area(3, 2, 1, 1, 1)
CLEAR_HANDS, WORST_HANDS = Hands(0, False, 0, 0), Hands(3, True, 1, 2)
AREA = st.builds(
    Area, st.integers(0, 3), st.integers(0, 2), st.integers(0, 1), st.integers(0, 1), st.integers(0, 1)
)
HANDS = st.builds(Hands, st.integers(0, 3), st.booleans(), st.integers(0, 1), st.integers(0, 2))
PATIENT = st.fixed_dictionaries(
    {
        "areas": st.fixed_dictionaries(dict.fromkeys(AREAS, AREA)),
        "hands": HANDS,
        "periungual": st.integers(0, 2),
        "alopecia": st.integers(0, 1),
    }
)


def areas(everywhere: Area = CLEAR, **some: Area) -> dict[str, Area]:
    """Every area, clear unless said otherwise."""
    return dict.fromkeys(AREAS, everywhere) | some


def damage(patient: dict[str, Any]) -> int | None:
    """The damage of a patient."""
    return cdasi_damage(areas=patient["areas"], hands=patient["hands"])


EXAMPLE = areas(MALAR=replace(CLEAR, erythema=2, scale=1), V_NECK=replace(CLEAR, erythema=2))
WITH_ULCER = EXAMPLE | {"REST_OF_LEG": replace(CLEAR, erythema=2, ulceration=1)}
RED_HANDS = Hands(2, True, 0, 0)


@pytest.mark.parametrize(("skin", "expected"), [(EXAMPLE, 11), (WITH_ULCER, 14)])
def test_the_worked_activities(skin: dict[str, Area], expected: int) -> None:
    activity = cdasi_activity(areas=skin, hands=RED_HANDS, periungual=2, alopecia=0)
    assert activity == expected
    assert is_mild(activity) is Truth.YES


def test_activity_spans_0_to_100_and_damage_0_to_32() -> None:
    assert len(set(AREAS)) == 15
    assert cdasi_activity(areas=areas(), hands=CLEAR_HANDS, periungual=0, alopecia=0) == 0
    assert cdasi_activity(areas=areas(WORST), hands=WORST_HANDS, periungual=2, alopecia=1) == 100
    assert cdasi_damage(areas=areas(), hands=CLEAR_HANDS) == 0
    assert cdasi_damage(areas=areas(WORST), hands=WORST_HANDS) == 32


@pytest.mark.parametrize(
    ("baseline", "current", "expected"),
    [
        (18, 13, Truth.YES),
        (18, 14, Truth.UNKNOWN),
        (18, 15, Truth.NO),
        (13, 18, Truth.YES),
        (18, None, Truth.UNKNOWN),
        (None, 13, Truth.UNKNOWN),
    ],
)
def test_five_points_are_a_meaningful_change_and_four_are_open(
    baseline: int | None, current: int | None, expected: Truth
) -> None:
    assert meaningful_change(baseline, current) is expected


@pytest.mark.parametrize(
    ("activity", "expected"),
    [(14, Truth.YES), (15, Truth.UNKNOWN), (18, Truth.UNKNOWN), (19, Truth.NO), (None, Truth.UNKNOWN)],
)
def test_mild_ends_where_one_source_ends_it_and_is_open_up_to_the_other(
    activity: int | None, expected: Truth
) -> None:
    assert is_mild(activity) is expected


@given(PATIENT, st.sampled_from(AREAS))
def test_a_worse_area_never_lowers_a_score(patient: dict[str, Any], area: str) -> None:
    worse = patient | {"areas": patient["areas"] | {area: WORST}}
    first, second_ = cdasi_activity(**patient), cdasi_activity(**worse)
    assert first is not None
    assert second_ is not None
    assert 0 <= first <= second_ <= 100
    harm, more_harm = damage(patient), damage(worse)
    assert harm is not None
    assert more_harm is not None
    assert 0 <= harm <= more_harm <= 32


@given(
    PATIENT,
    st.sampled_from(AREAS),
    st.sampled_from(["erythema", "scale", "ulceration", "poikiloderma", "calcinosis"]),
)
def test_a_missing_score_makes_missing_what_it_belongs_to_and_nothing_else(
    patient: dict[str, Any], area: str, lost: str
) -> None:
    lacking = patient | {"areas": patient["areas"] | {area: replace(patient["areas"][area], **{lost: None})}}
    is_damage = lost in ("poikiloderma", "calcinosis")
    assert cdasi_activity(**lacking) == (cdasi_activity(**patient) if is_damage else None)
    assert damage(lacking) == (None if is_damage else damage(patient))


@given(PATIENT, st.sampled_from(AREAS))
def test_what_was_not_looked_at_is_missing(patient: dict[str, Any], area: str) -> None:
    without = patient | {"areas": {name: one for name, one in patient["areas"].items() if name != area}}
    assert cdasi_activity(**without) is damage(without) is None
    for lost in ("periungual", "alopecia"):
        assert cdasi_activity(**patient | {lost: None}) is None
    assert cdasi_activity(**patient | {"hands": Hands()}) is None


def test_papules_double_the_erythema_of_the_hands_and_matter_only_with_it() -> None:
    assert Hands(2, papules=True, ulceration=1).activity() == 5
    assert Hands(2, papules=False, ulceration=1).activity() == 3
    assert Hands(2, papules=None, ulceration=1).activity() is None
    assert Hands(0, papules=None, ulceration=1).activity() == 1


def test_what_is_no_area_or_no_point_is_refused() -> None:
    with pytest.raises(KeyError, match="Not an area of the CDASI: TONGUE"):
        cdasi_damage(areas={"TONGUE": CLEAR}, hands=CLEAR_HANDS)
    for wrong in (Area(erythema=4), Area(scale=3), Area(ulceration=2), Area(erythema=-1)):
        with pytest.raises(ValueError, match="only whole points from 0"):
            cdasi_activity(areas=areas(wrong), hands=CLEAR_HANDS, periungual=0, alopecia=0)


def test_a_second_implementation_agrees_on_ten_thousand_cases() -> None:
    dice = random.Random("CDASI")
    for _ in range(10_000):
        lost = dice.random() < 0.3

        def pick(most: int, lost: bool = lost) -> int | None:
            return None if lost and dice.random() < 0.01 else dice.randint(0, most)

        skin = {name: Area(pick(3), pick(2), pick(1), pick(1), pick(1)) for name in AREAS}
        hands = Hands(pick(3), dice.choice([True, False, None]), pick(1), pick(2))
        periungual, alopecia = pick(2), pick(1)
        rows = [
            (one.erythema, one.scale, one.ulceration, one.poikiloderma, one.calcinosis)
            for one in skin.values()
        ]
        hand = (hands.erythema, hands.papules, hands.ulceration, hands.scarring)
        expected = second.cdasi(rows, hand, periungual, alopecia)
        activity = cdasi_activity(areas=skin, hands=hands, periungual=periungual, alopecia=alopecia)
        assert (activity, cdasi_damage(areas=skin, hands=hands)) == expected
