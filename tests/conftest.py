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

# Filled by migrations or by Django itself; everything else starts empty.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


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


def _empty_all_tables(case: TransactionTestCase) -> None:
    """In the place of Django's flush, which runs as trial_web and may not truncate."""
    with _connect(roles.OWNER) as owner:
        rows = owner.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'audit', 'vault')"
        ).fetchall()
        tables = [sql.Identifier(*row) for row in rows if row[1] not in KEPT]
        owner.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(sql.SQL(", ").join(tables)))


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
        _log_in_as(roles.WEB)
    TransactionTestCase._fixture_teardown = _empty_all_tables
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


@pytest.fixture(autouse=True)
def _plain_static_files() -> None:
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
