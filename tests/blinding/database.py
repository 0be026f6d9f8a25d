"""Databases of the worlds: copies of one template, reached under the three roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from trialsite.embedded import roles


def name_of_this() -> str:
    """The database that Django is connected to."""
    return str(connection.settings_dict["NAME"])


def connect(role: str, database: str = "", **options: Any) -> psycopg.Connection[Any]:
    """A connection under a role, to Django's database unless another is named."""
    where = connection.settings_dict
    return psycopg.connect(
        host=where["HOST"],
        port=where["PORT"],
        dbname=database or where["NAME"],
        user=role,
        password=roles.password(role),
        autocommit=True,
        **options,
    )


def copy(source: str, name: str) -> None:
    """Make a database like another, to which nobody is connected; one of that name is dropped first."""
    drop(name)
    with connect(roles.OWNER, "postgres") as owner:
        owner.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source))
        )


def drop(name: str) -> None:
    """Drop a database, if it is there."""
    with connect(roles.OWNER, "postgres") as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


@contextmanager
def django_at(name: str) -> Iterator[None]:
    """Let Django work in another database, under its own role."""
    before = name_of_this()
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
