"""The vault killed at every statement and at random moments: every request is answered exactly once."""

import os
import random
import signal
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from randomization.actions import request_number
from randomization.models import TreatmentRequest
from randomization.states import State
from randomization.vault import keys
from randomization.vault.answering import answer_waiting
from randomization.vault.database import Connection
from screening.models import Participant
from tests.randomization.checks import assert_invariants
from tests.randomization.factories import OpenList, ask_for_kit, make_participants
from tests.randomization.processes import connect_as_vault, fork, running_vault, start_vault, wait_until
from tests.randomization.processes import kill as kill_process
from trialsite.accounts.models import Site, User

# Storms of processes come one after the other: together they would ask for more sessions than there are.
pytestmark = pytest.mark.xdist_group("storms")


class Mortal(psycopg.Cursor[Any]):
    """Kills its own process before or after the statement with a given number."""

    dies_at = 0
    before = True
    count = 0

    def execute(self, *args: Any, **options: Any) -> "Mortal":
        Mortal.count += 1
        if Mortal.count == self.dies_at and self.before:
            os.kill(os.getpid(), signal.SIGKILL)
        result = super().execute(*args, **options)
        if Mortal.count == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def answer_and_die(key: keys.VaultKey, statement: int, before: bool) -> None:
    Mortal.dies_at, Mortal.before = statement, before
    answer_waiting(connect_as_vault(cursor_factory=Mortal), key)


def counts(connection: Connection) -> tuple[Any, ...] | None:
    return connection.execute(
        "SELECT (SELECT count(*) FROM vault.allocation), (SELECT count(*) FROM vault.dispensing),"
        " (SELECT count(*) FROM randomization_treatmentrequest WHERE state = 'WAITING')"
    ).fetchone()


@pytest.mark.req("F1", "D3")
@pytest.mark.parametrize("kind", ["number", "kit"])
@pytest.mark.parametrize("before", [True, False])
def test_killed_at_any_statement_nothing_is_half_done(
    vault_db: Connection,
    opened: OpenList,
    participant: Participant,
    investigator: User,
    kind: str,
    before: bool,
) -> None:
    request = request_number(participant=participant, by=investigator)
    if kind == "kit":
        answer_waiting(vault_db, opened.key)
        request = ask_for_kit(participant, "W2", investigator)
    untouched = counts(vault_db)
    for statement in range(1, 100):
        process = fork(answer_and_die, opened.key, statement, before)
        process.join()
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        wait_until(lambda: not is_locked(vault_db, request), "the end of the killed session")
        assert counts(vault_db) == untouched
    assert statement > 5  # the path has more statements than that, and each was tried
    request.refresh_from_db()
    assert request.state == State.ANSWERED
    assert_invariants(vault_db, opened)


def is_locked(connection: Connection, request: TreatmentRequest) -> bool:
    """Whether a session that the server has not yet given up still holds the row."""
    with connection.transaction():
        free = connection.execute(
            "SELECT id FROM randomization_treatmentrequest WHERE id = %s FOR UPDATE SKIP LOCKED", [request.id]
        ).fetchone()
    return free is None


def answer_until_killed(key: keys.VaultKey) -> None:
    connection = connect_as_vault()
    while True:
        answer_waiting(connection, key)


@pytest.mark.req("F1", "D3")
def test_killed_at_random_moments_every_request_is_answered_once(
    vault_db: Connection, opened: OpenList, site: Site, investigator: User
) -> None:
    chance = random.Random(2026)
    for participant in make_participants(40, site, investigator):
        request_number(participant=participant, by=investigator)
    kills = 0
    while left := waiting():
        process = fork(answer_until_killed, opened.key)
        enough = max(0, left - chance.randint(1, 4))
        wait_until(partial(at_most_waiting, enough), "the next answers")
        process.kill()  # somewhere in the middle of the one after
        process.join()
        kills += 1
    assert kills >= 10
    assert TreatmentRequest.objects.filter(state=State.ANSWERED).count() == 40
    assert_invariants(vault_db, opened)


def waiting() -> int:
    return TreatmentRequest.objects.filter(state=State.WAITING).count()


def at_most_waiting(count: int) -> bool:
    return waiting() <= count


@pytest.mark.req("F1", "O3")
def test_the_real_process_killed_and_started_again_answers_what_waits(
    vault_db: Connection, opened: OpenList, key_file: Path, broker: str, site: Site, investigator: User
) -> None:
    participants = make_participants(16, site, investigator)
    asked = iter(participants)
    for _ in range(2):
        process = start_vault(key_file, broker)
        for _ in range(8):
            request_number(participant=next(asked), by=investigator)
        # Killed in the middle of its work: some are answered, others wait.
        wait_until(partial(at_most_waiting, max(0, waiting() - 1)), "a first answer")
        kill_process(process)
    with running_vault(key_file, broker):
        wait_until(lambda: waiting() == 0, "every answer")
    assert TreatmentRequest.objects.filter(state=State.ANSWERED).count() == 16
    assert_invariants(vault_db, opened)
