"""Killed at any statement, asked twice at once: on record or not at all, shown once or not at all."""

import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from randomization.unblinding.actions import show_treatment
from randomization.unblinding.models import UnblindingAnswer, UnblindingDisclosure, UnblindingRequest
from randomization.unblinding.policies import UnblindingRefused
from randomization.vault import keys
from randomization.vault.database import Connection
from randomization.vault.disclosing import disclose, disclose_waiting
from screening.models import Participant
from tests.randomization.factories import OpenList, make_person
from tests.randomization.processes import (
    at_once,
    connect_as_vault,
    fork,
    running_vault,
    start_vault,
    wait_until,
)
from tests.randomization.processes import kill as kill_process
from tests.randomization.test_killed_vault import Mortal
from tests.randomization.unblinding.conftest import AskFor, arm_of, key_for
from tests.randomization.unblinding.test_disclosing import ask
from trialsite.accounts.models import Role, Site, User
from visits.models import Notice


def disclose_and_die(key: keys.VaultKey, statement: int, before: bool) -> None:
    Mortal.dies_at, Mortal.before = statement, before
    disclose_waiting(connect_as_vault(cursor_factory=Mortal), key)


@pytest.mark.req("F1", "U2", "D3")
@pytest.mark.parametrize("before", [True, False])
def test_a_vault_killed_at_any_statement_answers_all_or_nothing_and_the_next_one_answers(
    vault_db: Connection, opened: OpenList, randomized: Participant, ask_for: AskFor, before: bool
) -> None:
    request = ask_for(randomized)
    for statement in range(1, 50):
        process = fork(disclose_and_die, opened.key, statement, before)
        process.join()
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        assert not UnblindingAnswer.objects.exists()
    assert statement > 4
    assert UnblindingAnswer.objects.count() == 1
    shown = show_treatment(by=request.asked_by, request_id=request.id, key=key_for(request.id))
    assert shown == arm_of(randomized, opened)


def die_at(statement: int) -> None:
    """Kill this process at a statement that Django sends."""
    count = 0

    def mortal(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    connection.execute_wrappers.append(mortal)


def ask_and_die(participant: Participant, by: User, statement: int) -> None:
    die_at(statement)
    ask(participant, by)


@pytest.mark.req("F1", "U2", "D3")
def test_a_web_process_killed_while_asking_leaves_the_request_with_its_notices_or_nothing(
    opened: OpenList, randomized: Participant, investigator: User, data_manager: User
) -> None:
    for statement in range(1, 80):
        process = fork(ask_and_die, randomized, investigator, statement)
        process.join()
        if process.exitcode == 0:
            break
        assert not UnblindingRequest.objects.exists()
        assert not Notice.objects.exists()
    assert statement > 3
    assert UnblindingRequest.objects.count() == 1
    assert Notice.objects.filter(address=data_manager.email).count() == 1


def show_and_die(request: UnblindingRequest, statement: int) -> None:
    die_at(statement)
    show_treatment(by=request.asked_by, request_id=request.pk, key=key_for(request.pk))


@pytest.mark.req("F1", "U2")
def test_a_web_process_killed_while_showing_has_shown_nothing_or_left_it_on_record(
    vault_db: Connection, opened: OpenList, randomized: Participant, ask_for: AskFor
) -> None:
    request = ask_for(randomized)
    disclose(vault_db, opened.key, request.id)
    for statement in range(1, 80):
        process = fork(show_and_die, request, statement)
        process.join()
        if process.exitcode == 0:
            break
        assert not UnblindingDisclosure.objects.exists()  # killed before the commit: it can be shown still
    assert statement > 3
    assert UnblindingDisclosure.objects.count() == 1
    with pytest.raises(UnblindingRefused, match="shown already"):
        show_treatment(by=request.asked_by, request_id=request.pk, key=key_for(request.pk))


@pytest.mark.req("F4", "U2")
def test_of_many_who_open_one_answer_at_the_same_moment_one_sees_it(
    vault_db: Connection, opened: OpenList, randomized: Participant, ask_for: AskFor
) -> None:
    request = ask_for(randomized)
    disclose(vault_db, opened.key, request.id)
    seen = multiprocessing.get_context("fork").Value("i", 0)

    def look(_: int) -> None:
        try:
            show_treatment(by=request.asked_by, request_id=request.pk, key=key_for(request.pk))
        except UnblindingRefused:
            return
        with seen.get_lock():
            seen.value += 1

    at_once(look, [(place,) for place in range(6)])
    assert seen.value == 1
    assert UnblindingDisclosure.objects.count() == 1


def ask_as(participant: Participant, by: User) -> None:
    ask(participant, by)


@pytest.mark.req("F4", "U2")
def test_two_people_who_unblind_one_participant_at_once_are_both_on_record_and_both_answered(
    vault_db: Connection, opened: OpenList, randomized: Participant, site: Site, investigator: User
) -> None:
    people = [investigator, make_person(Role.INVESTIGATOR, site)]
    at_once(ask_as, [(randomized, by) for by in people])
    assert {each.asked_by for each in UnblindingRequest.objects.all()} == set(people)
    assert disclose_waiting(vault_db, opened.key) == 2
    arms = {
        show_treatment(by=each.asked_by, request_id=each.pk, key=key_for(each.pk))
        for each in UnblindingRequest.objects.all()
    }
    assert arms == {arm_of(randomized, opened)}


@pytest.mark.req("F4")
def test_vaults_working_side_by_side_answer_once(
    vault_db: Connection, opened: OpenList, randomized: Participant, ask_for: AskFor
) -> None:
    requests = [ask_for(randomized) for _ in range(5)]

    def work(_: int) -> None:
        disclose_waiting(connect_as_vault(), opened.key)

    at_once(work, [(place,) for place in range(4)])
    assert UnblindingAnswer.objects.count() == 5
    for each in requests:
        assert show_treatment(by=each.asked_by, request_id=each.pk, key=key_for(each.pk))


@pytest.mark.req("U1", "F1", "O3")
def test_the_real_vault_answers_within_seconds_also_after_it_was_killed(
    vault_db: Connection,
    opened: OpenList,
    key_file: Path,
    broker: str,
    randomized: Participant,
    ask_for: AskFor,
) -> None:
    process = start_vault(key_file, broker)
    kill_process(process)
    first = ask_for(randomized)
    with running_vault(key_file, broker):
        wait_until(lambda: UnblindingAnswer.objects.filter(request=first).exists(), "the answer")
        second = ask_for(randomized)
        wait_until(lambda: UnblindingAnswer.objects.filter(request=second).exists(), "the answer", seconds=10)
    for each in (first, second):
        shown = show_treatment(by=each.asked_by, request_id=each.pk, key=key_for(each.pk))
        assert shown == arm_of(randomized, opened)
