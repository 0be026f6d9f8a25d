"""HAQ-DI: the worked numbers, the bounds, and what missing answers do."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.visits.derived import second
from visits.derived.disability import CATEGORIES, Answers, category_score, haq_di

ITEM = st.none() | st.integers(0, 3)


def answers(*scores: int | None, aided: str = "") -> dict[str, Answers]:
    """Categories in order whose items all have this score; None: not answered."""
    return {
        category: Answers([score] * items, category == aided)
        for (category, items), score in zip(CATEGORIES.items(), scores, strict=False)
    }


@st.composite
def questionnaires(draw: st.DrawFn) -> dict[str, Answers]:
    """Any answers, some missing."""
    return {
        category: Answers(
            draw(st.lists(ITEM, min_size=items, max_size=items)), draw(st.none() | st.booleans())
        )
        for category, items in CATEGORIES.items()
    }


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (answers(1, 1, 0, 1, 0, 1, 0, 0), Fraction("0.5")),
        (answers(1, 1, 0, 1, 0, 1, 0, 0, aided="WALKING"), Fraction("0.625")),
        (answers(2, 1, 1, 2, 1, 1, 1, None), Fraction(9, 7)),
        (answers(2, 1, 1, 2, 1, 1, 1), Fraction(9, 7)),
        (answers(3, 3, 3, 3, 3, None, None, None), None),
        (answers(3, 3, 3, 3, 3, 3, None, None), Fraction(3)),
        (answers(3, 3, 3, 3, 3, 3, 3, 3), Fraction(3)),
        (answers(0, 0, 0, 0, 0, 0, 0, 0), Fraction(0)),
    ],
)
def test_the_worked_indices(given_: dict[str, Answers], expected: Fraction | None) -> None:
    assert haq_di(given_) == expected


def test_the_questionnaire_has_eight_categories_with_twenty_items() -> None:
    assert len(CATEGORIES) == 8
    assert sum(CATEGORIES.values()) == 20


@pytest.mark.parametrize(
    ("items", "aided", "expected"),
    [
        ([0, 0], False, 0),
        ([0, 1], False, 1),
        ([0, 0], True, 2),
        ([1, 0], True, 2),
        ([2, 0], True, 2),
        ([3, 0], True, 3),
        ([None, 1], False, 1),
        ([None, None], True, None),
        ([1, 0], None, None),
        ([2, 0], None, 2),
        ([None, 3], None, 3),
    ],
)
def test_a_category_counts_its_highest_item_and_at_least_two_with_an_aid(
    items: list[int | None], aided: bool | None, expected: int | None
) -> None:
    assert category_score(Answers(items, aided)) == expected


@given(questionnaires(), st.sampled_from(list(CATEGORIES)), st.booleans())
def test_more_difficulty_or_an_aid_never_lowers_the_index(
    before: dict[str, Answers], category: str, aid: bool
) -> None:
    one = before[category]
    harder = Answers([item if item is None else min(3, item + 1) for item in one.items], one.aided)
    if aid:
        harder = Answers(one.items, one.aided is not None or None)
    first, second_ = haq_di(before), haq_di(before | {category: harder})
    if first is not None and category_score(one) is not None:
        assert second_ is not None
        assert 0 <= first <= second_ <= 3


@given(questionnaires(), st.sets(st.sampled_from(list(CATEGORIES)), min_size=3))
def test_more_than_two_missing_categories_make_the_index_missing(
    given_: dict[str, Answers], lost: set[str]
) -> None:
    blank = {category: Answers([None] * CATEGORIES[category], True) for category in lost}
    assert haq_di(given_ | blank) is None
    assert haq_di({category: one for category, one in given_.items() if category not in lost}) is None


def test_what_is_no_category_no_item_or_no_point_is_refused() -> None:
    with pytest.raises(KeyError, match="Not a category of the HAQ-DI: SLEEP"):
        haq_di({"SLEEP": Answers([0], False)})
    with pytest.raises(ValueError, match="GRIP has 3 items, not 2"):
        haq_di({"GRIP": Answers([0, 0], False)})
    with pytest.raises(ValueError, match="only whole points from 0 to 3"):
        haq_di({"REACH": Answers([0, 4], False)})


def test_a_second_implementation_agrees_on_ten_thousand_cases() -> None:
    dice = random.Random("HAQ-DI")
    for _ in range(10_000):
        choice = [0, 0, 1, 1, 2, 3, *([None] * dice.randint(0, 4))]
        given_ = {
            category: Answers([dice.choice(choice) for _ in range(items)], dice.choice([True, False, None]))
            for category, items in CATEGORIES.items()
        }
        assert haq_di(given_) == second.haq([(list(one.items), one.aided) for one in given_.values()])
