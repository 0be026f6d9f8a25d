"""Puts the trigger of the history onto every table, after each `migrate`, as the owner of the tables."""

from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction

from trialsite.audit.coverage import HIDDEN, watched_models

# Whatever was granted in between: the application reads history and writes it through the triggers only.
READ_ONLY = """
REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM trial_web, trial_vault;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA audit FROM trial_web, trial_vault;
GRANT SELECT ON ALL TABLES IN SCHEMA audit TO trial_web;
"""


def watch_tables(sender: AppConfig, *, using: str, plan: object = None, **_: Any) -> None:
    """Receiver of post_migrate; `flush` sends that too, without a plan and perhaps not as the owner."""
    if plan is None:
        return
    connection = connections[using]
    there = set(connection.introspection.table_names())
    with transaction.atomic(using), connection.cursor() as cursor:
        if "audit" not in _schemas(cursor):
            return
        for model in watched_models():
            table = model._meta.db_table
            if table in there:
                hidden = list(HIDDEN.get(model._meta.label, ()))
                key = model._meta.pk.column
                cursor.execute("SELECT audit.watch(%s::regclass, %s, %s)", [f'public."{table}"', key, hidden])
        cursor.execute(READ_ONLY)


def _schemas(cursor: Any) -> set[str]:
    cursor.execute("SELECT nspname FROM pg_namespace")
    return {name for (name,) in cursor.fetchall()}
