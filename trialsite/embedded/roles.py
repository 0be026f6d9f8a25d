"""The three database roles and the database, made by an account that may make them.

Never in migrations: a migration runs as `trial_owner`, which may not make roles.
"""

import psycopg
from psycopg import sql

from trialsite import environment

OWNER = "trial_owner"
WEB = "trial_web"
VAULT = "trial_vault"
ROLES = (OWNER, WEB, VAULT)


def password(role: str) -> str:
    """The password of a role: made at first use in development, DATABASE_PASSWORD_WEB etc. in production."""
    name = role.removeprefix("trial_")
    if environment.development():
        return environment.generated(f"database_{name}")
    return environment.required(f"DATABASE_PASSWORD_{name.upper()}", f"the password to give to {role}")


def passwords() -> dict[str, str]:
    """The passwords of all roles."""
    return {role: password(role) for role in ROLES}


def prepare(administrator: dict[str, str], database: str, *, passwords: dict[str, str]) -> None:
    """Make the roles and the database where they are missing, and set the passwords.

    Running it again changes nothing else. What each role may do in the database is said by `migrate`.

    Raises psycopg.Error when the account may not make roles.
    """
    with psycopg.connect(**administrator, autocommit=True) as connection:  # type: ignore[arg-type]
        connection.execute("SELECT pg_advisory_lock(hashtext('edc.prepare_database'))")
        for role in ROLES:
            name = sql.Identifier(role)
            found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOINHERIT").format(name))
            rights = "CREATEDB" if role == OWNER else "NOCREATEDB"  # the owner makes the test databases
            connection.execute(
                sql.SQL("ALTER ROLE {} LOGIN {} PASSWORD {}").format(
                    name, sql.SQL(rights), sql.Literal(passwords[role])
                )
            )
        named = sql.Identifier(database)
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if not found:
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(named, sql.Identifier(OWNER)))
