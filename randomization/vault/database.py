"""The vault's own connection: plain psycopg, under the vault's own login."""

import psycopg
from django.db import connection as django_connection
from psycopg.rows import TupleRow

VAULT_ROLE = "trial_vault"
OWNER_ROLE = "trial_owner"
Connection = psycopg.Connection[TupleRow]

# Milliseconds. The vault never hangs on somebody else's lock: the request waits and is tried again.
TIMEOUTS = {
    "lock_timeout": 5_000,
    "statement_timeout": 60_000,
    "idle_in_transaction_session_timeout": 60_000,
}


class WrongRole(Exception):
    """This process is not connected under a role that may do this. The message says which may."""


def connect(*, roles: tuple[str, ...] = (VAULT_ROLE,)) -> Connection:
    """A new connection in autocommit mode, to the database of the settings.

    Raises WrongRole unless its login is one of `roles`, psycopg.OperationalError when the server is away.
    """
    where = django_connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    connection: Connection = psycopg.connect(**where, autocommit=True)
    try:
        _prepare(connection, roles)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: Connection, roles: tuple[str, ...]) -> None:
    if connection.info.user not in roles:
        raise WrongRole(f"This works under the role {' or '.join(roles)} only; set DATABASE_ROLE=vault.")
    for name, value in TIMEOUTS.items():
        connection.execute("SELECT set_config(%s, %s, false)", [name, str(value)])


def say_who(connection: Connection) -> None:
    """Name the vault as the author for the history triggers, until the end of the transaction."""
    connection.execute(
        "SELECT set_config('edc.actor', 'system:vault', true), set_config('edc.role', 'vault', true),"
        " set_config('edc.reason', '', true)"
    )
