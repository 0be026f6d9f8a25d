"""Whether the tables hold what their history tells: finds what was written with the triggers off (F14)."""

from typing import Final

from django.db import connection
from django.db.models import Model

from trialsite.audit.coverage import HIDDEN, watched_models

# One statement, hence one snapshot: a write between reading table and history cannot look like a fault.
_DIFFERENT: Final = """
WITH told AS (
    SELECT row_id, jsonb_object_agg(key, new) AS content
    FROM (
        SELECT DISTINCT ON (h.row_id, c.key) h.row_id, c.key, c.value -> 1 AS new
        FROM audit.history AS h CROSS JOIN LATERAL jsonb_each(h.changes) AS c
        WHERE h."table" = %(table)s AND c.key = ANY (%(columns)s)
        ORDER BY h.row_id, c.key, h.id DESC
    ) AS last
    WHERE new <> 'null'
    GROUP BY row_id
), stored AS (
    SELECT to_jsonb(t) ->> %(pk)s AS row_id, (
        SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(t))
        WHERE value <> 'null' AND key = ANY (%(columns)s)
    ) AS content
    FROM {table} AS t
)
SELECT row_id FROM told FULL JOIN stored USING (row_id)
WHERE told.content IS DISTINCT FROM stored.content
ORDER BY row_id
"""


def rows_unlike_their_history(model: type[Model]) -> list[str]:
    """The keys of the rows that differ from what history tells, rows too many and too few included.

    Hidden columns are not compared: history has no value of them.
    """
    table, hidden = model._meta.db_table, HIDDEN.get(model._meta.label, ())
    columns = [field.column for field in model._meta.concrete_fields if field.column not in hidden]
    with connection.cursor() as cursor:
        cursor.execute(
            _DIFFERENT.format(table=connection.ops.quote_name(table)),
            {"table": table, "columns": columns, "pk": model._meta.pk.column},
        )
        return [row_id for (row_id,) in cursor.fetchall()]


def faults_of_tables() -> list[str]:
    """A sentence on each watched table with rows that are unlike their history."""
    faults = []
    for model in watched_models():
        if rows := rows_unlike_their_history(model):
            more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
            faults.append(f"{model._meta.db_table}: row {rows[0]}{more} differs from what history tells.")
    return faults
