"""The label's advice about the next dose: its limits, its examples, and that missing never means keep."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.visits.derived import second
from visits.derived.hold_advice import (
    Action,
    Remark,
    Safety,
    advise,
    neutrophils,
    platelets,
    transaminase,
)

D = Decimal
KEEP, INTERRUPT, DISCONTINUE = Action.KEEP, Action.INTERRUPT, Action.DISCONTINUE
FINE = Safety(neut=D("3.2"), plat=220, alt=30, alt_uln=50, ast=25, ast_uln=40, serious_infection=False)
hundredths = st.integers(0, 40_000).map(lambda value: D(value) / 100)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1.01", KEEP),
        ("1.0", INTERRUPT),
        ("0.8", INTERRUPT),
        ("0.5", INTERRUPT),
        ("0.49", DISCONTINUE),
        (None, None),
    ],
)
def test_neutrophils_at_the_limits_of_the_label(value: str | None, expected: Action | None) -> None:
    assert neutrophils(None if value is None else D(value)) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(101, KEEP), (100, INTERRUPT), (50, INTERRUPT), (49, DISCONTINUE), (48, DISCONTINUE), (None, None)],
)
def test_platelets_at_the_limits_of_the_label(value: int | None, expected: Action | None) -> None:
    assert platelets(value) is expected


@pytest.mark.parametrize(
    ("value", "persists", "expected", "remark"),
    [
        (50, False, KEEP, None),
        (51, False, KEEP, Remark.ADJUST),
        (150, False, KEEP, Remark.ADJUST),
        (150, True, KEEP, Remark.ADJUST),
        (151, False, INTERRUPT, Remark.REPEAT),
        (168, False, INTERRUPT, Remark.REPEAT),
        (168, True, DISCONTINUE, None),
        (250, False, INTERRUPT, Remark.REPEAT),
        (251, False, DISCONTINUE, None),
        (260, False, DISCONTINUE, None),
        (None, False, None, None),
    ],
)
def test_alt_at_the_limits_of_the_label(
    value: int | None, persists: bool, expected: Action | None, remark: Remark | None
) -> None:
    found = transaminase("ALT", value, 50, persists=persists)
    assert (found.action, found.remark) == (expected, remark)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, KEEP),
        ({"neut": D("0.8")}, INTERRUPT),
        ({"plat": 48}, DISCONTINUE),
        ({"alt": 168}, INTERRUPT),
        ({"alt": 260}, DISCONTINUE),
        ({"ast": 201}, DISCONTINUE),
        ({"serious_infection": True}, INTERRUPT),
        ({"serious_infection": True, "plat": 48}, DISCONTINUE),
        ({"neut": None, "plat": 48}, DISCONTINUE),
        ({"neut": None, "alt": 168}, INTERRUPT),
        ({"neut": None}, None),
        ({"alt_uln": None}, None),
        ({"serious_infection": None}, None),
    ],
)
def test_the_gravest_known_finding_counts_and_missing_is_never_keep(
    changed: dict[str, Decimal | int | bool | None], expected: Action | None
) -> None:
    assert advise(replace(FINE, **changed)).action is expected  # type: ignore[arg-type]


def test_the_advice_names_what_is_missing() -> None:
    assert advise(Safety()).missing == ("NEUT", "PLAT", "ALT", "AST", "INFECTION")
    assert advise(replace(FINE, ast_uln=None)).missing == ("AST",)
    assert advise(FINE).missing == ()


@given(hundredths, hundredths)
def test_a_worse_value_never_has_milder_advice(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    for judge in (neutrophils, platelets):
        worse, better = judge(low), judge(high)
        assert worse is not None
        assert better is not None
        assert worse >= better
    mild, grave = (transaminase("ALT", value, 40).action for value in (low, high))
    assert mild is not None
    assert grave is not None
    assert mild <= grave <= (transaminase("ALT", high, 40, persists=True).action or KEEP)


@given(
    st.builds(
        Safety,
        hundredths,
        hundredths,
        hundredths,
        hundredths.filter(bool),
        hundredths,
        hundredths.filter(bool),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    st.sampled_from(["neut", "plat", "alt", "alt_uln", "ast", "ast_uln", "serious_infection"]),
)
def test_losing_a_value_never_turns_a_hold_into_keep(safety: Safety, lost: str) -> None:
    whole, part = advise(safety).action, advise(replace(safety, **{lost: None})).action  # type: ignore[arg-type]
    assert whole is not None
    assert part is not KEEP
    assert part is None or part <= whole


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="PLAT: only 0 or more"):
        advise(replace(FINE, plat=-1))
    with pytest.raises(ValueError, match="ULN of AST: only a number above 0"):
        advise(replace(FINE, ast_uln=0))


@pytest.mark.req("D5")
def test_a_second_implementation_agrees_on_ten_thousand_cases() -> None:
    dice = random.Random("hold")
    for _ in range(10_000):

        def some(value: Decimal) -> Decimal | None:
            return None if dice.random() < 0.03 else value

        safety = Safety(
            neut=some(D(dice.randint(0, 20)) / 10),
            plat=some(D(dice.randint(40, 110))),
            alt=some(D(dice.randint(0, 280))),
            alt_uln=D(50),
            ast=some(D(dice.randint(0, 230))),
            ast_uln=D(40),
            alt_persists=dice.random() < 0.1,
            ast_persists=dice.random() < 0.1,
            serious_infection=dice.choice([None, False, False, False, True]),
        )
        found = advise(safety).action
        assert (found.name if found is not None else "") == second.hold(**vars(safety))
