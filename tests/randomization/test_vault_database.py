"""What the database itself holds: who may see the list, what can never change, and which moves there are."""

import re
import subprocess
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg import errors

from randomization.actions import request_number, take_up_answer
from randomization.list_file import ListProblem, SealedSlot, commitment
from randomization.models import TreatmentRequest
from randomization.vault.answering import answer
from randomization.vault.database import Connection
from randomization.vault.loading import load
from randomization.vault.sealing import SEALED_LENGTH
from screening.models import Participant
from tests.randomization.factories import LOADER, OpenList, make_list, make_participants
from trialsite import protocol
from trialsite.accounts.models import Site, User
from trialsite.embedded import binaries, places

TABLES = ("list", "stratum", "slot", "allocation", "dispensing", "kit_list", "sealed_kit")
REQUESTS = "randomization_treatmentrequest"


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
    assert {row[0] for row in rows} == {
        REQUESTS,
        "accounts_membership",
        "accounts_site",
        "randomization_finalapproval",
        "randomization_finalarm",
        "randomization_finalunblinding",
        "randomization_handedinlist",
        "randomization_kit",
        "randomization_kitmove",
        "randomization_kitreport",
        "randomization_shipment",
        "randomization_unblindinganswer",
        "randomization_unblindingrequest",
    }
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
    column = {"list": "head", "kit_list": "head", "slot": "sealed", "sealed_kit": "sealed"}.get(table)
    column = column or ("kitno" if table == "dispensing" else "stratum")
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
        with pytest.raises(ListProblem, match="given already"):
            load(connection, make_list().sealed, loader=LOADER)


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
    broken = replace(made, slots=(*made.slots, made.slots[0]))
    with pytest.raises(errors.UniqueViolation):
        load(vault_db, broken, loader=LOADER)
    for table in TABLES:
        assert vault_db.execute(f"SELECT count(*) FROM vault.{table}").fetchone() == (0,)
    load(vault_db, made, loader=LOADER)


@pytest.mark.req("B5")
def test_the_commitment_can_be_computed_again_from_the_database(
    vault_db: Connection, opened: OpenList
) -> None:
    slots = vault_db.execute("SELECT stratum, sequence, sealed FROM vault.slot").fetchall()
    row = vault_db.execute("SELECT head, commitment FROM vault.list").fetchone()
    assert row
    assert row[1] == commitment(row[0], [SealedSlot(*slot) for slot in slots])


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
    assert len(sealed) == len(opened.slots) + len(opened.stock)
    # No two rows share a piece in the same place, so that nothing can be sorted by arm.
    pieces = [(place, row[place : place + 16]) for row in sealed for place in range(0, len(row), 16)]
    assert len(set(pieces)) == len(pieces)
    ungiven = [
        slot.RANDNO for slot in opened.slots if not TreatmentRequest.objects.filter(RANDNO=slot.RANDNO)
    ]
    assert ungiven
    assert not any(number in said for number in ungiven)
