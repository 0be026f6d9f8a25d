"""The vault's own connection: plain psycopg, under the vault's own login."""

import psycopg
from django.conf import settings
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
    database = settings.DATABASES["default"]
    given = {
        "host": database.get("HOST"),
        "port": database.get("PORT"),
        "dbname": database["NAME"],
        "user": database.get("USER"),
        "password": database.get("PASSWORD"),
    }
    connection = psycopg.connect(
        autocommit=True,
        application_name="edc vault",
        options=" ".join(f"-c {name}={value}" for name, value in TIMEOUTS.items()),
        **{name: value for name, value in given.items() if value},
    )
    found = connection.execute("SELECT session_user::text").fetchone()
    if found is None or found[0] not in roles:
        connection.close()
        raise WrongRole(
            f"This works under the database role {' or '.join(roles)} only; set DATABASE_ROLE=vault."
        )
    return connection
