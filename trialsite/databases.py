"""How this process reaches PostgreSQL: one alias, one role a process."""

from typing import Any
from urllib.parse import unquote, urlsplit

import environ

from trialsite import environment
from trialsite.embedded import postgres, roles

# Connections are kept: opening one costs as much as saving a form.
KEPT = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}


def default() -> dict[str, Any]:
    """Django's settings of the one alias.

    Production: DATABASE_URL as it stands; its account must be the role of this process.
    Development: the embedded server, or the server of DATABASE_URL, under a role with a generated password.
    """
    role = f"trial_{environment.role()}"
    given = environment.value("DATABASE_URL")
    if not environment.development():
        given = given or environment.required("DATABASE_URL", "the PostgreSQL of this process")
        if (user := unquote(urlsplit(given).username or "")) != role:
            environment.refuse(f"DATABASE_URL logs in as '{user}', but DATABASE_ROLE asks for '{role}'.")
        return {**_parsed(given), **KEPT}
    if given:
        return {**_parsed(given), **KEPT, "USER": role, "PASSWORD": roles.password(role)}
    where = postgres.parameters(role, roles.password(role))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": where["dbname"],
        "USER": where["user"],
        "PASSWORD": where["password"],
        "HOST": where["host"],
        "PORT": where["port"],
        **KEPT,
    }


def administrator() -> dict[str, str]:
    """What the account of DATABASE_URL connects with when it is to make roles and database (development)."""
    given = _parsed(environment.required("DATABASE_URL", "the account that makes roles and database"))
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    return {key: str(given[name]) for key, name in named.items() if given.get(name)} | {"dbname": "postgres"}


def _parsed(url: str) -> dict[str, Any]:
    parsed = environ.Env.db_url_config(url)
    if parsed.get("ENGINE") != "django.db.backends.postgresql" or not parsed.get("NAME"):
        environment.refuse("DATABASE_URL must read postgres://user:password@host:port/database.")
    return dict(parsed)
