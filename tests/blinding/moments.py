"""A database whose clock and random keys repeat.

Every look at the clock in our own functions and defaults becomes a tick of a sequence, and so does
gen_random_uuid(). The order of events stays as it is, and one look more or less moves every later time.
Statements that Python sends get the time as a value.
"""

import re
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import sql

from tests.blinding.chance import MOMENT, Moments

_CLOCK = re.compile(r"\b(?:pg_catalog\.)?(?:clock_timestamp|statement_timestamp|now)\(\)", re.IGNORECASE)
# What Python asks comes after all that the database has written, however often that looked at its clock.
_AHEAD = timedelta(minutes=2)
_KEY = re.compile(r"\bgen_random_uuid\(\)")

_INSTALL = """
CREATE SCHEMA blinding;
CREATE SEQUENCE blinding.tick;
CREATE FUNCTION blinding.moment() RETURNS timestamptz LANGUAGE sql VOLATILE SECURITY DEFINER AS
    $$ SELECT timestamptz '{moment}' + nextval('blinding.tick') * interval '100 microseconds' $$;
CREATE FUNCTION blinding.key() RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER AS
    $$ SELECT md5('key ' || nextval('blinding.tick'))::uuid $$;
GRANT USAGE ON SCHEMA blinding TO trial_web, trial_vault;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA blinding TO trial_web, trial_vault;
"""
_FUNCTIONS = """
SELECT pg_get_functiondef(pg_proc.oid) FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
WHERE nspname IN ('public', 'audit', 'vault') AND prosrc ~* '(clock_timestamp|statement_timestamp|now)[(][)]'
"""
_DEFAULTS = """
SELECT nspname, relname, attname, pg_get_expr(adbin, adrelid) FROM pg_attrdef
JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
JOIN pg_class ON pg_class.oid = adrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname IN ('public', 'audit', 'vault') AND attgenerated = ''
    AND pg_get_expr(adbin, adrelid) ~* '(clock_timestamp|statement_timestamp|now)[(][)]'
"""
_TABLES = """
SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND nspname IN ('public', 'audit', 'vault')
"""


def install(owner: psycopg.Connection[Any]) -> None:
    """Replace the clock in every function and default of the database; needs its owner.

    Nor does the server clean up or count rows by its own clock: in what order rows without an order come, and
    so which keys they get, would differ between any two runs of a large world.
    """
    _run(owner, _INSTALL.format(moment=MOMENT.isoformat()))
    for schema, table in owner.execute(_TABLES).fetchall():
        name = sql.Identifier(schema, table)
        owner.execute(sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = false)").format(name))
    for (definition,) in owner.execute(_FUNCTIONS).fetchall():
        _run(owner, _CLOCK.sub("blinding.moment()", definition))
    for schema, table, column, default in owner.execute(_DEFAULTS).fetchall():
        owner.execute(
            sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}").format(
                sql.Identifier(schema, table),
                sql.Identifier(column),
                sql.SQL(_CLOCK.sub("blinding.moment()", default)),
            )
        )


def _run(owner: psycopg.Connection[Any], statements: str) -> None:
    owner.execute(statements.encode())


def timed(statement: str, moments: Moments) -> str:
    """A statement that Python sends, with the time as a value and keys that repeat."""
    if _CLOCK.search(statement):
        present = moments.now() + _AHEAD
        statement = _CLOCK.sub(f"timestamptz '{present.isoformat()}'", statement)
    return _KEY.sub("blinding.key()", statement)


def cursor_class(moments: Moments) -> type[psycopg.Cursor[Any]]:
    """Cursors for the vault's own connection."""

    class Timed(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
            return super().execute(timed(query, moments) if isinstance(query, str) else query, params, **how)

    return Timed
