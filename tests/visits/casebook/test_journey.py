"""The six steps from consent to the end, as a table."""

from dataclasses import replace
from datetime import date

import pytest

from screening.review_states import ReviewState
from visits.casebook.journey import Progress, StepState, steps

START = Progress(
    consent=date(2026, 3, 2),
    forms_done=1,
    forms_asked=18,
    review=None,
    number_asked=False,
    number="",
    day1=None,
    visits_over=0,
    visits=0,
    end_recorded=False,
)
SCREENED = replace(START, forms_done=18)
SUBMITTED = replace(SCREENED, review=ReviewState.SUBMITTED)
SIGNED = replace(SCREENED, review=ReviewState.SIGNED)
FAILED = replace(START, forms_done=5, review=ReviewState.SCREEN_FAILURE)
ASKED = replace(SIGNED, number_asked=True)
GIVEN = replace(SIGNED, number="R1042", day1=date(2026, 3, 16), visits=5)
# A correction after the number voids the signature; the participant stays in the trial.
VOIDED = replace(GIVEN, review=None, forms_done=17)
UNDER_WAY = replace(GIVEN, visits_over=2)
VISITED = replace(GIVEN, visits_over=5)
ENDED = replace(VISITED, end_recorded=True)


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        (START, "done now ahead ahead ahead ahead"),
        (SCREENED, "done done now ahead ahead ahead"),
        (SUBMITTED, "done done now ahead ahead ahead"),
        (FAILED, "done done stopped ahead ahead ahead"),
        (SIGNED, "done done done now ahead ahead"),
        (ASKED, "done done done now ahead ahead"),
        (GIVEN, "done done done done now ahead"),
        (VOIDED, "done done done done now ahead"),
        (UNDER_WAY, "done done done done now ahead"),
        (VISITED, "done done done done done now"),
        (ENDED, "done done done done done done"),
    ],
)
def test_the_steps_follow_the_table(progress: Progress, expected: str) -> None:
    assert [step.state.value for step in steps(progress)] == expected.split()


def test_at_most_one_step_is_the_present_one() -> None:
    for progress in (START, SCREENED, SUBMITTED, FAILED, SIGNED, ASKED, GIVEN, UNDER_WAY, VISITED, ENDED):
        assert [step.state for step in steps(progress)].count(StepState.NOW) <= 1


@pytest.mark.parametrize(
    ("progress", "step", "note"),
    [
        (START, 1, "1 of 18 forms"),
        (SCREENED, 2, "to be submitted"),
        (SUBMITTED, 2, "waiting for the investigator"),
        (FAILED, 2, "screening failure"),
        (SIGNED, 2, "signed"),
        (SIGNED, 3, "to be asked for"),
        (ASKED, 3, "waiting for the vault"),
        (GIVEN, 3, "R1042"),
        (UNDER_WAY, 4, "2 of 5 over"),
    ],
)
def test_a_step_says_what_it_waits_for(progress: Progress, step: int, note: str) -> None:
    assert steps(progress)[step].note == note
