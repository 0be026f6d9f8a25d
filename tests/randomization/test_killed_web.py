"""The web process killed at every statement of asking and taking up: all or nothing, asked again once."""

import os
import signal
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from randomization.actions import request_number, take_up_answer
from randomization.models import TreatmentRequest
from randomization.states import State
from randomization.vault.answering import answer_waiting
from randomization.vault.database import Connection
from screening.models import Participant
from tests.randomization.checks import assert_invariants
from tests.randomization.factories import OpenList, make_participants
from tests.randomization.processes import at_once, fork, wait_until
from trialsite.accounts.models import Site, User
from trialsite.audit.reading import history_of

# Storms of processes come one after the other: together they would ask for more sessions than there are.
pytestmark = pytest.mark.xdist_group("storms")
# More statements than either way has.
MOST = 80


def dying(at: int, *, before: bool) -> Callable[..., Any]:
    """A wrapper of Django's cursor that kills the process before or after the statement with this number."""
    count = 0

    def execute(run: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal count
        count += 1
        if count == at and before:
            os.kill(os.getpid(), signal.SIGKILL)
        result = run(*arguments)
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return execute


def ask_and_die(participant: UUID, investigator: int, at: int, before: bool) -> None:
    who = User.objects.get(pk=investigator)
    whom = Participant.objects.select_related("site").get(pk=participant)
    with connection.execute_wrapper(dying(at, before=before)):
        request_number(participant=whom, by=who)


def take_up_and_die(request: UUID, at: int, before: bool) -> None:
    with connection.execute_wrapper(dying(at, before=before)):
        take_up_answer(request_id=request)


def free(vault: Connection, table: str) -> bool:
    """Whether the server has given up every session that held a row of the table."""
    row = vault.execute(
        "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database"
        " WHERE datname = current_database() AND relation = %s::regclass AND mode LIKE 'Row%%'"
        " AND pid <> pg_backend_pid())",
        [table],
    ).fetchone()
    return row == (False,)


@pytest.mark.req("F1", "D3", "F7")
@pytest.mark.parametrize("before", [True, False])
def test_killed_while_asking_there_is_a_whole_request_or_none_and_asking_again_makes_one(
    vault_db: Connection, opened: OpenList, site: Site, investigator: User, before: bool
) -> None:
    (participant,) = make_participants(1, site, investigator)
    for at in range(1, MOST):
        process = fork(ask_and_die, participant.pk, investigator.pk, at, before)
        process.join()
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        wait_until(lambda: free(vault_db, "screening_participant"), "the end of the killed session")
        # What was committed is whole: it can be answered. What was not is not there.
        assert set(TreatmentRequest.objects.values_list("state", "attempt")) <= {(State.WAITING, 1)}
    assert at > 5
    request = request_number(participant=participant, by=investigator)
    assert TreatmentRequest.objects.get() == request
    made = [
        change for change in history_of(TreatmentRequest._meta.db_table, str(request.pk)) if change.op == "I"
    ]
    assert len({change.at for change in made}) == 1
    answer_waiting(vault_db, opened.key)
    assert_invariants(vault_db, opened)


@pytest.mark.req("F1", "D3")
@pytest.mark.parametrize("before", [True, False])
def test_killed_while_taking_up_the_participant_has_the_whole_answer_or_nothing_of_it(
    vault_db: Connection, opened: OpenList, participant: Participant, investigator: User, before: bool
) -> None:
    request = request_number(participant=participant, by=investigator)
    answer_waiting(vault_db, opened.key)
    for at in range(1, MOST):
        process = fork(take_up_and_die, request.pk, at, before)
        process.join()
        if process.exitcode == 0:
            break
        wait_until(lambda: free(vault_db, "screening_participant"), "the end of the killed session")
        participant.refresh_from_db()
        request.refresh_from_db()
        whole = (request.state == State.TAKEN_UP, bool(participant.RANDNO), participant.visits.count())
        assert whole in [(False, False, 0), (True, True, 5)]
    assert at > 5
    participant.refresh_from_db()
    request.refresh_from_db()
    assert (participant.RANDNO, request.state) == (request.RANDNO, State.TAKEN_UP)
    given = history_of("screening_participant", str(participant.pk), columns=["RANDNO"])
    assert [change.new for change in given if change.new] == [request.RANDNO]
    assert_invariants(vault_db, opened)


@pytest.mark.req("F4", "F7")
def test_two_people_on_one_participant_two_hundred_times(
    vault_db: Connection, opened: OpenList, site: Site, investigator: User
) -> None:
    participants = make_participants(20, site, investigator)
    for round_ in range(20):
        pair = participants[round_ // 2 * 2 : round_ // 2 * 2 + 2]
        asked = [(participant.pk, investigator.pk, MOST + 1, True) for participant in pair for _ in range(5)]
        at_once(ask_and_die, asked)
        assert TreatmentRequest.objects.filter(participant__in=pair).count() == 2
    answer_waiting(vault_db, opened.key)
    assert TreatmentRequest.objects.filter(state=State.ANSWERED).count() == 20
    assert_invariants(vault_db, opened)
