"""What the three logins may do before any room adds its own rules."""

from typing import Any

import psycopg
import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_application_is_logged_in_as_the_web_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        assert cursor.fetchone() == ("trial_web",)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "TRUNCATE public.accounts_site CASCADE",
        "SET ROLE trial_owner",
        "SET session_replication_role = replica",
        "DELETE FROM public.django_migrations",
    ],
)
@pytest.mark.req("A4")
def test_the_web_role_may_not_change_structure_or_become_another(
    web_db: psycopg.Connection[Any], statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web_db.execute(statement)


def test_the_vault_role_sees_no_table_that_was_not_granted_to_it(vault_db: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        vault_db.execute("SELECT * FROM public.accounts_user")
