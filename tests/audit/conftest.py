"""What the history holds, as plain rows."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from trialsite.accounts.acting import acting
from trialsite.accounts.models import Site

Rows = list[dict[str, Any]]
COLUMNS = ("actor", "role", "reason", "op", "table", "row_id", "changes", "db_role", "txid")


def history(table: str = "accounts_site") -> Rows:
    """The rows of the history of a table, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT actor, role, reason, op, "table", row_id, changes::text, db_role, txid'
            ' FROM audit.history WHERE "table" = %s ORDER BY id',
            [table],
        )
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        row["changes"] = json.loads(row["changes"])
    return rows


@pytest.fixture
def site(db: None) -> Site:
    """A site that was opened by the tests."""
    with acting("system:tests"):
        return Site.objects.create(code="01", name="First", time_zone="Asia/Shanghai")


@pytest.fixture
def act() -> Callable[..., Any]:
    """acting, as the tests."""
    return lambda **kwargs: acting("system:tests", **kwargs)
