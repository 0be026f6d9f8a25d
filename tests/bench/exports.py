"""The export measured against COPY, on a database made large by its owner."""

import re
import time

import psycopg
from psycopg import sql

from tests.bench.browser import Person, hidden
from tests.bench.table import Figure
from tests.real_stack import Stack, wait_for

# Rows of the largest table: enough for the transfer to outweigh what an export costs once.
ROWS = 200_000
ROUNDS = 3
_COLUMNS = """
SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns
WHERE table_name = 'screening_laboratory' AND column_name <> 'record_id'
"""
_REPEATS = """
WITH one AS (SELECT * FROM crf_record WHERE form = 'LB' ORDER BY created_at LIMIT 1),
people AS (SELECT id, count(*) OVER () AS number FROM screening_participant),
made AS (
    INSERT INTO crf_record (id, participant_id, visit, form, repeat, state, not_done_reason, version,
                            open_queries, has_queries, created_by_id, created_at, changed_by_id,
                            changed_at)
    SELECT gen_random_uuid(), people.id, 'S', 'LB', copies.number, one.state, '', 1,
           0, false, one.created_by_id, now(), one.created_by_id, now()
    FROM one, people, generate_series(1, {rows} / people.number) AS copies (number)
    RETURNING id
)
INSERT INTO screening_laboratory (record_id, {columns})
SELECT made.id, {columns} FROM made, (SELECT {columns} FROM screening_laboratory LIMIT 1) AS filled
"""
_ADDRESS = re.compile(r'href="(/exports/[0-9a-f-]{36}/)"')


def exporting(stack: Stack, password: str) -> list[Figure]:
    """The whole export, from the click to the last byte, against COPY of the same tables as they are."""
    _fill(stack)
    administrator = Person(stack.port)
    administrator.sign_in("administrator", password)
    ours = min(_export(administrator) for _ in range(ROUNDS))
    with stack.connect("trial_web") as web:
        tables = _tables(web)
        raw = min(_copy(web, tables) for _ in range(ROUNDS))
    return [
        Figure("export_seconds", ours, "s"),
        Figure("raw_copy_seconds", raw, "s"),
        Figure("export_over_copy", ours / raw, "ratio", 1.5),
    ]


def _export(administrator: Person) -> float:
    _, page = administrator.get("/exports/")
    finished = set(_ADDRESS.findall(page))
    started = time.perf_counter()
    administrator.post("/exports/", hidden(page))
    made: set[str] = set()

    def done() -> bool:
        made.update(set(_ADDRESS.findall(administrator.get("/exports/")[1])) - finished)
        return bool(made)

    wait_for(done, "a finished export", seconds=300)
    status = administrator.download(made.pop())
    assert status == 200, f"the download was answered with {status}"
    return time.perf_counter() - started


def _copy(web: psycopg.Connection[tuple[object, ...]], tables: list[str]) -> float:
    started = time.perf_counter()
    for table in tables:
        statement = sql.SQL("COPY {} TO STDOUT (FORMAT csv)").format(sql.Identifier(table))
        with web.cursor() as cursor, cursor.copy(statement) as copy:
            for _ in copy:
                pass
    return time.perf_counter() - started


def _tables(web: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """The tables whose rows an export holds."""
    found = web.execute(
        "SELECT c.table_name FROM information_schema.columns c WHERE c.table_schema = 'public' "
        "AND c.column_name IN ('record_id', 'form_id') AND c.table_name !~ '^(crf|bench)_' "
        "UNION SELECT unnest(ARRAY['screening_participant', 'visits_scheduledvisit', 'crf_record'])"
    )
    return [str(name) for (name,) in found]


def _fill(stack: Stack) -> None:
    """Copy one laboratory record many times, as repeats of the participants' screening."""
    with stack.connect() as owner:
        named = owner.execute(_COLUMNS).fetchone()
        assert named is not None
        columns = sql.SQL(str(named[0]))  # quoted by the server
        for table in ("crf_record", "screening_laboratory"):
            owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
        owner.execute(sql.SQL(_REPEATS).format(columns=columns, rows=sql.Literal(ROWS)))
        for table in ("crf_record", "screening_laboratory"):
            owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))
        owner.execute("ANALYZE")
