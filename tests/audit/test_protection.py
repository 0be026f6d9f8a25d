"""Nobody who works with the application, and not even the owner of the tables, changes history (A4)."""

from typing import Any

import psycopg
import pytest

from trialsite.accounts.models import Site

CHANGES = [
    "UPDATE audit.{} SET at = now()",
    "DELETE FROM audit.{}",
    "TRUNCATE audit.{}",
]
TABLES = ["history", "event", "anchor"]
OFF = [
    "INSERT INTO audit.history SELECT * FROM audit.history",
    "INSERT INTO audit.event (actor, what, address, details) VALUES ('x', 'signed in', '', '{}')",
    "INSERT INTO audit.anchor (number, until_id, lines, hash) VALUES (1, 1, 1, sha256(''))",
    "ALTER TABLE accounts_site DISABLE TRIGGER history",
    "ALTER TABLE accounts_site DISABLE TRIGGER ALL",
    "DROP TRIGGER history ON accounts_site",
    "DROP TABLE audit.history",
    "ALTER TABLE audit.history DISABLE TRIGGER append_only",
    "SET session_replication_role = replica",
    "SELECT setval('audit.line_id', 1)",
    "SELECT nextval('audit.line_id')",
    "CREATE OR REPLACE FUNCTION audit.actor() RETURNS text LANGUAGE sql AS 'SELECT ''x'''",
    "ALTER FUNCTION audit.record_change() OWNER TO trial_web",
    "SELECT audit.watch('accounts_site', 'code', '{name}')",
    "SET ROLE trial_owner",
    "SET SESSION AUTHORIZATION trial_owner",
    "TRUNCATE accounts_site CASCADE",
]
FORBIDDEN = [change.format(table) for change in CHANGES for table in TABLES] + OFF

pytestmark = pytest.mark.req("A4")


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_web_role_cannot_change_history_or_get_around_it(
    web_db: psycopg.Connection[Any], statement: str
) -> None:
    web_db.execute("SELECT set_config('edc.actor', 'system:tests', false)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web_db.execute(statement)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_vaults_role_cannot_either(vault_db: psycopg.Connection[Any], statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        vault_db.execute(statement)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", CHANGES)
def test_the_owner_of_the_tables_is_stopped_by_their_triggers(
    owner: psycopg.Connection[Any], site: Site, change: str, table: str
) -> None:
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="added to, never changed"):
        owner.execute(change.format(table))


def test_the_web_role_reads_history(web_db: psycopg.Connection[Any], site: Site) -> None:
    assert web_db.execute("SELECT count(*) > 0 FROM audit.history").fetchone() == (True,)


def test_a_function_of_somebody_else_is_never_called_in_the_place_of_the_own(
    owner: psycopg.Connection[Any],
) -> None:
    found = owner.execute(
        "SELECT proname, prosecdef, proconfig FROM pg_proc WHERE pronamespace = 'audit'::regnamespace"
    ).fetchall()
    assert {name for name, definer, _ in found if definer} == {
        "record_change",
        "record_event",
        "write_anchor",
    }
    assert all(any(one.startswith("search_path=pg_catalog") for one in config) for _, _, config in found)
