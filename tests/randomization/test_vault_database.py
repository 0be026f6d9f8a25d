"""What the database itself holds: who may see the list, what can never change, and which moves there are."""

import re
import subprocess
from collections.abc import Callable
from itertools import product
from typing import Any

import psycopg
import pytest
from psycopg import errors

from randomization.actions import request_number, take_up_answer, withdraw_requests
from randomization.models import TreatmentRequest
from randomization.states import MOVES, NOT_ASKED, OF_THE_VAULT, Refusal, State
from randomization.vault import sealed_list
from randomization.vault.answering import answer, answer_waiting
from randomization.vault.database import Connection
from randomization.vault.loading import load
from randomization.vault.sealed_list import ListProblem
from randomization.vault.sealing import SEALED_LENGTH
from screening.models import Participant
from tests.randomization.factories import OpenList, load_list, make_list, make_participants, tampering
from trialsite import environment, protocol
from trialsite.accounts.models import Site, User
from trialsite.embedded import binaries, places

TABLES = ("list", "stratum", "slot", "kit", "allocation", "dispensing")
REQUESTS = "randomization_treatmentrequest"


@pytest.fixture
def opened(vault_db: Connection) -> OpenList:
    return load_list(vault_db)


@pytest.fixture
def answered(
    vault_db: Connection, opened: OpenList, participant: Participant, investigator: User
) -> TreatmentRequest:
    request = request_number(participant=participant, by=investigator)
    answer(vault_db, opened.key, request.id)
    request.refresh_from_db()
    return request


@pytest.mark.req("B1", "B4", "B6")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement", ["SELECT 1 FROM {}", "DELETE FROM {}", "TRUNCATE {}", "LOCK TABLE {}", "COPY {} TO STDOUT"]
)
def test_the_web_role_is_refused_everything_in_the_vault(
    web_db: psycopg.Connection[Any], table: str, statement: str
) -> None:
    with web_db.transaction(force_rollback=True), pytest.raises(errors.InsufficientPrivilege):
        web_db.execute(statement.format(f"vault.{table}"))


@pytest.mark.req("B1", "B4")
def test_the_web_role_cannot_become_another_or_learn_the_list_from_statistics(
    web_db: psycopg.Connection[Any], answered: TreatmentRequest, owner: Connection
) -> None:
    for role in ("trial_vault", "trial_owner"):
        with pytest.raises(errors.InsufficientPrivilege):
            web_db.execute(f"SET ROLE {role}")
    owner.execute("ANALYZE")
    assert web_db.execute("SELECT 1 FROM pg_stats WHERE schemaname = 'vault'").fetchone() is None
    owned = web_db.execute("SELECT has_schema_privilege('vault', 'USAGE, CREATE')").fetchone()
    assert owned == (False,)


@pytest.mark.req("B1")
def test_nobody_but_the_vault_has_any_right_in_its_schema(owner: Connection) -> None:
    rows = owner.execute(
        "SELECT DISTINCT grantee::regrole::text FROM pg_class, aclexplode(relacl)"
        " WHERE relnamespace = 'vault'::regnamespace"
        " UNION SELECT DISTINCT grantee::regrole::text FROM pg_namespace, aclexplode(nspacl)"
        " WHERE nspname = 'vault'"
        " UNION SELECT DISTINCT grantee::regrole::text FROM pg_proc, aclexplode(proacl)"
        " WHERE pronamespace = 'vault'::regnamespace"
    ).fetchall()
    assert {row[0] for row in rows} == {"trial_owner", "trial_vault"}


@pytest.mark.req("P1", "B1")
def test_the_vault_sees_requests_and_nothing_else_of_the_study(
    vault_db: Connection, owner: Connection
) -> None:
    rows = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND (has_table_privilege('trial_vault', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')"
        " OR has_any_column_privilege('trial_vault', oid, 'SELECT, INSERT, UPDATE'))"
    ).fetchall()
    assert [row[0] for row in rows] == [REQUESTS]
    with pytest.raises(errors.InsufficientPrivilege):
        vault_db.execute(f"SELECT asked_by_id FROM {REQUESTS}")
    for statement in (f"DELETE FROM {REQUESTS}", f"UPDATE {REQUESTS} SET stratum = 'ILD'"):
        with pytest.raises(errors.InsufficientPrivilege):
            vault_db.execute(statement)


@pytest.mark.req("B3", "B5")
@pytest.mark.parametrize("table", TABLES)
def test_rows_of_the_vault_are_never_changed_or_removed(
    vault_db: Connection, owner: Connection, answered: TreatmentRequest, table: str
) -> None:
    column = {"list": "commitment", "allocation": "stratum", "dispensing": "kitno"}.get(table, "sealed")
    column = "stratum" if table == "stratum" else column
    for statement in (f"UPDATE vault.{table} SET {column} = {column}", f"DELETE FROM vault.{table}"):
        with pytest.raises(errors.IntegrityConstraintViolation):
            owner.execute(statement)
        with pytest.raises((errors.IntegrityConstraintViolation, errors.InsufficientPrivilege)):
            vault_db.execute(statement)
    with pytest.raises(errors.InsufficientPrivilege):
        vault_db.execute(f"TRUNCATE vault.{table}")


@pytest.mark.req("B3")
def test_a_slot_can_be_neither_skipped_nor_given_twice(
    vault_db: Connection, answered: TreatmentRequest, site: Site, investigator: User
) -> None:
    row = vault_db.execute("SELECT stratum, sequence FROM vault.allocation").fetchone()
    assert row == (answered.stratum, 1)
    insert = (
        "INSERT INTO vault.allocation (request_id, stratum, sequence, participant, randno)"
        " VALUES (%s, %s, %s, gen_random_uuid(), 'R0')"
    )
    other = next(stratum.code for stratum in protocol.STRATA if stratum.code != answered.stratum)
    second = make_second_request(site, investigator)
    for stratum, sequence, refusal in (
        (answered.stratum, 1, errors.UniqueViolation),
        (answered.stratum, 3, errors.ForeignKeyViolation),
        (other, 2, errors.ForeignKeyViolation),
        (answered.stratum, 0, errors.ForeignKeyViolation),
    ):
        with pytest.raises(refusal):
            vault_db.execute(insert, [second.id, stratum, sequence])


def make_second_request(site: Site, investigator: User) -> TreatmentRequest:
    participant = make_participants(2, site, investigator, start=2)[1]
    return request_number(participant=participant, by=investigator)


@pytest.mark.req("B5")
def test_a_second_list_is_refused_before_and_after_first_use(
    vault_db: Connection, owner: Connection, answered: TreatmentRequest
) -> None:
    for connection in (vault_db, owner):
        with pytest.raises(ListProblem, match="loaded already"):
            load(connection, make_list().sealed)


@pytest.mark.req("B5")
def test_no_slot_is_added_to_a_loaded_list(vault_db: Connection, opened: OpenList) -> None:
    for statement in (
        "INSERT INTO vault.slot VALUES ('ILD', 1000, %s)",
        "INSERT INTO vault.stratum VALUES ('NEW', octet_length(%s))",
    ):
        with pytest.raises(errors.IntegrityConstraintViolation):
            vault_db.execute(statement, [bytes(SEALED_LENGTH)])


@pytest.mark.req("B5")
def test_a_load_that_fails_leaves_nothing_behind(vault_db: Connection) -> None:
    made = make_list().sealed
    broken = sealed_list.SealedList(
        made.list_id, made.trial, made.made_at, made.public_key, made.slots, (*made.kits, made.kits[0])
    )
    with pytest.raises(errors.UniqueViolation):
        load(vault_db, broken)
    for table in TABLES:
        assert vault_db.execute(f"SELECT count(*) FROM vault.{table}").fetchone() == (0,)
    load(vault_db, made)


@pytest.mark.req("B5")
def test_the_commitment_can_be_computed_again_from_the_database(
    vault_db: Connection, opened: OpenList
) -> None:
    slots = vault_db.execute("SELECT stratum, sequence, sealed FROM vault.slot").fetchall()
    kits = vault_db.execute("SELECT kitno, site, sealed FROM vault.kit").fetchall()
    row = vault_db.execute("SELECT id, commitment FROM vault.list").fetchone()
    assert row
    assert row[1] == sealed_list.commitment(
        row[0],
        [sealed_list.SealedSlot(*slot) for slot in slots],
        [sealed_list.SealedKit(*kit) for kit in kits],
    )


def dump(connection: Connection) -> str:
    """The whole database as its owner's pg_dump writes it."""
    info = connection.info
    done = subprocess.run(
        [binaries.directory(places.unprivileged()) / "pg_dump", "--no-password"],
        env={
            "PGHOST": info.host,
            "PGPORT": str(info.port),
            "PGUSER": info.user,
            "PGPASSWORD": info.password,
            "PGDATABASE": info.dbname,
        },
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


@pytest.mark.req("B6", "B7", "L15", "L9")
def test_a_dump_holds_no_arm_in_readable_form_and_no_equality_between_equal_arms(
    vault_db: Connection, owner: Connection, opened: OpenList, site: Site, investigator: User
) -> None:
    for participant in make_participants(8, site, investigator):
        request = request_number(participant=participant, by=investigator)
        answer(vault_db, opened.key, request.id)
        take_up_answer(request_id=request.id)
    said = dump(owner)
    assert "COPY vault.allocation" in said
    for arm in protocol.ARMS:
        for spelling in (arm, arm.encode().hex()):
            assert spelling.lower() not in said.lower()
    sealed = re.findall(rf"\\\\x([0-9a-f]{{{2 * SEALED_LENGTH}}})(?=\s)", said)
    assert len(sealed) == len(opened.slots) + len(opened.kits)
    # No two rows share a piece in the same place, so that nothing can be sorted by arm.
    pieces = [(place, row[place : place + 16]) for row in sealed for place in range(0, len(row), 16)]
    assert len(set(pieces)) == len(pieces)
    ungiven = [
        slot.RANDNO for slot in opened.slots if not TreatmentRequest.objects.filter(RANDNO=slot.RANDNO)
    ]
    assert ungiven
    assert not any(number in said for number in ungiven)


# The moves between states: the table in Python and the trigger say the same.

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
            with tampering(owner, "vault.kit"):
                owner.execute("UPDATE vault.kit SET site = '99'")
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
