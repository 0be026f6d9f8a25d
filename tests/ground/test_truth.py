"""Three-valued logic, row by row."""

import pytest

from trialsite.truth import Truth, agreed, every, known, some

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        (YES, YES, YES),
        (YES, NO, NO),
        (YES, UNKNOWN, UNKNOWN),
        (NO, YES, NO),
        (NO, NO, NO),
        (NO, UNKNOWN, NO),
        (UNKNOWN, YES, UNKNOWN),
        (UNKNOWN, NO, NO),
        (UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_and(left: Truth, right: Truth, result: Truth) -> None:
    assert left & right is result


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        (YES, YES, YES),
        (YES, NO, YES),
        (YES, UNKNOWN, YES),
        (NO, YES, YES),
        (NO, NO, NO),
        (NO, UNKNOWN, UNKNOWN),
        (UNKNOWN, YES, YES),
        (UNKNOWN, NO, UNKNOWN),
        (UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_or(left: Truth, right: Truth, result: Truth) -> None:
    assert left | right is result


@pytest.mark.parametrize(("value", "result"), [(YES, NO), (NO, YES), (UNKNOWN, UNKNOWN)])
def test_not(value: Truth, result: Truth) -> None:
    assert ~value is result


@pytest.mark.parametrize("value", list(Truth))
def test_a_truth_refuses_to_be_a_bool(value: Truth) -> None:
    with pytest.raises(TypeError, match="three values"):
        bool(value)


@pytest.mark.parametrize(("value", "result"), [(True, YES), (False, NO), (None, UNKNOWN)])
def test_known_turns_a_missing_answer_into_unknown(value: bool | None, result: Truth) -> None:
    assert known(value) is result


@pytest.mark.parametrize(
    ("truths", "all_of_them", "any_of_them", "all_the_same"),
    [
        ([], YES, NO, UNKNOWN),
        ([YES], YES, YES, YES),
        ([NO], NO, NO, NO),
        ([YES, YES], YES, YES, YES),
        ([NO, NO], NO, NO, NO),
        ([YES, NO], NO, YES, UNKNOWN),
        ([UNKNOWN, NO, YES], NO, YES, UNKNOWN),
        ([UNKNOWN, YES], UNKNOWN, YES, UNKNOWN),
        ([UNKNOWN, NO], NO, UNKNOWN, UNKNOWN),
        ([UNKNOWN, UNKNOWN], UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_over_many(truths: list[Truth], all_of_them: Truth, any_of_them: Truth, all_the_same: Truth) -> None:
    assert every(truths) is all_of_them
    assert some(truths) is any_of_them
    assert agreed(truths) is all_the_same


def test_every_item_is_looked_at_even_when_the_answer_is_clear() -> None:
    looked_at = []

    def look(truth: Truth) -> Truth:
        looked_at.append(truth)
        return truth

    every(look(truth) for truth in (NO, YES))
    some(look(truth) for truth in (YES, NO))
    assert looked_at == [NO, YES, YES, NO]
