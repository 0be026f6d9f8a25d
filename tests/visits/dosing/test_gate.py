"""The gate as a table: for each rule, values on both sides of its limit, and what an override is good for."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from trialsite.protocol import OVERRIDABLE_GATES
from visits.dosing.gate import (
    BEFORE_KIT,
    SOURCES,
    TITLES,
    Advice,
    Facts,
    Gate,
    Judged,
    Kit,
    Laboratory,
    Line,
    State,
    closed,
    lines_of,
)
from visits.dosing.policies import kit_refusal, refusal

DAY = date(2026, 3, 30)
READY = Facts(
    visit="W2",
    opens=date(2026, 3, 27),
    closes=date(2026, 4, 2),
    first_dose=False,
    laboratory=Laboratory("Week 2", version=1, taken_on=DAY),
    judged=Judged(Advice.GIVE, 1, "Week 2", here=True),
    kits=(Kit("K100", date(2026, 6, 30), usable=True),),
    weight="58",
    weighed_at="Week 2",
    weight_needed=True,
    doses=(("Day 1", date(2026, 3, 16)),),
)


def line(gate: Gate, on: date = DAY, **known: Any) -> Line:
    """The line of one rule, where some facts are others."""
    return next(each for each in lines_of(replace(READY, **known), on) if each.gate is gate)


def test_a_dose_by_the_book_passes_every_rule_and_each_says_why_and_where_it_stands() -> None:
    lines = lines_of(READY, DAY)
    assert [each.gate for each in lines] == list(Gate)
    assert {each.state for each in lines} == {State.PASSED}
    assert all(each.why.endswith(".") and each.title and each.source for each in lines)
    assert set(TITLES) == set(SOURCES) == set(Gate) == {Gate(name) for name in OVERRIDABLE_GATES}


P, F, U = State.PASSED, State.FAILED, State.UNKNOWN


@pytest.mark.req("D5")
@pytest.mark.parametrize(("day", "expected"), [((3, 26), F), ((3, 27), P), ((4, 2), P), ((4, 3), F)], ids=str)
def test_the_first_and_the_last_day_of_the_window_belong_to_it(day: tuple[int, int], expected: State) -> None:
    assert line(Gate.WINDOW, date(2026, *day)).state is expected


@pytest.mark.req("D5")
@pytest.mark.parametrize(("days", "expected"), [(0, F), (10, F), (11, P), (-10, F), (-11, P)])
def test_eleven_days_lie_between_two_doses_whichever_came_first(days: int, expected: State) -> None:
    assert line(Gate.INTERVAL, doses=(("Day 1", DAY - timedelta(days=days)),)).state is expected


def test_the_nearest_of_several_doses_counts() -> None:
    doses = (("Day 1", DAY - timedelta(days=30)), ("Week 4", DAY + timedelta(days=8)))
    assert "8 days from the dose of Week 4" in line(Gate.INTERVAL, doses=doses).why


LABORATORIES = [
    (Laboratory("Week 2"), F, "is not entered"),
    (Laboratory("Week 2", 1, None), U, "has no date"),
    (Laboratory("Week 2", 1, DAY + timedelta(days=1)), F, "after 30 Mar 2026"),
    (Laboratory("Week 2", 1, DAY, ("platelets", "ALT")), U, "platelets, ALT"),
    (Laboratory("Week 2", 1, DAY - timedelta(days=3)), P, "sample of 27 Mar 2026"),
]


@pytest.mark.parametrize(("laboratory", "expected", "words"), LABORATORIES)
def test_the_safety_laboratory_is_entered_whole_and_taken_before_the_dose(
    laboratory: Laboratory, expected: State, words: str
) -> None:
    found = line(Gate.LABORATORY, laboratory=laboratory)
    assert found.state is expected
    assert words in found.why


@pytest.mark.parametrize(("age", "expected"), [(7, P), (8, F)])
def test_before_the_first_dose_a_screening_laboratory_of_seven_days_is_enough(
    age: int, expected: State
) -> None:
    laboratory = Laboratory("Screening", 1, DAY - timedelta(days=age))
    first: dict[str, Any] = {"laboratory": laboratory, "first_dose": True, "judged": None}
    assert line(Gate.LABORATORY, **first).state is expected
    assert line(Gate.JUDGEMENT, **first).state is P


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        (None, F),
        (Judged(Advice.GIVE, 1, "Week 2", here=True), P),
        (Judged(Advice.GIVE, 2, "Week 2", here=True), F),
        (Judged(Advice.HOLD, 1, "Week 2", here=True), P),
        (Judged(Advice.STOP, 1, "Day 1", here=False), F),
    ],
)
def test_the_assessor_has_judged_this_visit_and_the_form_as_it_stands(
    judged: Judged | None, expected: State
) -> None:
    assert line(Gate.JUDGEMENT, judged=judged).state is expected


@pytest.mark.req("L19")
@pytest.mark.parametrize(("advice", "expected"), [(Advice.GIVE, P), (Advice.HOLD, F), (Advice.STOP, F)])
def test_hold_and_stop_close_the_gate_for_good_and_never_say_why(advice: Advice, expected: State) -> None:
    found = line(Gate.HOLD, judged=Judged(advice, 1, "Week 2", here=True))
    assert found.state is expected
    assert not found.overridable
    assert not [word for word in ("CRP", "neutrophil", "platelet", "ALT") if word in found.why]


@pytest.mark.parametrize(("infections", "expected"), [(0, P), (1, F), (2, F), (None, U)])
def test_an_open_serious_infection_closes_the_gate(infections: int | None, expected: State) -> None:
    found = line(Gate.INFECTION, infections=infections)
    assert (found.state, found.overridable) == (expected, False)


@pytest.mark.parametrize(("weight", "needed", "expected"), [("58", True, P), ("", True, F), ("", False, P)])
def test_a_weight_is_needed_where_the_volume_depends_on_it(
    weight: str, needed: bool, expected: State
) -> None:
    assert line(Gate.WEIGHT, weight=weight, weight_needed=needed).state is expected


@pytest.mark.parametrize(("after", "expected"), [(-1, F), (0, P), (1, P)])
def test_no_dose_is_given_after_the_end_of_treatment(after: int, expected: State) -> None:
    assert line(Gate.COURSE, ended_on=DAY + timedelta(days=after)).state is expected


@pytest.mark.parametrize(
    ("kits", "expected"),
    [
        ((), F),
        ((Kit("K1", DAY, usable=True),), P),
        ((Kit("K1", DAY - timedelta(days=1), usable=True),), F),
        ((Kit("K1", DAY, usable=False),), F),
        ((Kit("K1", DAY, usable=False), Kit("K2", DAY, usable=True)), P),
    ],
)
def test_a_kit_of_this_visit_is_there_and_in_date(kits: tuple[Kit, ...], expected: State) -> None:
    assert line(Gate.KIT, kits=kits).state is expected


@pytest.mark.req("E3")
@pytest.mark.parametrize("gate", list(Gate))
def test_an_override_opens_the_rules_that_the_protocol_lets_be_overridden_and_no_other(gate: Gate) -> None:
    failing: dict[Gate, dict[str, Any]] = {
        Gate.WINDOW: {"closes": DAY - timedelta(days=1)},
        Gate.INTERVAL: {"doses": (("Day 1", DAY - timedelta(days=5)),)},
        Gate.COURSE: {"ended_on": DAY - timedelta(days=1)},
        Gate.WEIGHT: {"weight": ""},
        Gate.LABORATORY: {"laboratory": Laboratory("Week 2")},
        Gate.JUDGEMENT: {"judged": None},
        Gate.HOLD: {"judged": Judged(Advice.HOLD, 1, "Week 2", here=True)},
        Gate.INFECTION: {"infections": 1},
        Gate.KIT: {"kits": ()},
    }
    before = line(gate, **failing[gate])
    assert before.state in (F, U)
    after = line(gate, **failing[gate], overrides=((gate, before.used),))
    assert (after.state is State.OVERRIDDEN) is OVERRIDABLE_GATES[gate]
    assert after.why == before.why


@pytest.mark.req("E2")
def test_an_override_no_longer_fits_once_a_value_that_it_used_is_another_one() -> None:
    late = DAY + timedelta(days=10)
    signed = ((Gate.WINDOW, line(Gate.WINDOW, late).used),)
    assert line(Gate.WINDOW, late, overrides=signed).state is State.OVERRIDDEN
    assert line(Gate.WINDOW, late + timedelta(days=1), overrides=signed).state is F
    unjudged = line(Gate.JUDGEMENT, judged=None)
    signed = ((Gate.JUDGEMENT, unjudged.used),)
    assert line(Gate.JUDGEMENT, judged=None, overrides=signed).state is State.OVERRIDDEN
    corrected = Laboratory("Week 2", version=2, taken_on=DAY)
    assert line(Gate.JUDGEMENT, judged=None, laboratory=corrected, overrides=signed).state is F


def test_a_kit_is_refused_with_the_sentences_of_the_gate_and_the_missing_kit_is_none_of_them() -> None:
    late = DAY + timedelta(days=10)
    without = replace(READY, kits=())
    assert kit_refusal(without, DAY, []) is None
    why = kit_refusal(without, late, [])
    assert why == "9 Apr 2026 lies after the window of this visit, 27 Mar 2026 to 2 Apr 2026."
    assert refusal(lines_of(without, DAY)) == "No kit has been given for this visit yet."


def test_a_kit_for_a_day_that_was_overridden_can_be_asked_for_before_it() -> None:
    late = DAY + timedelta(days=10)
    used = next(each.used for each in lines_of(READY, late) if each.gate is Gate.WINDOW)
    facts = replace(READY, overrides=((Gate.WINDOW, used),))
    assert kit_refusal(facts, late - timedelta(days=1), []) is not None
    assert kit_refusal(facts, late - timedelta(days=1), [late]) is None
    assert [each.gate for each in closed(lines_of(facts, late, BEFORE_KIT))] == []
