"""The moves between the states of a request: table, trigger and diagram say the same."""

from collections.abc import Callable
from itertools import product
from typing import Any

import psycopg
import pytest
from psycopg import errors

from randomization.actions import request_number, take_up_answer, withdraw_requests
from randomization.models import TreatmentRequest
from randomization.states import MOVES, NOT_ASKED, OF_THE_VAULT, Refusal, State
from randomization.vault.answering import answer, answer_waiting
from randomization.vault.database import Connection
from screening.models import Participant
from tests.randomization.factories import OpenList, make_participants
from trialsite import environment
from trialsite.accounts.models import Site, User

REQUESTS = "randomization_treatmentrequest"


@pytest.fixture
def answered(
    vault_db: Connection, opened: OpenList, participant: Participant, investigator: User
) -> TreatmentRequest:
    request = request_number(participant=participant, by=investigator)
    answer(vault_db, opened.key, request.id)
    request.refresh_from_db()
    return request


Make = Callable[[State], TreatmentRequest]


@pytest.fixture
def make_in(
    vault_db: Connection, owner: Connection, opened: OpenList, participant: Participant, investigator: User
) -> Make:
    def make(state: State) -> TreatmentRequest:
        request = request_number(participant=participant, by=investigator)
        if state == State.WITHDRAWN:
            withdraw_requests(participant=participant)
        elif state == State.REFUSED:
            owner.execute("UPDATE randomization_kit SET state = 'MISSING'")
            answer_waiting(vault_db, opened.key)
        elif state != State.WAITING:
            answer_waiting(vault_db, opened.key)
        if state == State.TAKEN_UP:
            take_up_answer(request_id=request.id)
        request.refresh_from_db()
        assert request.state == state
        return request

    return make


def set_state(
    connection: psycopg.Connection[Any], request: TreatmentRequest, state: State, numbers: tuple[str, str]
) -> None:
    given = state in (State.ANSWERED, State.TAKEN_UP)
    kept = request.RANDNO is not None
    with connection.transaction():
        connection.execute("SELECT set_config('edc.actor', 'system:tests', true)")
        connection.execute(
            f'UPDATE {REQUESTS} SET state = %s, "RANDNO" = %s, "KITNO" = %s, refusal = %s, answered_at = %s'
            + (", taken_up_at = %s" if connection.info.user != "trial_vault" else "")
            + " WHERE id = %s",
            [
                state,
                (request.RANDNO if kept else numbers[0]) if given else None,
                (request.KITNO if kept else numbers[1]) if given else None,
                Refusal.NOT_AVAILABLE if state == State.REFUSED else "",
                request.asked_at if given or state == State.REFUSED else None,
                *(
                    [request.asked_at if state == State.TAKEN_UP else None]
                    if connection.info.user != "trial_vault"
                    else []
                ),
                request.id,
            ],
        )


@pytest.mark.req("B2", "A4")
@pytest.mark.parametrize("start", State)
def test_the_database_allows_the_moves_of_the_table_to_the_role_that_makes_them_and_no_other(
    make_in: Make,
    vault_db: Connection,
    web_db: psycopg.Connection[Any],
    owner: Connection,
    start: State,
) -> None:
    request = make_in(start)
    allowed = set()
    for end, (role, connection) in product(State, {"vault": vault_db, "web": web_db}.items()):
        try:
            with connection.transaction(force_rollback=True):
                set_state(connection, request, end, ("R00000", "K00000"))
        except (errors.IntegrityConstraintViolation, errors.InsufficientPrivilege):
            continue
        allowed.add((end, role))
    expected = {
        (end, "vault" if verb in OF_THE_VAULT else "web")
        for (state, verb), end in MOVES.items()
        if state == start
    }
    assert allowed == expected


@pytest.mark.req("B1", "A4")
def test_the_web_role_cannot_write_an_answer_of_its_own(
    make_in: Make, web_db: psycopg.Connection[Any], answered: TreatmentRequest
) -> None:
    change = f'UPDATE {REQUESTS} SET state = \'TAKEN_UP\', taken_up_at = now(), "RANDNO" = %s, "KITNO" = %s'
    web_db.execute("SELECT set_config('edc.actor', 'system:tests', false)")
    for numbers in (("R00000", answered.KITNO), (answered.RANDNO, "K00000")):
        with pytest.raises(errors.IntegrityConstraintViolation, match="keeps its"):
            web_db.execute(change, numbers)
    with pytest.raises(errors.InsufficientPrivilege):
        web_db.execute(f"DELETE FROM {REQUESTS}")


@pytest.mark.req("B1")
def test_the_web_role_cannot_lend_a_request_to_another_participant_site_or_stratum(
    make_in: Make, web_db: psycopg.Connection[Any], site: Site, investigator: User
) -> None:
    request = make_in(State.WITHDRAWN)
    other = make_participants(1, site, investigator, start=2)[0]
    web_db.execute("SELECT set_config('edc.actor', 'system:tests', false)")
    for change, value in (("participant_id", other.pk), ('"SITEID"', "02"), ("kind", "KIT"), ("visit", "W2")):
        with pytest.raises(errors.IntegrityConstraintViolation, match="keeps its"):
            web_db.execute(
                f"UPDATE {REQUESTS} SET state = 'WAITING', {change} = %s WHERE id = %s", [value, request.pk]
            )


def test_a_request_begins_by_asking() -> None:
    assert {end for (state, _), end in MOVES.items() if state == NOT_ASKED} == {State.WAITING}


def test_the_diagram_in_the_decision_record_shows_the_moves_of_the_table() -> None:
    record = (environment.ROOT / "docs" / "adr" / "0005-sealed-arm.md").read_text()
    drawn = record.partition("```mermaid\n")[2].partition("```")[0].splitlines()
    arrows = [
        f"{'[*]' if start == NOT_ASKED else start} --> {end}: {verb}"
        + (" (vault)" if verb in OF_THE_VAULT else "")
        for (start, verb), end in MOVES.items()
    ]
    assert drawn == ["stateDiagram-v2", *(f"    {arrow}" for arrow in arrows)]
