"""The history of a row, value by value, for people (A7)."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from trialsite.accounts.acting import SYSTEM
from trialsite.accounts.models import Role

_OF_ROW = """
SELECT h.at, h.actor, coalesce(u.full_name, ''), h.role, h.reason, h.op, h.changes::text
FROM audit.history AS h
LEFT JOIN accounts_user AS u ON u.username = h.actor
WHERE h."table" = %s AND h.row_id = %s
ORDER BY h.id DESC
"""

_INSERTED = """
SELECT row_id FROM audit.history
WHERE "table" = %s AND op = 'I' AND changes -> %s ->> 1 = %s
ORDER BY id
"""


@dataclass(frozen=True)
class Change:
    """One value that changed. `old` and `new` are as JSON has them: dates and times as ISO text, numbers as
    Decimal or int; None is a value that was not there."""

    at: datetime
    actor: str
    actor_name: str
    role: str
    reason: str
    op: str  # "I", "U" or "D": the row was inserted, updated or deleted
    column: str
    label: str
    old: Any
    new: Any


def history_of(
    table: str,
    row_id: str,
    columns: Collection[str] | None = None,
    *,
    labels: Mapping[str, str] | None = None,
) -> list[Change]:
    """Every change of a row's values, newest first; of the given columns only, if given.

    `labels` names columns for the reader. A masked column must be left out of `columns` by whoever asks for
    a person who may not see it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OF_ROW, [table, row_id])
        rows = cursor.fetchall()
    return [change for row in rows for change in _changes(row, columns, labels or {})]


def rows_ever(table: str, column: str, value: str) -> list[str]:
    """The keys of all rows that were ever inserted with a value in a column, deleted ones included."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERTED, [table, column, value])
        return [row_id for (row_id,) in cursor.fetchall()]


def _changes(
    row: tuple[Any, ...], columns: Collection[str] | None, labels: Mapping[str, str]
) -> Iterator[Change]:
    at, actor, name, role, reason, op, changes = row
    for column, (old, new) in sorted(json.loads(changes, parse_float=Decimal).items()):
        if columns is None or column in columns:
            yield Change(
                at=at,
                actor=actor,
                actor_name=name or _system_name(actor),
                role=Role(role).label if role in Role.values else role,
                reason=reason,
                op=op,
                column=column,
                label=labels.get(column, column),
                old=old,
                new=new,
            )


def _system_name(actor: str) -> str:
    """How the application's own work and the owner's (who need not name themselves) are called."""
    return actor.removeprefix(SYSTEM).replace("_", " ") if actor else "database owner"
