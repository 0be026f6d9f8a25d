"""The vault's answers: slots in the order of the list, kits that match, refusals that say nothing."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import psycopg
import pytest
from django.utils import timezone

from randomization.actions import take_up_answer
from randomization.states import State
from randomization.vault import kits_choosing
from randomization.vault.answering import answer, answer_waiting
from randomization.vault.database import Connection
from randomization.vault.sealing import Kit, SealBroken, open_kit
from screening.models import Participant
from tests.randomization.checks import used
from tests.randomization.conftest import Ask
from tests.randomization.factories import (
    ask_for_kit,
    given,
    load_list,
    make_participants,
    make_site,
    stratum_of,
    tampering,
)
from trialsite import clock, protocol
from trialsite.accounts.models import Site, User


def allocations(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "SELECT stratum, sequence, randno, participant FROM vault.allocation ORDER BY 1, 2"
    ).fetchall()


@pytest.mark.req("B3", "R7")
def test_numbers_follow_the_order_of_the_list_in_each_stratum(
    vault_db: Connection, ask: Ask, site: Site, investigator: User
) -> None:
    opened = load_list(vault_db)
    participants = make_participants(10, site, investigator)
    for participant in participants:
        given(vault_db, opened, ask(participant))
    for stratum in ("ILD", "NOILD"):
        numbers = [row[2] for row in allocations(vault_db) if row[0] == stratum]
        assert numbers == opened.order(stratum)[: len(numbers)]
        assert len(numbers) == sum(stratum_of(one.SUBJID) == stratum for one in participants)


@pytest.mark.req("R7")
def test_any_order_of_enrolment_uses_the_list_in_its_order(
    vault_db: Connection, ask: Ask, site: Site, investigator: User, owner: Connection
) -> None:
    opened = load_list(vault_db, per_stratum=8)
    participants = make_participants(16, site, investigator)
    requests = [ask(participant) for participant in participants]
    for seed in range(10):
        Random(seed).shuffle(requests)
        for request in requests:
            answer(vault_db, opened.key, request.id)
        rows = allocations(vault_db)
        for stratum in ("ILD", "NOILD"):
            asked = [one.participant_id for one in requests if one.stratum == stratum]
            assert [row[2:] for row in rows if row[0] == stratum] == list(
                zip(opened.order(stratum), asked, strict=False)
            )
        owner.execute("TRUNCATE vault.allocation, vault.dispensing")
        owner.execute("UPDATE randomization_kit SET state = 'STOCKED' WHERE state = 'GIVEN'")
        with tampering(owner, "randomization_treatmentrequest"):
            owner.execute(
                "UPDATE randomization_treatmentrequest SET state = 'WAITING', \"RANDNO\" = NULL,"
                ' "KITNO" = NULL, answered_at = NULL'
            )


@pytest.mark.req("B1")
def test_number_and_kit_come_together_and_the_kit_matches_the_slot(
    vault_db: Connection, ask: Ask, site: Site, investigator: User
) -> None:
    opened = load_list(vault_db)
    arms = set()
    for participant in make_participants(12, site, investigator):
        request = given(vault_db, opened, ask(participant))
        slot = opened.slot(request.RANDNO)
        assert opened.arm_of_kit(request.KITNO) == slot.arm
        assert request.stratum == slot.stratum
        arms.add(slot.arm)
    assert arms == set(protocol.ARMS)


@pytest.mark.req("B1")
def test_each_dose_has_a_kit_of_its_own_that_matches_the_slot(
    vault_db: Connection, ask: Ask, site: Site, investigator: User
) -> None:
    opened = load_list(vault_db)
    for participant in make_participants(4, site, investigator):
        first = given(vault_db, opened, ask(participant))
        arm = opened.slot(first.RANDNO).arm
        kits = {first.KITNO}
        for visit in protocol.DOSE_VISITS[1:]:
            request = given(vault_db, opened, ask_for_kit(participant, visit, investigator))
            assert request.RANDNO is None
            assert opened.arm_of_kit(request.KITNO) == arm
            kits.add(request.KITNO)
        assert len(kits) == len(protocol.DOSE_VISITS)


@pytest.mark.req("B1", "L4")
def test_kits_are_picked_at_random(vault_db: Connection, ask: Ask, site: Site, investigator: User) -> None:
    opened = load_list(vault_db, per_stratum=24)
    in_file = sorted(kit.KITNO for kit in opened.stock)
    places = [
        in_file.index(given(vault_db, opened, ask(participant)).KITNO or "")
        for participant in make_participants(24, site, investigator)
    ]
    assert places != sorted(places)
    assert max(places) > len(in_file) // 2  # first fit would stay among the first few


@pytest.mark.req("B3", "F7")
def test_answering_twice_changes_nothing(vault_db: Connection, ask: Ask, participant: Participant) -> None:
    opened = load_list(vault_db)
    request = given(vault_db, opened, ask(participant))
    before = allocations(vault_db), request.RANDNO, request.KITNO
    assert answer(vault_db, opened.key, request.id) is State.ANSWERED
    request.refresh_from_db()
    assert (allocations(vault_db), request.RANDNO, request.KITNO) == before


def test_an_unknown_request_is_no_error(vault_db: Connection) -> None:
    opened = load_list(vault_db)
    assert answer(vault_db, opened.key, uuid4()) is None


@pytest.mark.req("B5", "L11")
def test_swapped_rows_are_noticed_and_nothing_is_given_or_told(
    vault_db: Connection,
    ask: Ask,
    participant: Participant,
    owner: Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    opened = load_list(vault_db)
    request = ask(participant)
    one, other = opened.order(request.stratum)[:2]
    with tampering(owner, "vault.slot"):
        rows = owner.execute(
            "DELETE FROM vault.slot WHERE stratum = %s AND sequence <= 2 RETURNING sequence, sealed",
            [request.stratum],
        ).fetchall()
        for sequence, sealed in rows:
            owner.execute(
                "INSERT INTO vault.slot VALUES (%s, %s, %s)", [request.stratum, 3 - sequence, sealed]
            )
    with pytest.raises(SealBroken):
        answer(vault_db, opened.key, request.id)
    with caplog.at_level(logging.DEBUG):
        assert answer_waiting(vault_db, opened.key) == 0
    request.refresh_from_db()
    assert request.state == State.WAITING
    assert used(vault_db) == (0, 0)
    assert "SealBroken" in caplog.text
    assert not any(secret in caplog.text for secret in (*protocol.ARMS, one, other))


class Counted(psycopg.Cursor[Any]):
    """Notes the text of every statement."""

    seen: list[str] = []

    def execute(self, query: Any, *args: Any, **options: Any) -> "Counted":
        self.seen.append(str(query))
        return super().execute(query, *args, **options)


@pytest.fixture
def opened_kits() -> Iterator[list[str]]:
    """The kits that were opened."""
    opened: list[str] = []
    real = open_kit

    def noting(*args: Any, KITNO: str, **options: Any) -> Kit:
        opened.append(KITNO)
        return real(*args, KITNO=KITNO, **options)

    with patch.object(kits_choosing, "open_kit", noting):
        yield opened


@pytest.mark.req("L16")
def test_both_arms_take_the_same_statements_and_open_the_same_number_of_kits(
    vault_db: Connection, ask: Ask, site: Site, investigator: User, opened_kits: list[str]
) -> None:
    opened = load_list(vault_db)
    vault_db.cursor_factory = Counted
    seen: dict[str, set[tuple[str, ...]]] = {arm: set() for arm in protocol.ARMS}
    counts: list[int] = []
    for participant in make_participants(12, site, investigator):
        request = ask(participant)
        Counted.seen = []
        opened_kits.clear()
        request = given(vault_db, opened, request)
        seen[opened.slot(request.RANDNO).arm].add(tuple(Counted.seen))
        counts.append(len(opened_kits))
    assert seen[protocol.ARMS[0]] == seen[protocol.ARMS[1]]
    assert all(len(paths) == 1 for paths in seen.values())
    assert counts == [len(opened.stock) - answered for answered in range(12)]


def test_everything_that_waits_is_answered_oldest_first(
    vault_db: Connection, ask: Ask, site: Site, investigator: User
) -> None:
    opened = load_list(vault_db)
    requests = [ask(participant) for participant in make_participants(6, site, investigator)]
    told: list[UUID] = []
    assert answer_waiting(vault_db, opened.key, answered=told.append) == 6
    assert told == [request.id for request in requests]
    assert answer_waiting(vault_db, opened.key, answered=told.append) == 0


@pytest.mark.req("A1", "L9")
def test_history_names_the_vault_and_holds_no_arm(
    vault_db: Connection, ask: Ask, participant: Participant, owner: Connection
) -> None:
    opened = load_list(vault_db)
    request = take_up_answer(request_id=given(vault_db, opened, ask(participant)).id)
    rows = owner.execute(
        "SELECT actor, db_role, changes::text FROM audit.history"
        " WHERE \"table\" = 'randomization_treatmentrequest' AND row_id = %s ORDER BY id",
        [str(request.id)],
    ).fetchall()
    assert [row[:2] for row in rows] == [
        (request.asked_by.username, "trial_web"),
        ("system:vault", "trial_vault"),
        ("system:randomization", "trial_web"),
    ]
    assert not any(arm in row[2] for row in rows for arm in protocol.ARMS)


def test_a_request_holds_until_the_day_ends_at_the_site(
    ask: Ask, participant: Participant, site: Site
) -> None:
    with clock.set_to(datetime(2026, 3, 16, 22, 30, tzinfo=site.zone)):
        request = ask(participant)
    assert request.on == date(2026, 3, 16)
    assert abs(request.answer_by - timezone.now() - timedelta(minutes=90)) < timedelta(seconds=10)


def test_two_sites_share_the_list_of_a_stratum(
    vault_db: Connection, ask: Ask, participant: Participant, investigator: User
) -> None:
    other = make_site("02")
    opened = load_list(vault_db)
    elsewhere = make_participants(1, other, investigator)[0]
    first = given(vault_db, opened, ask(participant))
    with patch("randomization.actions.require"):
        second = given(vault_db, opened, ask(elsewhere))
    assert opened.order(first.stratum)[:2] == [first.RANDNO, second.RANDNO]
