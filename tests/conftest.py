"""The database of the tests: made and migrated as trial_owner, used as trial_web, as in production."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from trialsite.embedded import roles

pytest_plugins = ["tests.browser", "tests.cast", "tests.real_stack", "tests.trace"]

TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'audit', 'vault')"
Table = tuple[str, str]


def pytest_configure() -> None:
    """What differs from development in the process of the tests itself; `stack` runs the real thing."""
    settings.CELERY_BROKER_URL = "memory://"  # nobody takes these up
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 is slow on purpose


def _log_in_as(role: str) -> None:
    connection.close()
    connection.settings_dict.update(USER=role, PASSWORD=roles.password(role))


def _connect(role: str) -> psycopg.Connection[Any]:
    where = connection.settings_dict
    return psycopg.connect(
        host=where["HOST"],
        port=where["PORT"],
        dbname=where["NAME"],
        user=role,
        password=roles.password(role),
        autocommit=True,
    )


def _with_rows(owner: psycopg.Connection[Any]) -> set[Table]:
    """The tables that are not empty."""
    tables: list[Table] = owner.execute(TABLES).fetchall()
    asked = [
        sql.SQL("SELECT {}, {} WHERE EXISTS (SELECT FROM {})").format(*table, sql.Identifier(*table))
        for table in tables
    ]
    return set(owner.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall())


def _replace_flush(filled_by_migrations: set[Table]) -> None:
    """After a transactional test Django truncates as the web role, which may not; the owner does it here."""

    def empty_tables(case: TransactionTestCase) -> None:
        with _connect(roles.OWNER) as owner:
            if used := _with_rows(owner) - filled_by_migrations:
                names = sql.SQL(", ").join(sql.Identifier(*table) for table in used)
                guarded = [sql.Identifier(*table) for table in used if table[0] == "audit"]
                with owner.transaction():
                    for table in guarded:  # history refuses to be emptied, by its owner too
                        owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER append_only").format(table))
                    owner.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
                    for table in guarded:
                        owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER append_only").format(table))

    TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """One database for each process that runs tests; it is made as its owner."""
    _log_in_as(roles.OWNER)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """Make and migrate the test database as trial_owner, then go on as trial_web."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
        assert connection.settings_dict["NAME"].startswith("test_")
        with _connect(roles.OWNER) as owner:
            _replace_flush(_with_rows(owner) - {("audit", "history")})
        _log_in_as(roles.WEB)
    yield
    with django_db_blocker.unblock():
        _log_in_as(roles.OWNER)
        teardown_databases(made, verbosity=0)


@pytest.fixture
def owner(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """The test database as trial_owner sees it."""
    with _connect(roles.OWNER) as connected:
        yield connected


@pytest.fixture
def vault_db(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """The test database as the vault's process sees it."""
    with _connect(roles.VAULT) as connected:
        yield connected


@pytest.fixture
def web_db(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """The test database as the web process sees it, without Django in between."""
    with _connect(roles.WEB) as connected:
        yield connected
