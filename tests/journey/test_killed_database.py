"""Sessions of the database killed with -9 while numbers are asked for: what was acknowledged is there."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from contextlib import closing, suppress

import psycopg
import pytest

from tests.bench.browser import Person, hidden
from tests.real_stack import Stack, wait_for
from trialsite import environment

PARTICIPANTS = 6
READY_SECONDS = 60.0
LONGEST_ASKING_SECONDS = 0.15
_REQUESTS = """
SELECT count(*), count(DISTINCT r."RANDNO"), count(*) FILTER (WHERE state = 'TAKEN_UP')
FROM randomization_treatmentrequest r JOIN screening_participant p ON p.id = r.participant_id
WHERE kind = 'NUMBER' AND p."SUBJID" = ANY (%s)
"""


def signed(stack: Stack) -> list[str]:
    """Participants who wait for their number."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.signed", str(PARTICIPANTS)],
        env=stack.env | {"DJANGO_SETTINGS_MODULE": "trialsite.settings"},
        cwd=environment.ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def kill_a_session(stack: Stack, chance: random.Random) -> None:
    """kill -9 of one session of web, worker or vault; the server then throws all of them out and recovers."""
    with stack.connect() as owner:
        rows = owner.execute(
            "SELECT pid FROM pg_stat_activity WHERE usename IN ('trial_web', 'trial_vault')"
        ).fetchall()
    with suppress(ProcessLookupError, IndexError):  # it has ended meanwhile, or there is none
        os.kill(int(str(chance.choice(rows)[0])), signal.SIGKILL)


def ready(stack: Stack) -> bool:
    """Whether the database takes connections again."""
    try:
        stack.connect().close()
    except psycopg.OperationalError:
        return False
    return True


def ask(stack: Stack, investigator: Person, address: str, chance: random.Random) -> bool:
    """Ask on the page while a session is killed at some moment of it; whether it was acknowledged."""
    killer = threading.Timer(chance.random() * LONGEST_ASKING_SECONDS, kill_a_session, [stack, chance])
    killer.start()
    _, page = investigator.get(address)
    status, _ = investigator.post(f"{address}ask/", hidden(page))
    killer.join()
    return status == 302


@pytest.mark.req("F1", "F3", "D3")
def test_numbers_asked_for_while_sessions_are_killed_are_given_once_and_never_lost(
    stack: Stack, password: str
) -> None:
    chance = random.Random(2026)
    numbers = signed(stack)
    with closing(Person(stack.port)) as investigator:
        investigator.sign_in("investigator", password)
        ask_under_fire(stack, investigator, numbers, chance)
    assert stack.healthy()


def ask_under_fire(stack: Stack, investigator: Person, numbers: list[str], chance: random.Random) -> None:
    """Ask for every number, each three times while sessions are killed, and wait until all are given."""
    for SUBJID in numbers:
        address = f"/participants/{SUBJID}/number/"
        acknowledged = False
        for _ in range(3):
            acknowledged = ask(stack, investigator, address, chance) or acknowledged
            wait_for(lambda: ready(stack), "the database", seconds=READY_SECONDS)
            with stack.connect() as owner:
                count = owner.execute(_REQUESTS, [[SUBJID]]).fetchone()
            assert count is not None
            assert int(str(count[0])) <= 1
            if acknowledged:
                assert count[0] == 1, "an acknowledged request is gone"
        investigator.post(f"{address}ask/", hidden(investigator.get(address)[1]))
    stack.restart("beat")  # sweeps up what was asked when nobody could hear it
    try:
        wait_for(lambda: all_given(stack, investigator, numbers), "every number")
    finally:
        stack.kill("beat")


def all_given(stack: Stack, investigator: Person, numbers: list[str]) -> bool:
    """Whether each participant has one number, and no number is there twice; the open pages ask for it."""
    for SUBJID in numbers:
        investigator.get(f"/participants/{SUBJID}/number/")
    with stack.connect() as owner:
        row = owner.execute(_REQUESTS, [numbers]).fetchone()
    return row == (len(numbers), len(numbers), len(numbers))
