"""Checks that look at other forms of the participant."""

from datetime import date
from decimal import Decimal

import pytest

from tests.screening.factories import Cast, correct, eligible_participant, make_cast, registered
from trialsite.crf.actions import mark_not_done
from trialsite.crf.checking import context_of
from trialsite.crf.forms import form_by_code


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_after_screening_the_weight_is_compared_with_the_screening_weight(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    form = form_by_code("VS")
    assert context_of(form, participant, "W2")["BASELINE"]["WEIGHT"].value == Decimal(58)
    assert context_of(form, participant, "S")["BASELINE"] == {}


def test_dates_of_the_illness_are_compared_with_the_date_of_screening(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    form = form_by_code("DC")
    assert form.context_for(participant, "S") == {}
    participant = eligible_participant(cast.coordinator, cast.site)
    assert form.context_for(participant, "S") == {"SCRNDTC": date(2026, 3, 2)}


def test_blood_gases_are_expected_of_participants_with_ild_at_the_scheduled_visits(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    form = form_by_code("OX")
    assert form.context_for(participant, "W4") == {"ILDYN": "Y"}
    assert form.context_for(participant, "W2") == {}


def test_rapid_progression_is_compared_with_lung_function_and_gases_of_the_visit(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    form = form_by_code("RP")
    assert form.context_for(participant, "S") == {}
    participant = eligible_participant(cast.coordinator, cast.site)
    assert form.context_for(participant, "S") == {
        "FVCPP": Decimal("74.2"),
        "DLCOPP": Decimal("55.1"),
        "PAO2": Decimal(82),
    }


@pytest.mark.req("B2")
def test_consent_cannot_be_moved_behind_the_first_procedure(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    form = form_by_code("DS")
    assert form.context_for(participant, "S") == {"FIRST_PROCEDURE": None}
    participant = eligible_participant(cast.coordinator, cast.site)
    correct(cast.coordinator, participant, "LB", LBDTC="2026-03-03")
    assert form.context_for(participant, "S") == {"FIRST_PROCEDURE": date(2026, 3, 2)}


def test_a_form_that_was_marked_not_done_says_nothing_to_other_forms(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    for form in ("VS", "DC"):
        mark_not_done(
            by=cast.coordinator, participant=participant, form=form, visit="S", version=1, reason="not done"
        )
    assert context_of(form_by_code("VS"), participant, "W2")["BASELINE"] == {}
    assert form_by_code("OX").context_for(participant, "W4") == {}
