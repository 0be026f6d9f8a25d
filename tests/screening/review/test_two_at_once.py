"""Two people at once: one of them decides, the other finds the decision."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

from screening.actions import sign_eligibility, submit_for_review
from screening.case import case_of
from screening.models import EligibilityReview, Participant
from screening.policies import ReviewRefused
from screening.review_states import LIVE
from tests.real_stack import wait_for
from tests.screening.factories import (
    Cast,
    correct,
    eligible_participant,
    hash_now,
    make_cast,
    password_given,
    sign,
)
from trialsite.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = """
SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE NOT granted AND datname = current_database()
"""


def waiting(owner: psycopg.Connection[Any]) -> tuple[int, ...] | None:
    """How many sessions wait for a lock. A transaction keeps its first look at the sessions, unless told."""
    owner.execute("SELECT pg_stat_clear_snapshot()")
    return owner.execute(WAITING).fetchone()


@contextmanager
def started_together(
    owner: psycopg.Connection[Any], participant: Participant, *acts: Callable[[], Any]
) -> Iterator[list[Future[Any]]]:
    """Run every act in a thread of its own; all of them are inside the database before any can go on."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        with owner.transaction():
            owner.execute(
                "SELECT FROM screening_participant WHERE id = %s FOR NO KEY UPDATE", [participant.pk]
            )
            running = [pool.submit(run, act) for act in acts]
            wait_for(lambda: waiting(owner) == (len(acts),), "waiting for the participant")
        yield running


def submitted(cast: Cast) -> Participant:
    participant = eligible_participant(cast.coordinator, cast.site)
    submit_for_review(by=cast.coordinator, participant=participant)
    return participant


def signing(by: User, participant: Participant) -> Callable[[], EligibilityReview]:
    seen = hash_now(participant)
    return lambda: sign_eligibility(by=by, participant=participant, password=password_given, seen_hash=seen)


@pytest.mark.req("F4", "E2")
def test_of_two_investigators_who_sign_at_once_one_signs(owner: psycopg.Connection[Any]) -> None:
    cast = make_cast()
    participant = submitted(cast)
    acts = [signing(each, participant) for each in (cast.investigator, cast.second_investigator)]
    with started_together(owner, participant, *acts) as running:
        failures = [each.exception() for each in running]
    assert [type(failure) for failure in failures if failure] == [ReviewRefused]
    review = EligibilityReview.objects.get()
    winner = (cast.investigator, cast.second_investigator)[failures.index(None)]
    assert (review.state, review.signed_by) == ("signed", winner)


@pytest.mark.req("F4", "F9")
def test_a_correction_and_a_signature_at_once_leave_no_signature_on_changed_data(
    owner: psycopg.Connection[Any],
) -> None:
    cast = make_cast()
    participant = submitted(cast)
    acts = (
        lambda: correct(cast.coordinator, participant, "VS", WEIGHT="61"),
        signing(cast.investigator, participant),
    )
    with started_together(owner, participant, *acts) as running:
        saved, signed = (each.exception() for each in running)
    assert saved is None
    assert signed is None or isinstance(signed, ReviewRefused)
    assert not EligibilityReview.objects.filter(state__in=LIVE).exists()
    assert case_of(participant).review is None


@pytest.mark.req("F4", "F7")
def test_a_submission_pressed_twice_is_one(owner: psycopg.Connection[Any]) -> None:
    cast = make_cast()
    participant = eligible_participant(cast.coordinator, cast.site)
    acts = [lambda: submit_for_review(by=cast.coordinator, participant=participant)] * 2
    with started_together(owner, participant, *acts) as running:
        failures = [each.exception() for each in running]
    assert [type(failure) for failure in failures if failure] == [ReviewRefused]
    assert EligibilityReview.objects.get().state == "submitted"
    assert sign(cast.investigator, participant).state == "signed"
