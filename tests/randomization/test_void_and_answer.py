"""Eligibility voided at the moment of the answer: either no slot is used, or the number is seen."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from typing import Any, TypeVar
from unittest.mock import Mock, patch

import pytest
from django.db import connection

from randomization import actions
from randomization.actions import request_number, take_up_answer, withdraw_requests
from randomization.models import TreatmentRequest
from randomization.policies import NotYet
from randomization.signals import number_given
from randomization.states import State
from randomization.vault import answering
from randomization.vault.answering import answer
from randomization.vault.database import Connection
from screening.models import Participant
from screening.signals import eligibility_voided
from tests.randomization.checks import assert_invariants
from tests.randomization.factories import TESTS, OpenList, make_participants
from tests.randomization.processes import blocked, connect_as_vault, wait_until
from trialsite.accounts.models import Site, User
from trialsite.audit.context import acting

T = TypeVar("T")


@pytest.fixture
def aside() -> Iterator[Callable[..., Future[Any]]]:
    """Does something in another thread, on database connections of its own."""

    def work(what: Callable[..., T], *args: Any, **options: Any) -> T:
        try:
            return what(*args, **options)
        finally:
            connection.close()

    with ThreadPoolExecutor() as threads:
        yield lambda what, *args, **options: threads.submit(work, what, *args, **options)


def answer_alone(opened: OpenList, request: TreatmentRequest) -> State | None:
    with connect_as_vault() as own:
        return answer(own, opened.key, request.id)


@contextmanager
def voiding(participant: Participant) -> Iterator[None]:
    """A transaction that has voided eligibility and not yet committed."""
    with acting(TESTS):
        eligibility_voided.send(sender=Participant, participant=participant, reason="DM.BRTHDTC was changed.")
        yield


Aside = Callable[..., "Future[Any]"]


@pytest.mark.req("B2")
def test_voided_before_the_answer_no_slot_is_used(
    vault_db: Connection, opened: OpenList, participant: Participant, investigator: User, aside: Aside
) -> None:
    request = request_number(participant=participant, by=investigator)
    with voiding(participant):
        answering_now = aside(answer_alone, opened, request)
        wait_until(lambda: blocked(vault_db), "the vault waiting for the row")
    assert answering_now.result() is State.WITHDRAWN
    assert vault_db.execute("SELECT count(*) FROM vault.allocation").fetchone() == (0,)
    assert_invariants(vault_db, opened)


@pytest.mark.req("B2")
def test_answered_before_the_void_the_number_stands_and_is_seen(
    vault_db: Connection, opened: OpenList, participant: Participant, investigator: User, aside: Aside
) -> None:
    request = request_number(participant=participant, by=investigator)
    go_on = Event()
    real = answering._give

    def slowly(*args: Any) -> Any:
        assert go_on.wait(30)
        return real(*args)

    def void() -> State:
        with voiding(participant):
            return State(TreatmentRequest.objects.get().state)

    with patch.object(answering, "_give", slowly):
        answering_now = aside(answer_alone, opened, request)
        wait_until(lambda: in_transaction(vault_db), "the vault holding the row")
        voiding_now = aside(void)
        wait_until(lambda: blocked(vault_db), "the void waiting for the row")
        go_on.set()
        assert answering_now.result() is State.ANSWERED
        assert voiding_now.result() is State.ANSWERED
    assert take_up_answer(request_id=request.id).state == State.TAKEN_UP
    assert_invariants(vault_db, opened)


def in_transaction(of: Connection) -> bool:
    """Whether another session of the vault is inside a transaction."""
    row = of.execute(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
        " AND usename = 'trial_vault' AND state = 'idle in transaction' AND pid <> pg_backend_pid())"
    ).fetchone()
    return row == (True,)


@pytest.mark.req("B2")
def test_a_request_made_during_the_void_is_refused(
    vault_db: Connection, participant: Participant, investigator: User, aside: Aside
) -> None:
    verdict = Mock(return_value=None)
    with patch.object(actions, "number_refusal", verdict):
        with voiding(participant):
            asking = aside(request_number, participant=participant, by=investigator)
            wait_until(lambda: blocked(vault_db), "the request waiting for the participant")
            verdict.return_value = "Eligibility was voided."
        with pytest.raises(NotYet, match="voided"):
            asking.result()
    assert not TreatmentRequest.objects.exists()


@pytest.mark.req("B2")
def test_a_void_during_the_request_withdraws_it(
    vault_db: Connection, participant: Participant, investigator: User, aside: Aside
) -> None:
    with acting(TESTS):
        request = request_number(participant=participant, by=investigator)
        withdrawing = aside(withdraw_requests, participant=participant)
        wait_until(lambda: blocked(vault_db), "the void waiting for the participant")
    withdrawing.result()
    request.refresh_from_db()
    assert request.state == State.WITHDRAWN


@pytest.mark.req("B2", "F1")
def test_thirty_races_end_with_a_slot_used_or_the_request_withdrawn_and_never_both(
    vault_db: Connection, opened: OpenList, site: Site, investigator: User, aside: Aside
) -> None:
    for participant in make_participants(30, site, investigator):
        request = request_number(participant=participant, by=investigator)
        line = Barrier(2)

        def void(participant: Participant = participant, line: Barrier = line) -> None:
            line.wait()
            withdraw_requests(participant=participant)

        def give(request: TreatmentRequest = request, line: Barrier = line) -> State | None:
            line.wait()
            return answer_alone(opened, request)

        voided, gave = aside(void), aside(give)
        voided.result()
        state = gave.result()
        request.refresh_from_db()
        assert state == request.state
        assert state in (State.ANSWERED, State.WITHDRAWN)
    assert_invariants(vault_db, opened)


@pytest.mark.req("F4")
def test_taking_up_twice_at_once_tells_the_rooms_above_once(
    vault_db: Connection, opened: OpenList, participant: Participant, investigator: User, aside: Aside
) -> None:
    request = request_number(participant=participant, by=investigator)
    answer(vault_db, opened.key, request.id)
    told = Mock()
    with patch.object(number_given, "send", told):
        for taking in [aside(take_up_answer, request_id=request.id) for _ in range(6)]:
            assert taking.result().state == State.TAKEN_UP
    assert told.call_count == 1
    participant.refresh_from_db()
    request.refresh_from_db()
    assert participant.day1 == request.on
    assert participant.RANDNO == request.RANDNO
