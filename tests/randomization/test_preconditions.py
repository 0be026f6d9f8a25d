"""Consent, criteria, signature, number: the whole way by the real actions, and each step left out."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from randomization.actions import request_number, take_up_answer
from randomization.models import TreatmentRequest
from randomization.policies import NotYet
from randomization.states import State
from randomization.vault.answering import answer_waiting
from randomization.vault.database import Connection
from screening.actions import submit_for_review
from screening.models import Participant
from tests.randomization.factories import OpenList
from tests.screening.example import EXAMPLE
from tests.screening.factories import (
    Cast,
    correct,
    eligible_participant,
    make_cast,
    registered,
    sign,
    signed_participant,
)
from trialsite import clock
from trialsite.accounts.models import Site

PLANNED = date(2026, 3, 16)
LAST_STEROID = [EXAMPLE["GC"]["RECORDS"][0], EXAMPLE["GC"]["RECORDS"][1] | {"CMENDTC": "2026-03-15"}]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def site(cast: Cast) -> Site:
    """The site of the cast: it gets the kits."""
    return cast.site


def at(day: date) -> Any:
    """Noon of a day at the site."""
    return clock.set_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


@pytest.mark.req("B2")
def test_a_signed_participant_gets_a_number_on_the_planned_day(
    vault_db: Connection, opened: OpenList, cast: Cast
) -> None:
    with at(PLANNED):
        participant, _ = signed_participant(cast)
        request = request_number(participant=participant, by=cast.investigator)
        assert request.stratum == "ILD"
        answer_waiting(vault_db, opened.key)
        request = take_up_answer(request_id=request.pk)
    assert opened.order("ILD")[0] == request.RANDNO
    participant.refresh_from_db()
    assert participant.day1 == PLANNED


def not_even_screened(cast: Cast) -> Participant:
    return registered(cast.coordinator, cast.site)


def not_submitted(cast: Cast) -> Participant:
    return eligible_participant(cast.coordinator, cast.site)


def not_signed(cast: Cast) -> Participant:
    participant = not_submitted(cast)
    submit_for_review(by=cast.coordinator, participant=participant)
    return participant


def changed_after_signing(cast: Cast) -> Participant:
    participant, _ = signed_participant(cast)
    correct(cast.coordinator, participant, "LB", PLAT="60")
    return participant


def no_longer_eligible_after_signing(cast: Cast) -> Participant:
    participant, _ = signed_participant(cast)
    correct(cast.coordinator, participant, "LB", PLAT="40")
    return participant


@pytest.mark.req("B2")
@pytest.mark.parametrize(
    "left_out",
    [
        not_even_screened,
        not_submitted,
        not_signed,
        changed_after_signing,
        no_longer_eligible_after_signing,
    ],
)
def test_without_one_of_the_steps_nothing_is_asked_and_no_slot_is_used(
    vault_db: Connection, opened: OpenList, cast: Cast, left_out: Callable[[Cast], Participant]
) -> None:
    with at(PLANNED):
        participant = left_out(cast)
        with pytest.raises(NotYet):
            request_number(participant=participant, by=cast.investigator)
    assert not TreatmentRequest.objects.exists()
    answer_waiting(vault_db, opened.key)
    assert vault_db.execute("SELECT count(*) FROM vault.allocation").fetchone() == (0,)


@pytest.mark.req("B2")
def test_eligibility_is_computed_again_for_the_actual_day(cast: Cast) -> None:
    changes = {"GC.RECORDS": LAST_STEROID}
    with at(PLANNED):
        participant, _ = signed_participant(cast, changes)
    with at(date(2026, 3, 18)), pytest.raises(NotYet, match="IN04"):
        request_number(participant=participant, by=cast.investigator)
    # The signature was for another day: it is void, on the planned day too, until it is given anew.
    with at(PLANNED):
        with pytest.raises(NotYet, match="No investigator's signature"):
            request_number(participant=participant, by=cast.investigator)
        submit_for_review(by=cast.coordinator, participant=participant)
        sign(cast.investigator, participant)
        assert request_number(participant=participant, by=cast.investigator).state == State.WAITING


@pytest.mark.req("B2", "E2")
def test_a_correction_withdraws_what_waits_and_a_new_signature_allows_asking_again(
    vault_db: Connection, opened: OpenList, cast: Cast
) -> None:
    with at(PLANNED):
        participant, _ = signed_participant(cast)
        first = request_number(participant=participant, by=cast.investigator)
        correct(cast.coordinator, participant, "LB", PLAT="60")
        first.refresh_from_db()
        assert first.state == State.WITHDRAWN
        answer_waiting(vault_db, opened.key)
        assert vault_db.execute("SELECT count(*) FROM vault.allocation").fetchone() == (0,)

        submit_for_review(by=cast.coordinator, participant=participant)
        sign(cast.investigator, participant)
        again = request_number(participant=participant, by=cast.investigator)
        assert (again.pk, again.attempt) == (first.pk, 2)
        answer_waiting(vault_db, opened.key)
    again.refresh_from_db()
    assert (again.state, again.RANDNO) == (State.ANSWERED, opened.order("ILD")[0])


@pytest.mark.req("B3", "E2")
def test_a_correction_after_the_answer_takes_no_number_back(
    vault_db: Connection, opened: OpenList, cast: Cast
) -> None:
    with at(PLANNED):
        participant, review = signed_participant(cast)
        request = request_number(participant=participant, by=cast.investigator)
        answer_waiting(vault_db, opened.key)
        correct(cast.coordinator, participant, "LB", PLAT="60")
        request = take_up_answer(request_id=request.pk)
    review.refresh_from_db()
    assert review.voided_at is not None
    assert (request.state, request.RANDNO) == (State.TAKEN_UP, opened.order("ILD")[0])


@pytest.mark.req("B2")
def test_a_corrected_stratum_does_not_change_the_one_that_was_used(
    vault_db: Connection, opened: OpenList, cast: Cast
) -> None:
    with at(PLANNED):
        participant, _ = signed_participant(cast)
        request = request_number(participant=participant, by=cast.investigator)
        answer_waiting(vault_db, opened.key)
        take_up_answer(request_id=request.pk)
        correct(cast.coordinator, participant, "DC", ILDYN="N")
        again = request_number(participant=participant, by=cast.investigator)
    assert (again.pk, again.stratum, again.RANDNO) == (request.pk, "ILD", opened.order("ILD")[0])
