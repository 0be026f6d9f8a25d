"""How this process reaches PostgreSQL: one alias, one role a process."""

from typing import Any
from urllib.parse import unquote, urlsplit

import environ

from trialsite import environment
from trialsite.embedded import postgres, roles

# Connections are kept: opening one costs as much as saving a form.
KEPT = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
ADMINISTRATOR = "administrator"


def default() -> dict[str, Any]:
    """Django's settings of the one alias.

    Production: DATABASE_URL as it stands, with DATABASE_PASSWORD when the address holds none; its account
    must be the role of this process.
    Development: the embedded server, or the server of DATABASE_URL, under a role with a generated password.
    """
    role = environment.role()
    given = environment.value("DATABASE_URL")
    if not environment.development():
        return _of_production(given or environment.required("DATABASE_URL", "the PostgreSQL server"), role)
    login = (
        {}
        if role == ADMINISTRATOR
        else {"USER": f"trial_{role}", "PASSWORD": roles.password(f"trial_{role}")}
    )
    return {**(_parsed(given) if given else _embedded()), **login, **KEPT}


def administrator() -> dict[str, str]:
    """What the account of DATABASE_URL connects with to make roles and database."""
    given = default()
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    options = {key: str(option) for key, option in given.get("OPTIONS", {}).items()}
    return options | {key: str(given[name]) for key, name in named.items() if given.get(name)}


def _of_production(url: str, role: str) -> dict[str, Any]:
    user = unquote(urlsplit(url).username or "")
    if role != ADMINISTRATOR and user != f"trial_{role}":
        environment.refuse(f"DATABASE_URL logs in as '{user}', but DATABASE_ROLE asks for 'trial_{role}'.")
    parsed = _parsed(url)
    return {**parsed, "PASSWORD": parsed.get("PASSWORD") or environment.value("DATABASE_PASSWORD"), **KEPT}


def _embedded() -> dict[str, Any]:
    where = postgres.parameters("", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": where["dbname"],
        "HOST": where["host"],
        "PORT": where["port"],
    }


def _parsed(url: str) -> dict[str, Any]:
    parsed = environ.Env.db_url_config(url)
    if parsed.get("ENGINE") != "django.db.backends.postgresql" or not parsed.get("NAME"):
        environment.refuse("DATABASE_URL must read postgres://user:password@host:port/database.")
    return dict(parsed)
